"""Make an account and print a one-time sign-in link."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from accounts.links import sign_in_url
from accounts.services import create_member
from common.commands import OperatorCommand


class Command(OperatorCommand):
    help = "Make a member and print a one-time sign-in link. A member of that name stays as it is and gets a new link."
    example = "python manage.py create_member mara --email mara@example.org"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            member, made = create_member(username=options["username"], email=options["email"])
        except ValidationError as error:
            self.wrong_use("; ".join(error.messages))
        self.say(f"{'Made member' if made else 'There is a member'} {member.username}. Sign in once with:")
        self.stdout.write(sign_in_url(member))

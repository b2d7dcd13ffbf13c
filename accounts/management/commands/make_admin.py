"""Give an account every right and print a one-time sign-in link."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from accounts.links import sign_in_url
from accounts.services import make_admin
from common.commands import OperatorCommand


class Command(OperatorCommand):
    help = "Make a member an admin (creating the account if needed) and print a one-time sign-in link."
    example = "python manage.py make_admin mara"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            member, made = make_admin(username=options["username"])
        except ValidationError as error:
            self.wrong_use("; ".join(error.messages))
        self.say(f"{member.username} is an admin{' (account made)' if made else ''}. Sign in once with:")
        self.stdout.write(sign_in_url(member))

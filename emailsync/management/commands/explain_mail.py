"""Why an e-mail was read as it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.queries import member_named
from common.commands import OperatorCommand
from emailsync.explaining import explain
from emailsync.models import StoredEmail, Trust
from emailsync.reading import open_sandbox
from emailsync.sandbox.parent import ReaderDied, Unreadable

_DIGEST = re.compile(r"[0-9a-f]{8,64}")


class Command(OperatorCommand):
    help = (
        "Read an e-mail again, changing nothing, and say why it is read as it is: candidates with scores, rules that "
        "fired, values with their characters, what is missing. A file counts as handed over, so its sender is trusted."
    )
    example = "python manage.py explain_mail 3f7c0a1be2 --member mara"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mail", metavar="FILE|SHA256", help="a file, or the beginning of a stored e-mail's sha256")
        parser.add_argument("--member", help="whose stored e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        raw, trust = self._find(options["mail"], options["member"])
        with open_sandbox() as sandbox:
            try:
                reading = sandbox.read(raw, trust=trust)
            except (Unreadable, ReaderDied) as error:
                self.fail(f"It cannot be read: {error}")
        self.stdout.write(f"sender      {trust}")
        for line in explain(reading):
            self.stdout.write(line)

    def _find(self, mail: str, username: str | None) -> tuple[bytes, str]:
        path = Path(mail)
        if path.is_file():
            return path.read_bytes(), Trust.TRUSTED.value
        if not _DIGEST.fullmatch(mail.lower()):
            self.wrong_use(f"There is no file {mail}, and it is no sha256.")
        stored = StoredEmail.objects.filter(sha256__startswith=mail.lower(), raw__isnull=False)
        if username is not None:
            member = member_named(username)
            if member is None:
                self.wrong_use(f"There is no member “{username}”.")
            stored = stored.of(member)
        found = stored.order_by("pk").first()
        if found is None:
            self.wrong_use(f"No stored e-mail begins with {mail}.")
        return found.raw_bytes, (Trust.TRUSTED.value if found.accepted_at else found.trust)

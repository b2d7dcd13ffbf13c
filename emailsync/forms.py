"""Forms of mailboxes and of mail handed over as files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from accounts.forms import DressedForm
from accounts.models import User
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import Mailbox, SignIn
from emailsync.presets import OTHER, Preset, preset_at, preset_for
from emailsync.rescans import Subject
from emailsync.scans import account_of

_HOST = re.compile(
    r"(?=.{1,253}$)[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*|\[?[0-9a-fA-F:]{2,39}\]?"
)
_SERVER = ("host", "port", "security", "username")
HOURS = (
    (1, "the last hour"),
    (6, "the last 6 hours"),
    (24, "the last day"),
    (72, "the last 3 days"),
    (168, "the last 7 days"),
)
MOST_FILES = 500
MOST_BYTES = 200 * 1024 * 1024


class MailboxForm(DressedForm, forms.ModelForm):
    """One IMAP account. A known password is never shown; left blank it stays."""

    password = forms.CharField(
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        max_length=1000,
        strip=False,
    )

    class Meta:
        model = Mailbox
        fields = ["username", "name", "host", "port", "security", "authserv_id"]
        labels = {
            "username": "E-mail address or user name",
            "name": "Name in Flux",
            "host": "Server",
            "security": "Encryption",
        }
        help_texts = {"name": "Left blank, it is the address."}
        widgets = {
            "username": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            "host": forms.TextInput(attrs={"placeholder": "imap.example.org", "autocapitalize": "none"}),
        }

    def __init__(self, *args: Any, member: User, preset: Preset = OTHER, **kwargs: Any) -> None:
        self.member = member
        self.known = kwargs.get("instance") is not None
        if not self.known:
            start = {"host": preset.host, "port": preset.port, "security": preset.security}
            kwargs["initial"] = start | {"authserv_id": preset.authserv_id} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.fields["host"].required = False
        self.awaits_password = False
        """Made from a list: it rests until its password is entered."""
        self._stored = self._stored_password() if self.known else ""
        self._dress_password()
        self._before = {name: getattr(self.instance, name) for name in _SERVER} if self.known else {}

    def clean_host(self) -> str:
        host = self.cleaned_data["host"].strip().rstrip(".").lower()
        if "/" in host or "@" in host:
            raise forms.ValidationError("Write the server’s name alone, such as imap.example.org.")
        if host and not _HOST.fullmatch(host):
            raise forms.ValidationError("This is no name of a server. It looks like imap.example.org.")
        return host

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        username = data.get("username", "")
        preset = preset_for(username)
        if not preset.passwords:
            self.add_error("username", preset.password_advice)
        if not data.get("host") and "host" not in self.errors:
            if preset.host:
                data["host"] = preset.host
            else:
                self.add_error("host", "Name the IMAP server; your provider’s help pages tell it.")
        data["name"] = data.get("name") or username[:120]
        at = preset_at(data.get("host", ""))
        if preset.passwords and not at.passwords:
            self.add_error("host", at.password_advice)
        if self._stored and not data.get("password"):
            self._keep_password(data)
        self._refuse_twice(data)
        return data

    def values(self) -> dict[str, Any]:
        """What to store, without a password that stays."""
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "password")}
        if not values["password"]:
            del values["password"]
        if self.awaits_password:
            values["enabled"] = True
        return values

    @property
    def account(self) -> dict[str, Any]:
        """What is needed to sign in as typed; the stored password where none was typed."""
        data = self.cleaned_data
        return {name: data[name] for name in _SERVER} | {"password": data["password"] or self._stored, "token": None}

    def _stored_password(self) -> str:
        """The password that may stay; "" if it cannot be read any more."""
        try:
            password = account_of(self.instance).password
            self.awaits_password = not password
            return password
        except MailboxProblem:
            return ""

    def _dress_password(self) -> None:
        field = self.fields["password"]
        field.required = not self._stored
        if self._stored:
            field.help_text = "Left blank, it stays as it is."
        elif self.awaits_password:
            field.help_text = "Once it is entered, the mailbox is read."
        elif self.known:
            field.help_text = field.error_messages["required"] = str(MailboxProblem(Code.PASSWORD_UNREADABLE))

    def _keep_password(self, data: dict[str, Any]) -> None:
        """A stored password goes only where it went before; else a stolen session could have it sent elsewhere."""
        if any(name in data and data[name] != self._before[name] for name in _SERVER):
            self.add_error("password", "Server or user name changed: enter the password again.")

    def _refuse_twice(self, data: dict[str, Any]) -> None:
        same = {name: data.get(name) for name in ("host", "port", "username")}
        if all(same.values()) and Mailbox.objects.of(self.member).filter(**same).exclude(pk=self.instance.pk).exists():
            self.add_error("username", "This account is connected already.")


class ConnectedMailboxForm(DressedForm, forms.ModelForm):
    """A mailbox that signs in by OAuth: the account and its server are those that the member signed in at."""

    known = True

    class Meta:
        model = Mailbox
        fields = ["name", "authserv_id"]
        labels = {"name": "Name in Flux"}
        help_texts = {"name": "Left blank, it is the address."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"] or self.instance.username[:120])

    def values(self) -> dict[str, Any]:
        """What to store."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def account(self) -> dict[str, Any]:
        """What is needed to sign in."""
        signs_in = {"password": "", "token": account_of(self.instance).token}
        return {name: getattr(self.instance, name) for name in _SERVER} | signs_in


def form_of(mailbox: Mailbox, data: Any = None, *, member: User) -> MailboxForm | ConnectedMailboxForm:
    """The form of a known mailbox by how it signs in."""
    if mailbox.sign_in != SignIn.PASSWORD:
        return ConnectedMailboxForm(data, instance=mailbox)
    return MailboxForm(data, member=member, instance=mailbox)


class FoldersForm(forms.Form):
    """Which folders of a mailbox are read, and in which one new mail arrives."""

    watched = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
        error_messages={"required": "Choose at least one folder, or pause the mailbox."},
    )
    primary = forms.ChoiceField(
        label="New mail arrives in",
        help_text="Flux waits at this folder, so that new mail shows at once. The others are read every 15 minutes.",
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, data: Any = None, *, mailbox: Mailbox) -> None:
        there = [folder for folder in mailbox.folders.all() if folder.missing_since is None]
        start = {"watched": [folder.pk for folder in there if folder.watched], "primary": mailbox.primary_folder}
        super().__init__(data, initial=start)
        self.fields["watched"].choices = [(folder.pk, folder.name) for folder in there]  # type: ignore[attr-defined]
        names = [(folder.raw_name, folder.name) for folder in there]
        if mailbox.primary_folder not in dict(names):
            names.insert(0, (mailbox.primary_folder, mailbox.primary_folder))
        self.fields["primary"].choices = names  # type: ignore[attr-defined]


class ScanForm(forms.Form):
    """How far back a scan by hand looks."""

    hours = forms.TypedChoiceField(choices=HOURS, coerce=int)

    @property
    def lookback(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class ScanOneForm(DressedForm, ScanForm):
    """Which mailbox, of those that are not paused, a scan by hand looks into, and how far back."""

    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), empty_label=None)
    field_order = ("mailbox", "hours")

    def __init__(self, data: Any = None, *, member: User) -> None:
        super().__init__(data)
        self.fields["mailbox"].queryset = Mailbox.objects.of(member).filter(enabled=True)  # type: ignore[attr-defined]
        hours = self.fields["hours"]
        hours.label = "How far back"
        hours.choices = [(value, words.capitalize()) for value, words in HOURS]  # type: ignore[attr-defined]


class RescanForm(DressedForm, forms.Form):
    """Whose mail of ninety days a member wants read, and why. `about` is typed by name and found among the subjects."""

    about = forms.CharField(
        label="Retailer or carrier",
        max_length=160,
        error_messages={"required": "Choose a retailer or carrier from the list."},
        widget=forms.TextInput(attrs={"list": "subjects", "autocomplete": "off", "placeholder": "Type to search"}),
    )
    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), required=False, empty_label="All mailboxes")
    reason = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The super admin who decides reads this. Name an order that is missing, for example.",
        error_messages={"required": "Say what is missing."},
    )

    def __init__(self, data: Any, *, member: User, subjects: Sequence[Subject], about: str) -> None:
        """about: key of the subject to begin with, "" for none."""
        names = Counter(subject.name.casefold() for subject in subjects)
        # Two of one name are told apart by where their mail comes from.
        self.subjects = {
            f"{one.name} ({one.domains[0]})" if names[one.name.casefold()] > 1 else one.name: one for one in subjects
        }
        start = next((label for label, subject in self.subjects.items() if subject.key == about), "")
        super().__init__(data, initial={"about": start})
        self.fields["mailbox"].queryset = Mailbox.objects.of(member).filter(enabled=True)  # type: ignore[attr-defined]

    def clean_about(self) -> Subject:
        typed = self.cleaned_data["about"].casefold()
        found = {label.casefold(): subject for label, subject in self.subjects.items()}.get(typed)
        if found is not None:
            return found
        near = [label for label in self.subjects if typed in label.casefold()][:3]
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise forms.ValidationError(f"Choose a retailer or carrier from the list.{hint}")


class TableForm(forms.Form):
    """A CSV file of mailboxes."""

    table = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "input", "accept": ".csv,text/csv"}),
        error_messages={"required": "Choose a CSV file.", "invalid": "Choose a CSV file."},
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; a list of uploads."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        files = data if isinstance(data, list | tuple) else [data]
        return [one(file, initial) for file in files] or [one(None, initial)]


class ImportForm(forms.Form):
    """Mail in files."""

    mails = ManyFilesField(
        label="Files",
        allow_empty_file=True,
        widget=ManyFilesInput(attrs={"class": "input", "accept": ".eml,.mbox,.mbx,message/rfc822"}),
        error_messages={"required": "Choose one or more files."},
        help_text="Saved messages (.eml) and mbox exports; up to 500 files and 200 MB at a time.",
    )

    def clean_mails(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["mails"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"These are {len(files)} files. Choose at most {MOST_FILES} at a time.")
        if sum(file.size for file in files) > MOST_BYTES:
            raise forms.ValidationError(
                "Together they are bigger than 200 MB. Choose fewer, or have them imported on the machine that runs "
                "Flux: manage.py import_mail."
            )
        return files

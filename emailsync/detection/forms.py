"""What a member says before a mail is handed over."""

from __future__ import annotations

from django import forms

from accounts.forms import DressedForm

_SHORTEST = 3
_LONGEST = 500


class HandOverForm(DressedForm, forms.Form):
    """Further words to blank, a note, and the consent without which nothing is sent."""

    words = forms.CharField(
        label="Further words to blank",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One word or phrase a line: whatever you do not want to show. Of a number the digits become zeros.",
    )
    note = forms.CharField(
        label="Note to the admins (optional)",
        required=False,
        max_length=_LONGEST,
        help_text="For example the shop’s name, if the e-mail hides it.",
    )
    consent = forms.BooleanField(
        label="I have looked at the redacted copy and give it to the admins of this Flux.",
        widget=forms.CheckboxInput(attrs={"class": "check"}),
        error_messages={"required": "Tick this to hand it over. Until then nothing leaves your account."},
    )

    def __init__(self, *args: object, sending: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].required = sending

    def clean_words(self) -> list[str]:
        words = [" ".join(line.split()) for line in self.cleaned_data["words"].splitlines() if line.strip()]
        short = [word for word in words if len(word) < _SHORTEST]
        if short:
            raise forms.ValidationError(
                f"“{short[0]}” is too short: it would blank parts of other words. Use {_SHORTEST} characters or more."
            )
        return words

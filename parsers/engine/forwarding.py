"""Mail that a person forwarded: who wrote the original, and where it begins.

Recognised are the blocks that Gmail, Apple Mail and Outlook put above the original, in the languages Flux reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.engine.document import Line

_MARKER = re.compile(
    r"^\W*(?:forwarded message|begin forwarded message|original message|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail)|ursprüngliche nachricht|message transféré"
    r"|début du message (?:transféré|réexpédié)|message d'origine|messaggio inoltrato|inizio messaggio inoltrato"
    r"|messaggio originale|mensaje reenviado|inicio del mensaje reenviado|mensaje original"
    r"|przekazana wiadomość|wiadomość oryginalna|początek przekazywanej wiadomości|doorgestuurd bericht"
    r"|begin doorgestuurd bericht|oorspronkelijk bericht|mensagem encaminhada|mensagem original"
    r"|vidarebefordrat meddelande|ursprungligt meddelande)\W*$",
    re.IGNORECASE,
)
_FIELDS = {
    "from": "from|von|de|da|od|van|från|expéditeur|mittente",
    "date": "date|sent|datum|gesendet|envoyé|data|inviato|fecha|enviado(?: el)?|wysłano|verzonden|enviada(?: em)?"
    "|skickat",
    "subject": "subject|betreff|objet|oggetto|asunto|temat|onderwerp|assunto|ämne",
    "to": "to|an|à|a|para|do|aan|till|destinataire",
}
_FIELD = re.compile(
    "^\\W{0,4}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items())
    + r")\s?\*?:\*?\s*(?P<value>.+)$",
    re.IGNORECASE,
)
_SUBJECT_PREFIX = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|enc|pd|doorst|vb)\s*:\s*", re.IGNORECASE)
_MAX_BLOCK_LINES = 12


@dataclass(frozen=True, slots=True)
class Original:
    """The headers printed above a forwarded mail, and the first line after them."""

    sender: str
    subject: str
    date: str
    first_line: int


def strip_prefix(subject: str) -> tuple[str, bool]:
    """A subject without forwarding prefixes, and whether it had one."""
    stripped = subject
    while match := _SUBJECT_PREFIX.match(stripped):
        stripped = stripped[match.end() :]
    return stripped, stripped != subject


def find_original(lines: Sequence[Line], *, announced: bool) -> Original | None:
    """The block above a forwarded original among the lines of one body; None if there is none.

    announced: the subject says that it is a forward; then a bare From/Subject block without a marker counts too.
    """
    for index, line in enumerate(lines[:80]):
        if _MARKER.match(line.text):
            return _read_block(lines, index + 1)
        if announced and (match := _FIELD.match(line.text)) and match.lastgroup and match.group("from"):
            found = _read_block(lines, index)
            if found:
                return found
    return None


def _read_block(lines: Sequence[Line], start: int) -> Original | None:
    values: dict[str, str] = {}
    end = start
    for index in range(start, min(start + _MAX_BLOCK_LINES, len(lines))):
        for piece in re.split(r"[\t\v]", lines[index].text) if "\v" in lines[index].text else [lines[index].text]:
            match = _FIELD.match(piece.replace("\t", " "))
            if match is None:
                continue
            name = next(name for name in _FIELDS if match.group(name))
            values.setdefault(name, match.group("value").strip(" *"))
            end = index + 1
    if "from" not in values or ("subject" not in values and "date" not in values):
        return None
    return Original(values["from"], values.get("subject", ""), values.get("date", ""), end)

"""A folder of mails with labels beside them (`NAME.eml`, `NAME.json`), scored as a whole."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emailsync.export import mail_says
from emailsync.models import Trust
from emailsync.sandbox.parent import ReaderDied, Sandbox, Unreadable
from emailsync.scoring.compare import FIELDS, Label, Said, Score, compare, is_noise


@dataclass(frozen=True, slots=True)
class Scored:
    """One labelled mail: its scores, or whether it was rightly left alone."""

    name: str
    author: str
    expected: str
    scores: tuple[Score, ...] = ()
    noise: bool = False

    @property
    def right(self) -> bool:
        """Every labelled field right and nothing beside it; for a mail to be ignored: no order and no parcel."""
        return not self.noise and all(score.exact for score in self.scores)


@dataclass(slots=True)
class Report:
    """What a folder came to. `missing`: labels whose mail is not there."""

    missing: list[str] = field(default_factory=list)
    ambiguous: int = 0
    mails: list[Scored] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        matched = [mail for mail in self.mails if mail.expected == "matched"]
        ignored = [mail for mail in self.mails if mail.expected == "ignored"]
        return {
            "messages": len(self.mails) + self.ambiguous + len(self.missing),
            "missing": len(self.missing),
            "ambiguous": self.ambiguous,
            "matched": len(matched),
            "exact": sum(mail.right for mail in matched),
            "ignored": len(ignored),
            "noise": sum(mail.noise for mail in ignored),
            "fields": {name: _ratios(name, matched) for name in FIELDS},
            "authors": dict(sorted(_by_author(self.mails).items())),
        }


def score_folder(folder: Path, sandbox: Sandbox) -> Report:
    """Read every labelled mail of a folder, as handed over by its member, and score it. Raises ValueError for a label
    that is no JSON object with `kind` and `expected`."""
    report = Report()
    for path, label in _labels(folder):
        if label.get("ambiguous"):
            report.ambiguous += 1
        elif not (mail := path.with_suffix(".eml")).is_file():
            report.missing.append(path.stem)
        else:
            report.mails.append(_score(path.stem, label, _said(mail.read_bytes(), sandbox)))
    return report


def _labels(folder: Path) -> Iterator[tuple[Path, Label]]:
    for path in sorted(folder.glob("*.json")):
        try:
            label = json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path}: is no JSON: {error}") from error
        if not isinstance(label, dict) or not {"kind", "expected"} <= label.keys():
            raise ValueError(f"{path}: is no label. It has to be an object with “kind” and “expected”.")
        yield path, label


def _said(raw: bytes, sandbox: Sandbox) -> Said:
    try:
        reading = sandbox.read(raw, trust=Trust.TRUSTED.value)
    except (Unreadable, ReaderDied):
        return {"state": "failed", "kind": None} | mail_says(None)
    said = reading.extraction
    return {"state": said.outcome.value, "kind": said.kind and said.kind.value} | mail_says(said)


def _score(name: str, label: Label, said: Said) -> Scored:
    author = str(label.get("author", "?"))
    if label["expected"] == "ignored":
        return Scored(name, author, "ignored", noise=is_noise(said))
    return Scored(name, author, "matched", scores=tuple(compare(label, said)))


def _ratios(name: str, mails: list[Scored]) -> dict[str, float | int]:
    """Precision, recall and F1 over all values of a field; n: how many values the labels state."""
    scores = [score for mail in mails for score in mail.scores if score.field == name]
    right = sum(score.right for score in scores)
    read = right + sum(score.surplus for score in scores)
    stated = right + sum(score.lost for score in scores)
    precision = right / read if read else 1.0
    recall = right / stated if stated else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4), "n": stated}


def _by_author(mails: list[Scored]) -> dict[str, str]:
    right: Counter[str] = Counter()
    count: defaultdict[str, int] = defaultdict(int)
    for mail in mails:
        count[mail.author] += 1
        right[mail.author] += mail.right
    return {author: f"{right[author]}/{number}" for author, number in count.items()}

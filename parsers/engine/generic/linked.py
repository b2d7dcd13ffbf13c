"""A status that an author writes into its links, as in `…/details?shipmentID=AB1C234567&status=delivered`."""

from __future__ import annotations

from parsers.engine.document import Link, Span
from parsers.engine.extraction import Status, Value
from parsers.engine.generic.view import View


def linked_status(view: View) -> Value[Status] | None:
    """The status that a link's parameter names, None if the author's definition knows no such words.

    Such words are status phrases of the form `parameter=word`.
    """
    if view.definition is None:
        return None
    known = {phrase.lower(): status for phrase, status in view.definition.status_phrases.items() if "=" in phrase}
    for link in view.document.links if known else ():
        for name, given in link.params.items():
            for word in given:
                status = known.get(f"{name}={word}".lower())
                if status is not None:
                    return view.value(Status(status), _place(link, word), "link")
    return None


def _place(link: Link, word: str) -> Span:
    """Where a parameter's value stands, the whole address if it stands there encoded."""
    start = link.target.find(f"={word}") + 1
    if not start:
        return link.span
    return Span(link.span.start + start, link.span.start + start + len(word))

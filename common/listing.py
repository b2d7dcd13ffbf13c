"""Lists: search, filters, an allowed sort, and pages by keyset, all read from the address.

Whatever stands in the address, the answer is a list: a value that is not on offer counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

SIZES = (25, 50, 100)
_LONGEST_SEARCH = 200
_PAGING = ("after", "before")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter: its value in the address, its words, and the rows that it keeps."""

    value: str
    label: str
    where: Q


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to filter by. `name` is the parameter; the first option with the given value counts."""

    name: str
    label: str
    options: Sequence[Option]

    def chosen(self, params: QueryDict) -> Option | None:
        return next((option for option in self.options if option.value == params.get(self.name)), None)


@dataclass(frozen=True, slots=True)
class Sort:
    """One order of the rows: by `field`, then by id in the same direction; rows without a value come last."""

    value: str
    label: str
    field: str
    descending: bool = True

    def ordering(self, *, backwards: bool) -> list[Any]:
        """ORDER BY of a page read forwards, or backwards from its end."""
        descending = self.descending != backwards
        key = F(self.field)
        by_key = (
            key.desc(nulls_first=backwards, nulls_last=not backwards)
            if descending
            else key.asc(nulls_first=backwards, nulls_last=not backwards)
        )
        return [by_key, "-pk" if descending else "pk"]

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Q:
        """Rows on the far side of the row with this value and id, in reading direction."""
        side = "lt" if self.descending != backwards else "gt"
        tied = Q(**{f"pk__{side}": pk})
        without = Q(**{f"{self.field}__isnull": True})
        if value is None:
            return (without & tied) | ~without if backwards else without & tied
        # The outer bound is what an index on the field can be read from.
        past = Q(**{f"{self.field}__{side}e": value}) & (Q(**{f"{self.field}__{side}": value}) | tied)
        return past if backwards else past | without


@dataclass(frozen=True, slots=True)
class BoundFilter:
    """A filter as the page shows it: all options, and the chosen one, if any."""

    filter: Filter
    chosen: Option | None


class Listing:
    """The rows of one page of a list, and what the page needs to say about them."""

    def __init__(
        self,
        rows: QuerySet[Any],
        params: QueryDict,
        *,
        search: Callable[[QuerySet[Any], str], QuerySet[Any]],
        sorts: Sequence[Sort],
        filters: Sequence[Filter] = (),
    ) -> None:
        """`rows`: everything the member may see here. `search` narrows it to a search text, which is never empty.

        The first of `sorts` is the one without a parameter.
        """
        self.q = params.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
        self.filters = [BoundFilter(filter, filter.chosen(params)) for filter in filters]
        self.sorts = sorts
        self.sort = next((sort for sort in sorts if sort.value == params.get("sort")), sorts[0])
        self.size = next((size for size in SIZES if str(size) == params.get("size")), SIZES[1])
        self.params = params
        for bound in self.filters:
            rows = rows.filter(bound.chosen.where) if bound.chosen else rows
        self.matching = search(rows, self.q) if self.q else rows

    @cached_property
    def count(self) -> int:
        """How many rows match, on all pages."""
        return self.matching.count()

    @property
    def everything(self) -> QuerySet[Any]:
        """All matching rows in the chosen order."""
        return self.matching.order_by(*self.sort.ordering(backwards=False))

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of this page, in the chosen order."""
        return self._page[0]

    @property
    def newer(self) -> str | None:
        """Address query of the page before this one; None on the first."""
        return self._link("before", self.rows[0].pk) if self.rows and self._page[1] else None

    @property
    def older(self) -> str | None:
        """Address query of the page after this one; None on the last."""
        return self._link("after", self.rows[-1].pk) if self.rows and self._page[2] else None

    @property
    def active(self) -> list[BoundFilter]:
        """The filters that are on."""
        return [bound for bound in self.filters if bound.chosen]

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter hides rows."""
        return bool(self.q or self.active)

    @property
    def kept(self) -> str:
        """The address query of this list without its page: what an export or a saved view needs."""
        params = self.params.copy()
        for name in _PAGING:
            params.pop(name, None)
        return params.urlencode()

    @cached_property
    def _page(self) -> tuple[list[Any], bool, bool]:
        """(rows, whether there are rows before them, whether there are rows after them)."""
        anchor, backwards = self._anchor()
        rows = self.matching.order_by(*self.sort.ordering(backwards=backwards))
        if anchor:
            rows = rows.filter(self.sort.beyond(anchor[1], anchor[0], backwards=backwards))
        found = list(rows[: self.size + 1])
        more, found = len(found) > self.size, found[: self.size]
        if backwards:
            return found[::-1], more, True
        return found, anchor is not None, more

    def _anchor(self) -> tuple[tuple[int, Any] | None, bool]:
        """The row that the page starts beyond, as (id, value of the sort field), and whether it reads backwards."""
        for name in _PAGING:
            text = self.params.get(name, "")
            if text.isascii() and text.isdecimal() and len(text) < 19:
                row = self.matching.order_by().filter(pk=int(text)).values_list("pk", self.sort.field).first()
                if row:
                    return row, name == "before"
        return None, False

    def _link(self, name: str, pk: int) -> str:
        params = self.params.copy()
        for other in _PAGING:
            params.pop(other, None)
        params[name] = str(pk)
        return "?" + params.urlencode()

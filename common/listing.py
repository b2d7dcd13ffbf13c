"""Lists: search, filters, an allowed sort, and pages by keyset, all read from the address.

Whatever stands in the address, the answer is a list: a value that is not on offer counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict

SIZES = (25, 50, 100)
_LONGEST_SEARCH = 200
_PAGING = ("after", "before")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter: its value in the address, its words, and the rows that it keeps.

    `sort`: for a saved view, the sort where the address names none ("" for the list's first).
    """

    value: str
    label: str
    where: Q
    sort: str = ""


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
    """One order of the rows: by `field`, then by id in the same direction; rows without a value come last.

    `back` and `onward` are the words of the pages before and after.
    """

    value: str
    label: str
    field: str
    descending: bool = True
    back: str = "Newer"
    onward: str = "Older"

    def ordering(self, *, backwards: bool) -> list[Any]:
        """ORDER BY of a page read forwards, or backwards from its end."""
        descending = self.descending != backwards
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        key = F(self.field)
        return [key.desc(**nulls), "-pk"] if descending else [key.asc(**nulls), "pk"]

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
class Tab:
    """A saved view as the page shows it, with the number of its rows."""

    option: Option
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A choice as the page shows it: its words and where it leads."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class BoundFilter:
    """A filter as the page shows it: the chosen option, if any, the way to remove it, and all options as links."""

    label: str
    chosen: Option | None
    remove: str
    links: list[Link]


class Listing:
    """The rows of one page of a list, and what the page needs to say about them."""

    def __init__(
        self,
        rows: QuerySet[Any],
        params: QueryDict,
        *,
        search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None,
        sorts: Sequence[Sort],
        filters: Sequence[Filter] = (),
        views: Sequence[Option],
    ) -> None:
        """`rows`: everything the member may see here. `search` narrows it to a search text, which is never empty;
        without it the list is not searched.

        The first of `sorts` and of `views` is the one without a parameter.
        """
        self._rows = rows
        self._views = views
        self.view = next((view for view in views if view.value == params.get("view")), views[0])
        self.q = params.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH] if search else ""
        self.sort = next((sort for sort in sorts if sort.value == (params.get("sort") or self.view.sort)), sorts[0])
        self.size = next((size for size in SIZES if str(size) == params.get("size")), SIZES[1])
        self._params = params
        self._sorts = sorts
        self.filters = [self._bind(filter) for filter in filters]
        rows = rows.filter(self.view.where)
        for bound in self.filters:
            rows = rows.filter(bound.chosen.where) if bound.chosen else rows
        self.matching = search(rows, self.q) if search and self.q else rows

    @cached_property
    def tabs(self) -> list[Tab]:
        """The saved views, each with the number of rows that it would show."""
        counts = self._rows.aggregate(**{view.value: Count("pk", filter=view.where) for view in self._views})
        return [Tab(view, counts[view.value], view is self.view) for view in self._views]

    @property
    def fullest(self) -> Tab | None:
        """The saved view with the most rows, where this one has none; None if no view has any."""
        tab = max(self.tabs, key=lambda tab: tab.count)
        return tab if tab.count and not tab.current else None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to list whatever one asks for."""
        return not any(tab.count for tab in self.tabs)

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
        return self._address(before=self.rows[0].pk) if self.rows and self._page[1] else None

    @property
    def older(self) -> str | None:
        """Address query of the page after this one; None on the last."""
        return self._address(after=self.rows[-1].pk) if self.rows and self._page[2] else None

    @property
    def active(self) -> list[BoundFilter]:
        """The filters that are on."""
        return [bound for bound in self.filters if bound.chosen]

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter hides rows."""
        return bool(self.q or self.active)

    @property
    def sort_links(self) -> list[Link]:
        """The sorts on offer."""
        return [Link(sort.label, self._address(sort=sort.value), sort is self.sort) for sort in self._sorts]

    @property
    def size_links(self) -> list[Link]:
        """The page sizes on offer."""
        return [Link(f"{size} a page", self._address(size=size), size == self.size) for size in SIZES]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters besides the search and the page: what a search form has to send along."""
        return [(name, str(value)) for name, value in self._params.items() if name not in (*_PAGING, "q")]

    @property
    def query(self) -> str:
        """The address query of the whole list, without its page: what an export needs."""
        return self._address()

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
            text = self._params.get(name, "")
            if text.isascii() and text.isdecimal() and len(text) < 19:
                row = self.matching.order_by().filter(pk=int(text)).values_list("pk", self.sort.field).first()
                if row:
                    return row, name == "before"
        return None, False

    def _bind(self, filter: Filter) -> BoundFilter:
        links = [Link(option.label, self._address(**{filter.name: option.value})) for option in filter.options]
        return BoundFilter(filter.label, filter.chosen(self._params), self._address(**{filter.name: None}), links)

    def _address(self, **changes: Any) -> str:
        """The address query of this list from its first page on, with some parameters changed or (None) removed."""
        params = self._params.copy()
        for name, value in {**dict.fromkeys(_PAGING), **changes}.items():
            if value is None:
                params.pop(name, None)
            else:
                params[name] = str(value)
        return "?" + params.urlencode()

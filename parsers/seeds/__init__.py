"""Definitions that come with Flux: one module per author, in `retailers`, `logistics`, `payments` and `families`.

Each module has `DEFINITIONS`, a tuple of `Definition`. Where a definition rests on facts alone and no real mail has
confirmed it, it says `proven=False`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from parsers.engine.definition import Definition

GROUPS = ("retailers", "logistics", "payments", "families")


class SeedError(Exception):
    """Two seeds share a key, or a module has no DEFINITIONS."""


@cache
def all_seeds() -> tuple[Definition, ...]:
    """Every seed, in the order of their keys. Raises SeedError."""
    seeds: dict[str, Definition] = {}
    for group in GROUPS:
        package = import_module(f"{__name__}.{group}")
        for module in iter_modules(package.__path__):
            for definition in _definitions(f"{package.__name__}.{module.name}"):
                if definition.key in seeds:
                    raise SeedError(f"Two seeds are called {definition.key}.")
                seeds[definition.key] = definition
    return tuple(seeds[key] for key in sorted(seeds))


def _definitions(name: str) -> tuple[Definition, ...]:
    module = import_module(name)
    try:
        return tuple(module.DEFINITIONS)
    except AttributeError as error:
        raise SeedError(f"{name} has no DEFINITIONS.") from error

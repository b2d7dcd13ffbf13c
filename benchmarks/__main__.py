"""Measure everything and write RESULTS.md: `python -m benchmarks [NAME…]`, NAME being a module of this package."""

from __future__ import annotations

import os
import sys
from importlib import import_module

NAMES = ("extraction", "choosing", "applying", "queueing", "fetching", "watching", "idle")


def main(names: list[str]) -> int:
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flux.settings")
    import django

    django.setup()
    from benchmarks.database import own_database
    from benchmarks.report import write_results

    found = {}
    with own_database():
        for name in names or NAMES:
            module = import_module(f"benchmarks.{name}")
            print(f"{module.TITLE} …", file=sys.stderr)
            found[module.TITLE] = (name, list(module.measure()))
            for figure in found[module.TITLE][1]:
                verdict = "ok" if figure.holds else "MISSED"
                print(f"  {figure.name}: {figure.value} ({figure.bound}) {verdict}", file=sys.stderr)
    if not names:
        print(f"Written to {write_results(found)}", file=sys.stderr)
    return 0 if all(figure.holds for _, figures in found.values() for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

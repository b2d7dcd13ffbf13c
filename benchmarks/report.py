"""The page with the results."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil
from django.db import connection

from benchmarks.measuring import Figure

_PAGE = Path(__file__).parent / "RESULTS.md"
_HEAD = """# How fast Flux is

Written by `make bench` ({when:%d %B %Y}). Each figure compares two ways of doing the same work on the same bytes,
taking turns in one run, by their medians: ratios hold on other machines, absolute figures do not. To repeat one part,
name its module: `.venv/bin/python -m benchmarks extraction`. With FLUX_SHARED set to a directory that holds
`emails/*.eml`, those are read too.

Machine: {cores} cores, {memory:.0f} GB, {system}, Python {python}, PostgreSQL {postgres}.
"""


def write_results(found: dict[str, tuple[str, list[Figure]]]) -> str:
    """Write the page; `found`: title -> (module, figures). Returns its name."""
    lines = [_head()]
    for title, (module, figures) in found.items():
        lines += [
            f"\n## {title}\n",
            f"`benchmarks/{module}.py`\n",
            "| What | Measured | Bound | |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| {figure.name} | {figure.value} | {figure.bound} | {'holds' if figure.holds else '**missed**'} |"
            for figure in figures
        ]
    _PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{_PAGE.parent.name}/{_PAGE.name}"


def _head() -> str:
    connection.ensure_connection()
    version = connection.pg_version  # type: ignore[attr-defined]
    return _HEAD.format(
        when=datetime.now(UTC),
        cores=os.cpu_count(),
        memory=psutil.virtual_memory().total / 1024**3,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        postgres=f"{version // 10000}.{version % 10000}",
    )

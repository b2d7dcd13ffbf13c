"""FAULTS.md: what was broken, how, how often, what was seen, and whether the promises held."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.faults.injecting import HOW, Seen
from benchmarks.faults.plan import Fault, Plan, Scale, counts
from benchmarks.measuring import Figure

PAGE = Path(__file__).parent.parent / "FAULTS.md"
_SHOWN = 5
_HEAD = """# What Flux does when things break

Written on {when:%d %B %Y} by `make faults N={scale.deliveries} MINUTES={scale.minutes:g} SEED={plan.seed}`.

A real Flux (`up`, and a second machine with one more parse cluster) reads {scale.members} members' mailboxes on a real
Dovecot, while mail comes in and things are broken at random. The plan follows from seed and size alone; `python -m
benchmarks.faults --plan` prints it. Afterwards the server's messages, asked by IMAP, the archive's rows, asked by SQL,
and the run's own ledger of deliveries are compared. This run took {seconds:.0f} s.

Machine: {cores} cores, {memory:.0f} GB, {system}, Python {python}.

**{verdict}**
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise and the breaches of it."""

    name: str
    breaches: Sequence[str]

    @property
    def figure(self) -> Figure:
        return Figure(self.name, str(len(self.breaches)), "0", not self.breaches)


def fault_figures(plan: Plan, seen: dict[Fault, Seen]) -> list[Figure]:
    """Whether what was planned was done: a fault that was not injected proves nothing."""
    wanted = counts(plan)
    return [
        Figure(
            f"injected: {fault.value}",
            f"{seen[fault].done} of {wanted[fault]}",
            f"≥ {_enough(wanted[fault])}",
            seen[fault].done >= _enough(wanted[fault]),
        )
        for fault in Fault
    ]


def _enough(wanted: int) -> int:
    """Nine of ten: now and then a victim ends by itself."""
    return max(1, wanted * 9 // 10)


def write_report(
    plan: Plan,
    scale: Scale,
    seconds: float,
    sections: dict[str, list[Figure]],
    findings: list[Finding],
    seen: dict[Fault, Seen],
) -> bool:
    """Write the page. Returns whether every bound held."""
    held = all(figure.holds for figures in sections.values() for figure in figures)
    lines = [_head(plan, scale, seconds, held), *_faults(plan, seen)]
    for title, figures in sections.items():
        lines += [f"\n## {title}\n", "| What | Measured | Bound | |", "| --- | --- | --- | --- |"]
        lines += [f"| {figure.name} | {figure.value} | {figure.bound} | {_verdict(figure)} |" for figure in figures]
    lines += _breaches(findings)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return held


def _verdict(figure: Figure) -> str:
    if not figure.bound:
        return ""
    return "holds" if figure.holds else "**broken**"


def _head(plan: Plan, scale: Scale, seconds: float, held: bool) -> str:
    return _HEAD.format(
        plan=plan,
        scale=scale,
        seconds=seconds,
        when=datetime.now(UTC),
        cores=os.cpu_count(),
        memory=psutil.virtual_memory().total / 1024**3,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        verdict="Every bound held." if held else "Not every bound held.",
    )


def _faults(plan: Plan, seen: dict[Fault, Seen]) -> list[str]:
    wanted = counts(plan)
    lines = ["\n## Faults\n", "| Fault | How it was injected | Times | Seen |", "| --- | --- | --- | --- |"]
    return lines + [
        f"| {fault.value} | {HOW[fault]} | {seen[fault].done} of {wanted[fault]} | {_seen(seen[fault])} |"
        for fault in Fault
    ]


def _seen(seen: Seen) -> str:
    parts = []
    if seen.back_s:
        parts.append(
            f"over after {sorted(seen.back_s)[len(seen.back_s) // 2]:.1f} s, at worst {max(seen.back_s):.1f} s"
        )
    if seen.exit_codes:
        parts.append(f"exit codes {', '.join(map(str, sorted(set(seen.exit_codes))))}")
    if seen.not_back:
        parts.append(f"**{seen.not_back} times not over by itself**")
    parts += [f"{count} times not: {reason}" for reason, count in seen.not_done.most_common()]
    return "; ".join(parts)


def _breaches(findings: list[Finding]) -> list[str]:
    lines = []
    for finding in findings:
        if finding.breaches:
            lines += [f"\n### {finding.name}\n", *(f"- {breach}" for breach in finding.breaches[:_SHOWN])]
            if len(finding.breaches) > _SHOWN:
                lines.append(f"- and {len(finding.breaches) - _SHOWN} more")
    return ["\n## Breaches", *lines] if lines else []

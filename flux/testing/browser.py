"""A real browser for tests: Debian's Chromium by Playwright, and axe-core to judge what people with aids would meet."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOW_TO_INSTALL = "Chromium is not installed: sudo apt-get install chromium"
_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = (
    "axe.run().then(found => JSON.stringify(found.violations.map("
    "one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200)])))"
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A started browser; skips where none is installed."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip(HOW_TO_INSTALL)
    # Playwright's synchronous interface keeps an event loop in this thread, which Django takes for an async context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def violations(page: Any) -> list[Any]:
    """What axe finds wrong on the page: (rule, how often, the first place).

    Evaluated by the debugger, as the pages' own policy allows no script that is not theirs.
    """
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": _AXE.read_text(encoding="utf-8")})
    answer = session.send("Runtime.evaluate", {"expression": _RUN, "awaitPromise": True, "returnByValue": True})
    found: list[Any] = json.loads(answer["result"]["value"])
    return found

#!/usr/bin/env python3
"""Copy the browser files that Flux serves out of the npm packages that package-lock.json pins.

Run after changing package.json or ICONS: `npm ci --ignore-scripts && python scripts/vendor_assets.py`. The result is
committed, so neither node nor the network is needed to run Flux. `--check` compares what lies there with its manifest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
TESTS = ROOT / "flux" / "testing" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"

FILES = {
    "htmx.org/dist/htmx.min.js": VENDOR / "htmx.min.js",
    "htmx.org/LICENSE": VENDOR / "htmx.LICENSE",
    "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2": VENDOR / "fonts/figtree-latin.woff2",
    "@fontsource-variable/figtree/files/figtree-latin-ext-wght-normal.woff2": VENDOR / "fonts/figtree-latin-ext.woff2",
    "@fontsource-variable/figtree/LICENSE": VENDOR / "fonts/figtree.LICENSE",
    "@fontsource/dm-mono/files/dm-mono-latin-400-normal.woff2": VENDOR / "fonts/dm-mono-latin.woff2",
    "@fontsource/dm-mono/LICENSE": VENDOR / "fonts/dm-mono.LICENSE",
    "bootstrap-icons/LICENSE": VENDOR / "icons.LICENSE",
    "axe-core/axe.min.js": TESTS / "axe.min.js",
    "axe-core/LICENSE": TESTS / "axe.LICENSE",
}
ICONS = """
apple archive arrow-counterclockwise arrow-down arrow-left arrow-repeat arrow-return-left arrow-right arrow-up
arrow-up-right bag bag-check-fill bag-x bell book box-arrow-in-down box-arrow-right box-arrow-up box-arrow-up-right
box-seam calendar3 check-circle check-circle-fill check-lg check2 check2-square chevron-down chevron-left chevron-right
chevron-up circle circle-half clock clock-history cloud-slash code-slash copy dash-circle database-x download envelope
envelope-at envelope-check envelope-exclamation envelope-open envelope-paper exclamation-circle
exclamation-triangle-fill eye file-earmark-text files filter flag folder2 gear geo-alt-fill google hourglass house inbox
info-circle key keyboard link-45deg list lock-fill microsoft moon-stars paperclip pause-circle pencil pencil-fill people
person play-circle plus-circle-fill plus-lg question-circle receipt search send shield-check shield-exclamation
shield-lock shop-window slash-circle sliders sort-down stop-circle sun tag three-dots trash3 truck type upc upload
unlock wifi-off wrench-adjustable x x-lg
""".split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare the files with the manifest")
    return check() if parser.parse_args().check else copy()


def copy() -> int:
    """Write every file, the icon sprite and the manifest; 1 if a package is missing."""
    if not PACKAGES.is_dir():
        print("Run `npm ci --ignore-scripts` first.", file=sys.stderr)  # noqa: T201
        return 1
    for source, target in FILES.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_without_source_map((PACKAGES / source).read_bytes()))
    (VENDOR / "icons.svg").write_text(_sprite(), encoding="utf-8")
    MANIFEST.write_text(json.dumps(_state(), indent=2) + "\n", encoding="utf-8")
    return 0


def check() -> int:
    """0 if every file is the one the manifest names."""
    wrong = [path for path, digest in json.loads(MANIFEST.read_text())["sha256"].items() if _digest(path) != digest]
    for path in wrong:
        print(f"{path} is not what the manifest says.", file=sys.stderr)  # noqa: T201
    return 1 if wrong else 0


def _state() -> dict[str, dict[str, str]]:
    wanted = json.loads((ROOT / "package.json").read_text())
    paths = sorted(str(path.relative_to(ROOT)) for path in [*FILES.values(), VENDOR / "icons.svg"])
    return {
        "packages": wanted["dependencies"] | wanted["devDependencies"],
        "sha256": {path: _digest(path) for path in paths},
    }


def _digest(path: str) -> str:
    file = ROOT / path
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _without_source_map(content: bytes) -> bytes:
    # A map that is not served makes every open developer console report a missing file.
    return re.sub(rb"(?m)^(?://|/\*)# sourceMappingURL=.*$\n?", b"", content)


def _sprite() -> str:
    symbols = "".join(_symbol(name) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(name: str) -> str:
    drawing = (PACKAGES / "bootstrap-icons" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.S)
    assert inner, name
    return f'<symbol id="i-{name}" viewBox="0 0 16 16">{" ".join(inner.group(1).split())}</symbol>'


if __name__ == "__main__":
    sys.exit(main())

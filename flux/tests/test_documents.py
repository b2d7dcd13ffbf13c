"""What the documents say is so: variables, commands and files that they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/operating.md", "docs/promises.md", "docs/faults.md")


def test_the_example_of_the_environment_lists_every_variable_and_no_other():
    read = set(re.findall(r"(?:env\.\w+|_secret)\(\s*\"(\w+)\"", (ROOT / "flux" / "settings.py").read_text()))
    listed = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read


def test_the_commands_of_the_operators_page_exist_with_their_options():
    lines = re.findall(r"^\| `(\w+)([^`]*)` \|", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)
    commands = {name: options for name, options in lines if name.islower()}
    assert len(commands) >= 15
    for name, options in commands.items():
        app = get_commands()[name]
        assert isinstance(app, str)
        known = load_command_class(app, name).create_parser("manage.py", name).format_help()
        for option in re.findall(r"--[\w-]+", options):
            assert option in known, (name, option)


def test_the_operators_page_names_every_command_of_ours():
    text = (ROOT / "docs" / "operating.md").read_text()
    ours = {name for name, app in get_commands().items() if (ROOT / str(app).replace(".", "/")).is_dir()}
    assert {name for name in ours if f"`{name}" not in text} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_make_targets_lead_somewhere(document):
    text = (ROOT / document).read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / document).parent.joinpath(target).exists(), target
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text()
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "  17. Interpretation of Sections 15 and 16." in text
    assert len(text.splitlines()) == 661


@pytest.mark.parametrize("document", ["docs/promises.md", "docs/faults.md"])
def test_the_tests_that_a_document_rests_on_exist(document):
    named = set(re.findall(r"`(test_\w+)`", (ROOT / document).read_text()))
    files = [path for path in ROOT.glob("*/**/tests/**/test_*.py") if ".venv" not in path.parts]
    there = {name for path in files for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)}
    assert named
    assert named - there == set()

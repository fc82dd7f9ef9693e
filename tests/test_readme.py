"""What the README says is so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from quickwin.cli import main
from workflow.settings import Settings, variable

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_settings() -> None:
    rows = re.findall(r"^\| `(QUICKWIN_\w+)` \| (.+) \|$", README, re.MULTILINE)

    assert rows == [(variable(f.name), f.metadata["doc"]) for f in fields(Settings)]


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z-]+)", README))

    assert {"run", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operating.md"])
def test_every_file_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(
        r"`((?:workflow|web|tasks)/[\w/.]+)`", text
    )

    for name in named:
        assert (ROOT / name).exists() or (ROOT / page).parent.joinpath(name).exists(), name


def test_the_map_names_files_that_exist() -> None:
    house = README.split("## The map of the house")[1].split("##")[0]
    folder = ""
    for line in house.splitlines():
        if found := re.match(r"    (\w+/) ", line):
            folder = found.group(1)
        for name in re.findall(r"\b([a-z_]+(?:\.py|/))", line):
            if name != folder and name != "api/":
                assert (ROOT / folder / name).exists(), (folder, name)


def test_the_commands_it_names_exist() -> None:
    named = set(re.findall(r"(?:`|bin/)quickwin ([a-z]+)", README))

    assert {"up", "migrate", "token", "workflow"} <= named
    assert named <= set(main.commands)

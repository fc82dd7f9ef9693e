"""One door: nothing else sets a state, and no code knows the names of the shipped definition's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow.definition import Coverage
from workflow.document import shipped
from workflow.models import DecreeStatus

ROOT = Path(__file__).parent.parent
PACKAGES = ("workflow", "web", "tasks", "quickwin")
STATES = frozenset(shipped().states)

# Words of another vocabulary that happen to be the names of states, and where they may stand.
OTHER_WORDS = {
    "workflow/definition.py": {step.value for step in Coverage},
    "workflow/models/decree.py": {status.value for status in DecreeStatus},
    "web/labels.py": {step.value for step in Coverage},
}
# The story of the demo data tells which way each Quick Win goes; the migration repeats the tables.
ABOUT_THE_SHIPPED_ONE = ("quickwin/demo/", "workflow/migrations/")


def sources(suffix: str) -> list[Path]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob(f"*{suffix}"))]
    return [
        path
        for path in found
        if not path.relative_to(ROOT).as_posix().startswith(ABOUT_THE_SHIPPED_ONE)
    ]


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _sets_state(node: ast.AST) -> bool:
    """An assignment to `.state`, by whatever way Python or SQLAlchemy have."""
    match node:
        case ast.Attribute(attr="state", ctx=ast.Store() | ast.Del()):
            return True
        case ast.Call(func=ast.Attribute(attr="values" | "update"), keywords=keywords):
            return any(keyword.arg == "state" for keyword in keywords)
        case ast.Call(func=ast.Name(id="setattr" | "set_attribute"), args=[_, name, _]):
            return not isinstance(name, ast.JoinedStr)  # which begins with other letters
        case ast.Call(func=ast.Name(id="QuickWin"), keywords=keywords):
            return any(keyword.arg == "state" for keyword in keywords)
    return False


def test_only_a_new_quick_win_is_given_a_state_and_only_the_machine_changes_one() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), ast.unparse(node).split("(")[0])
        for path in sources(".py")
        for node in nodes(path)
        if _sets_state(node)
    ]

    assert found == [("workflow/content.py", "QuickWin")]


@pytest.mark.parametrize(
    ("what", "who"),
    [
        ("transitions", "machine"),
        ("workflow.attempt", "machine"),
        ("workflow.writing", "attempt"),  # which writes what the machine came to
        ("sqlalchemy.orm.attributes import set_committed_value", "writing"),
    ],
)
def test_only_the_door_drives_the_machine_and_writes_where_it_went(what: str, who: str) -> None:
    imports = re.compile(rf"^(from|import) {re.escape(what)}\b", re.MULTILINE)
    users = [
        path.relative_to(ROOT).as_posix()
        for path in sources(".py")
        if imports.search(path.read_text("utf-8"))
    ]

    assert users == [f"workflow/{who}.py"]


@pytest.mark.parametrize("path", sources(".py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_names_a_state(path: Path) -> None:
    allowed = OTHER_WORDS.get(path.relative_to(ROOT).as_posix(), set())
    named = {
        (node.lineno, node.value)
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value in STATES - allowed
    }

    assert not named


@pytest.mark.parametrize("path", sources(".html"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_names_a_state(path: Path) -> None:
    code = re.findall(r"{[{%].*?[%}]}", path.read_text("utf-8"), re.DOTALL)
    named = {word for part in code for word in re.findall(r"""["'](\w+)["']""", part)}

    assert not named & STATES

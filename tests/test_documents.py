"""What people read about the workflow is drawn from it, and the commands say what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from letter import LETTER, edited

from workflow.document import load, shipped
from workflow.drawing import document

ROOT = Path(__file__).parents[1]
DEFINITION = ROOT / "workflow" / "definitions" / "quick_win.toml"


def quickwin(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command, without any setting."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("QUICKWIN_")}
    return subprocess.run(
        [sys.executable, "-m", "quickwin.cli", "workflow", *arguments],
        cwd=ROOT,
        env={**bare, "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def lines_with(text: str, document_: str) -> list[str]:
    return [line.strip() for line in document_.splitlines() if text in line]


@pytest.fixture
def letter(tmp_path):
    return tmp_path / "a letter.toml"


def test_the_document_is_fresh():
    readme = ROOT / "workflow" / "README.md"

    assert readme.read_text(encoding="utf-8") == document(shipped()), (
        "run: quickwin workflow document > workflow/README.md"
    )


def test_the_diagram_has_every_state_and_every_way_between_them():
    workflow = shipped()
    drawn = document(workflow).split("```")[1].splitlines()

    ways = {line.split(":")[0].strip() for line in drawn if "-->" in line}
    assert ways == {
        "[*] --> draft",
        *(f"{s} --> {row.to}" for row in workflow.transitions if row.to for s in row.source),
        *(f"{state.code} --> [*]" for state in workflow.states.values() if state.final),
    }
    assert len([line for line in drawn if " as " in line]) == len(workflow.states)


def test_the_table_of_permissions_has_every_row_with_its_rules_in_words():
    drawn = document(load(LETTER))

    assert lines_with("`hand_in`", drawn) == [
        "| `hand_in` | Hand in (*Serahkan*) | Desk | Panel | Clerk | Every required part of the "
        "proposal must be filled in. | whose turn it is; Boss |"
    ]
    assert lines_with("`send_back`", drawn) == [
        "| `send_back` | Send back (*Kembalikan*) | Tray; Panel | Desk | Boss | A note is given. "
        "| – |"
    ]
    assert lines_with("`conclude`", drawn) == [
        "| `conclude` | Conclude (*Tutup*) | Panel | Tray | The system | Enough reviewers must "
        "have reviewed what is submitted now.<br>It happens by itself, as soon as it can. | – |"
    ]


def test_the_deadlines_stand_in_words():
    drawn = document(load(LETTER))

    assert lines_with("| Desk (*Meja*) |", drawn)[-1] == (
        "| Desk (*Meja*) | within 2 working days | 1 | – | remind after 1<br>escalate after 2, "
        "then every 1, 2 times in all |"
    )
    assert lines_with("| Panel (*Panel*) | within", drawn) == [
        "| Panel (*Panel*) | within 2 working days | – | time out | – |"
    ]
    assert lines_with("| Tray (*Baki*) | working day 5", drawn) == [
        "| Tray (*Baki*) | working day 5 of each month | – | – | remind after 1 |"
    ]


def test_rows_that_share_a_name_say_when_each_is_meant():
    drawn = document(shipped())

    [row] = lines_with("`resubmit#3`", drawn)
    assert "It came from Plenary, awaiting the decision.<br>It has material changes.<br>" in row


def test_states_roles_rubric_and_parameters_are_listed():
    drawn = document(load(LETTER))

    for line in (
        "| `desk` | Desk (*Meja*) | Writing (*Penulisan*) | Clerk | draft | new ones start here; "
        "content can be edited |",
        "| `tray` | Tray (*Baki*) | as before | Boss | in progress | – |",
        "| `clerk` | Clerk (*Juru tulis*) | a unit and those below it | all of the own unit "
        "| Boss |",
        "| `tone` | Tone (*Nada*) | 1 |",
        "- Quorum: 1 of 2 reviewers.",
        "- Desk: 4 working days.",
        "- Weight of Tone: 3.",
    ):
        assert line in drawn.splitlines()


def test_what_helps_to_score_and_to_check_is_listed_where_there_is_any():
    drawn = document(shipped())

    aspect, question = (
        shipped().rubric["risk"],
        shipped().states["verification"].checklist["unique"],
    )
    assert lines_with(f"| {aspect.label.en} | {aspect.help.en} | {aspect.low.en} |", drawn)
    assert lines_with(f"| {question.question.en} (*{question.question.id}*) |", drawn)
    assert "## Checklists" not in document(load(LETTER))


def test_a_label_cannot_break_the_tables_or_the_diagram():
    drawn = document(load(edited(('en = "Hand in"', 'en = "Hand: a | b; \\"c\\""'))))

    assert "    desk --> panel: Hand– a | b, 'c'" in drawn.splitlines()
    assert r"| `hand_in` | Hand: a \| b; " in drawn


def test_the_command_prints_the_document():
    shown = quickwin("document")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == document(shipped())


def test_the_command_says_that_a_definition_has_no_findings():
    shown = quickwin("check", DEFINITION)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == (
        "No findings: “quick_win”, version 2, has 15 states, 31 transitions and 10 roles.\n"
    )


def test_the_command_lists_every_finding(letter):
    letter.write_text(edited(("quorum = 1", "quorum = 3"), ("reviewers = 2", "reviewers = 0")))
    shown = quickwin("check", letter)

    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr.splitlines() == [
        "parameters.reviewers: This number must be from 1 to 100.",
        "parameters.reviewers: 0 reviewers can never be a quorum of 3.",
    ]


def test_the_command_lists_what_cannot_be_read_as_a_definition(letter):
    letter.write_text(edited(("final = true", "finale = true")))
    shown = quickwin("check", letter)

    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == ("states.filed.finale: This key is not known here; is it misspelt?\n")


def test_the_command_refuses_a_file_that_is_no_text(letter):
    letter.write_bytes(b"\xff\xfe\x00")
    shown = quickwin("check", letter)

    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == "Error: This file is not a text in UTF-8.\n"


@pytest.mark.parametrize("missing", ["nowhere.toml", "."])
def test_a_file_that_is_not_there_is_wrong_use(tmp_path, missing):
    shown = quickwin("check", tmp_path / missing)

    assert (shown.returncode, shown.stdout) == (2, "")
    assert str(tmp_path) in shown.stderr


def test_findings_are_in_the_language_asked_for_or_that_of_the_terminal(letter):
    letter.write_text(edited(("days = { desk = 4 }", "days = { tray = 4 }")))

    assert "“Tray”" in quickwin("check", letter).stderr
    assert "“Baki”" in quickwin("check", letter, LANG="id_ID.UTF-8").stderr
    assert "“Baki”" in quickwin("check", letter, "--language", "id").stderr
    assert "“Tray”" in quickwin("check", letter, "--language", "en", LANG="id_ID.UTF-8").stderr


def test_another_language_than_the_two_is_wrong_use():
    assert quickwin("check", DEFINITION, "--language", "fr").returncode == 2

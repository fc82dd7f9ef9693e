"""The gate for what helps people in a definition: checklists, and what earns which score."""

from __future__ import annotations

import pytest
from letter import edited
from test_checks import findings

TRAY = 'late = [{ after = 1, do = "remind" }] }\n'
NEAT = """
[states.tray.checklist.neat]
question = { id = "Rapi?", en = "Neat?" }
help = { id = "Tanpa coretan.", en = "Nothing crossed out." }
fields = ["title"]
"""
TONE = 'tone = { label = { id = "Nada", en = "Tone" }, weight = 1 }'
HELP = TONE.replace(" }, weight", ' }, help = { id = "Sopan?", en = "Polite?" }, weight')
CHECKLISTS = {
    "a question without words": (
        [('en = "Neat?"', 'en = " "')],
        "states.tray.checklist.neat.question: A label needs words in both languages.",
    ),
    "help without words": (
        [('id = "Tanpa coretan."', 'id = ""')],
        "states.tray.checklist.neat.help: A label needs words in both languages.",
    ),
    "a field that does not exist": (
        [('["title"]', '["titel"]')],
        "states.tray.checklist.neat.fields: The content has no field “titel”.",
    ),
    "a field that stands twice": (
        [('["title"]', '["title", "title"]')],
        "states.tray.checklist.neat.fields: “title” stands here twice.",
    ),
    "a code that is none": (
        [("checklist.neat]", "checklist.Neat]")],
        "states.tray.checklist: “Neat” is no code: small letters, digits and underscores, "
        "beginning with a letter.",
    ),
    "a state from which only one way leads": (
        [("states.tray.checklist", "states.panel.checklist")],
        "states.panel.checklist: Who goes through the checklist needs a row that leads on, and "
        "one back to where the content can be edited. This is missing for “Boss”.",
    ),
    "a score that is explained without words": (
        [('en = "Polite?"', 'en = ""')],
        "rubric.tone.help: A label needs words in both languages.",
    ),
}


def checked(*edits: tuple[str, str]) -> list[str]:
    """The findings of the letter with a checklist and help, with these edits."""
    text = edited((TRAY, TRAY + NEAT), (TONE, HELP))
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return findings(text)


def test_a_checklist_and_help_are_no_mistake():
    assert checked() == []


@pytest.mark.parametrize("mistake", CHECKLISTS)
def test_a_mistake_of_what_helps_people_is_found_where_it_stands(mistake):
    edits, finding = CHECKLISTS[mistake]

    assert checked(*edits) == [finding]

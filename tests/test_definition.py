"""A definition is a document: it is read whole or refused with every reason, and never guessed."""

from __future__ import annotations

import pytest
from letter import LETTER, edited

from workflow.definition import Deadline, Late, Role, State, Transition, When, Workflow
from workflow.document import Malformed, load, shipped
from workflow.language import Label


def problems(text: str) -> list[str]:
    with pytest.raises(Malformed) as malformed:
        load(text)
    return [str(finding) for finding in malformed.value.findings]


def test_everything_in_the_document_is_in_the_workflow():
    letter = load(LETTER)

    assert (letter.name, letter.version, letter.initial) == ("letter", 1, "desk")
    assert letter.roles["clerk"] == Role(
        code="clerk",
        label=Label(id="Juru tulis", en="Clerk"),
        scope="unit",
        sees="own_unit",
        superior="boss",
    )
    assert letter.states["desk"] == State(
        code="desk",
        label=Label(id="Meja", en="Desk"),
        stage="writing",
        coverage="draft",
        editable=True,
        turn=("clerk",),
        deadline=Deadline(
            within=2,
            remind=(-1,),
            late=(Late(after=1, do="remind"), Late(after=2, do="escalate", again=1, times=2)),
        ),
    )
    assert letter.rows("send_back") == (
        Transition(
            name="send_back",
            trigger="send_back",
            label=Label(id="Kembalikan", en="Send back"),
            done=Label(id="mengembalikan", en="sent it back"),
            source=("tray", "panel"),
            to="desk",
            by=("boss",),
            note="required",
        ),
    )


def test_rows_of_one_name_are_triggers_of_their_own():
    workflow = load(edited(('name = "conclude"', 'name = "time_out"')))

    assert [row.trigger for row in workflow.rows("time_out")] == ["time_out", "time_out#2"]
    assert workflow.actions.count("time_out") == 1


def test_a_star_stands_for_every_state():
    workflow = load(edited(('from = ["desk", "tray"]', 'from = ["*"]')))

    assert workflow.rows("remind")[0].source == tuple(workflow.states)


def test_rows_are_found_by_action_and_by_state():
    letter = load(LETTER)

    assert [row.name for row in letter.rows_from("filed")] == ["fetch"]
    assert letter.rows("fetch", "desk") == ()
    assert {row.name for row in letter.rows_from("tray")} == {"send_back", "file", "remind"}


def test_a_turn_is_answered_by_what_leads_on_or_brings_what_is_waited_for():
    letter = load(LETTER)

    assert [row.name for row in letter.turn_rows("panel", "boss")] == ["judge", "send_back"]
    assert letter.turn_rows("panel", "clerk") == ()


def test_a_deadline_says_all_that_the_clock_will_do():
    deadline = Deadline(
        within=5,
        remind=(-3, -1),
        do="lapse",
        late=(Late(after=1, do="remind"), Late(after=3, do="escalate", again=5, times=3)),
    )

    assert list(deadline.steps()) == [
        ("remind", -3),
        ("remind", -1),
        ("lapse", 0),
        ("remind", 1),
        ("escalate", 3),
        ("escalate", 8),
        ("escalate", 13),
    ]


@pytest.mark.parametrize(
    ("when", "fitting"),
    [
        (When(), {("a", True), ("a", False), ("b", True), ("b", False)}),
        (When(returned_from="a"), {("a", True), ("a", False)}),
        (When(material=False), {("a", False), ("b", False)}),
        (When(returned_from="b", material=True), {("b", True)}),
    ],
)
def test_what_a_row_does_not_ask_does_not_matter(when, fitting):
    cases = {(before, material) for before in "ab" for material in (True, False)}

    assert {case for case in cases if when.fits(returned_from=case[0], material=case[1])} == fitting


def test_the_system_has_a_label_though_it_is_no_role():
    letter = load(LETTER)

    assert letter.role_label("system") == Label(id="Sistem", en="The system")
    assert letter.role_label("boss") == Label(id="Atasan", en="Boss")


def test_the_same_text_has_the_same_digest_and_another_text_another():
    assert load(LETTER).sha256 == load(LETTER).sha256
    assert load(LETTER).sha256 != load(LETTER + "\n").sha256


def test_a_workflow_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign"):
        shipped().states["draft"].editable = False  # type: ignore[misc]


MISTAKES = {
    "no TOML": (LETTER + "\nfinal =", "document: This is not a TOML document: Invalid value"),
    "nested without end": ("x = " + "[" * 10_000, "document: This is not a TOML document: "),
    "a misspelt key": (
        edited(("final = true", "finale = true")),
        "states.filed.finale: This key is not known here; is it misspelt?",
    ),
    "a misspelt table": (
        edited(("[stages]", "[stage]")),
        "stage: This key is not known here; is it misspelt?",
    ),
    "a missing key": (
        edited(('scope = "city"\n', "")),
        "roles.boss.scope: This key is missing.",
    ),
    "no source": (
        edited(('from = ["filed"]\n', "")),
        "transitions.5.from: This key is missing.",
    ),
    "a source that is no list": (
        edited(('from = ["filed"]', 'from = "filed"')),
        "transitions.5.from: This value does not fit here: Input should be a valid array.",
    ),
    "an unknown word": (
        edited(('collects = "judgment"', 'collects = "jugdment"')),
        "transitions.1.collects: Only one of these is possible here: 'judgment', 'report', "
        "'comment', 'extension', 'decree', 'recusal' or 'reviewers'.",
    ),
    "an unknown coverage": (
        edited(('coverage = "draft"', 'coverage = "dratf"')),
        "states.desk.coverage: Only one of these is possible here: 'nothing', 'draft', "
        "'in_progress', 'established', 'implementation' or 'completed'.",
    ),
    "a number in words": (
        edited(("quorum = 1", 'quorum = "1"')),
        "parameters.quorum: A whole number is wanted here.",
    ),
    "a date for a number": (
        edited(("version = 1", "version = 2026-08-17")),
        "version: A whole number is wanted here.",
    ),
    "a number for a yes": (
        edited(("final = true", "final = 1")),
        "states.filed.final: true or false is wanted here.",
    ),
    "a number for a text": (
        edited(('to = "filed"', "to = 4")),
        "transitions.4.to: A text is wanted here.",
    ),
    "one language": (
        edited(('{ id = "Meja", en = "Desk" }', '{ id = "Meja" }')),
        "states.desk.label.en: This key is missing.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_document_that_is_no_definition_is_refused_at_the_place(mistake):
    text, problem = MISTAKES[mistake]
    [found] = problems(text)

    assert found.startswith(problem)


def test_every_problem_is_said_at_once():
    text = edited(("quorum = 1", 'quorum = "1"'), ("final = true", "finale = true"))

    assert sorted(problems(text)) == [
        "parameters.quorum: A whole number is wanted here.",
        "states.filed.finale: This key is not known here; is it misspelt?",
    ]


def test_the_shipped_definition_is_read_as_it_stands():
    workflow: Workflow = shipped()

    assert workflow.name == "quick_win"
    assert "# ------" in workflow.text


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('text = "x"\n', "text"),
        ('[roles.other]\ncode = "x"\n', "roles.other.code"),
        ('[[transitions]]\ntrigger = "x"\n', "transitions.0.trigger"),
        ('[[transitions]]\nsource = ["x"]\n', "transitions.0.source"),
    ],
)
def test_a_key_that_is_filled_in_by_itself_cannot_be_written(written: str, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        load(written)

    assert [finding.place for finding in refused.value.findings] == [place]

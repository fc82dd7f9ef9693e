"""The gate for definitions: each mistake is found where it stands, and nothing else is."""

from __future__ import annotations

import pytest
from letter import LETTER, edited

from workflow.checks import check
from workflow.document import load, shipped
from workflow.guards import GUARDS


def findings(text: str) -> list[str]:
    return [str(finding) for finding in check(load(text))]


def test_the_shipped_definition_has_no_findings():
    assert check(shipped()) == []


def test_the_definition_that_the_mistakes_are_made_in_has_no_findings():
    assert findings(LETTER) == []


MISTAKES = {
    # names
    "an initial state that does not exist": (
        [('initial = "desk"', 'initial = "bench"')],
        "initial: There is no state “bench”.",
    ),
    "a target that does not exist": (
        [('to = "filed"', 'to = "fild"')],
        "transitions.file.to: There is no state “fild”.",
    ),
    "a source that does not exist": (
        [('from = ["desk", "tray"]', 'from = ["desk", "try"]')],
        "transitions.remind.from: There is no state “try”.",
    ),
    "a source that stands twice": (
        [('from = ["desk", "tray"]', 'from = ["desk", "tray", "desk"]')],
        "transitions.remind.from: “desk” stands here twice.",
    ),
    "no source": (
        [('from = ["filed"]', "from = []")],
        "transitions.fetch.from: Something must stand here.",
    ),
    "nobody who may": (
        [('by = ["clerk"]', "by = []")],
        "transitions.hand_in.by: Something must stand here.",
    ),
    "a role that does not exist": (
        [('by = ["clerk"]', 'by = ["clark"]')],
        "transitions.hand_in.by: There is no role “clark”.",
    ),
    "a turn of a role that does not exist": (
        [('turn = ["clerk"]', 'turn = ["clark"]')],
        "states.desk.turn: There is no role “clark”.",
    ),
    "a turn of the system": (
        [('turn = ["clerk"]', 'turn = ["system"]')],
        "states.desk.turn: There is no role “system”.",
    ),
    "a superior that does not exist": (
        [('superior = "boss"', 'superior = "bos"')],
        "roles.clerk.superior: There is no role “bos”.",
    ),
    "a stage that does not exist": (
        [('stage = "writing"', 'stage = "wirting"')],
        "states.desk.stage: There is no stage “wirting”.",
    ),
    "a guard that does not exist": (
        [('guards = ["complete"]', 'guards = ["compleat"]')],
        "transitions.hand_in.guards: There is no guard “compleat”.",
    ),
    "somebody to tell who does not exist": (
        [('notify = ["turn", "boss"]', 'notify = ["turn", "bos"]')],
        "transitions.hand_in.notify: “bos” is neither a role nor one of: turn, superior, admins.",
    ),
    "a state to come from that does not exist": (
        [('by = ["clerk"]\n', 'by = ["clerk"]\nwhen = { returned_from = "try" }\n')],
        "transitions.hand_in.when.returned_from: There is no state “try”.",
    ),
    "working days of a state that does not exist": (
        [("days = { desk = 4 }", "days = { dekc = 4 }")],
        "parameters.days: There is no state “dekc”.",
    ),
    "the weight of an aspect that does not exist": (
        [("weights = { tone = 3 }", "weights = { tune = 3 }")],
        "parameters.weights: The rubric has no aspect “tune”.",
    ),
    "a code that cannot stand in an address": (
        [('name = "hand_in"', 'name = "hand in"')],
        "transitions: “hand in” is no code: small letters, digits and underscores, beginning with "
        "a letter.",
    ),
    "a role with the code of a recipient": (
        [
            (
                "[roles.boss]",
                '[roles.admins]\nlabel = { id = "x", en = "x" }\nscope = "city"\nsees = "all"\n'
                "\n[roles.boss]",
            )
        ],
        "roles.admins: “admins” has a meaning of its own and cannot be the code of a role.",
    ),
    "a label without Indonesian words": (
        [('label = { id = "Serahkan", en', 'label = { id = " ", en')],
        "transitions.hand_in.label: A label needs words in both languages.",
    ),
    "an initial state without a stage": (
        [('stage = "writing"\n', "")],
        "states.desk.stage: The initial state needs a stage: there is none before it to stay in.",
    ),
    "an initial state that is final": (
        [('initial = "desk"', 'initial = "filed"')],
        "initial: A new Quick Win cannot start in a final state.",
    ),
    "superiors that go round": (
        [('en = "Boss" }', 'en = "Boss" }\nsuperior = "clerk"')],
        "roles.boss.superior: The superiors of “Boss” lead back to it.",
    ),
    # numbers
    "a quorum of nobody": (
        [("quorum = 1", "quorum = 0")],
        "parameters.quorum: This number must be from 1 to 100.",
    ),
    "a quorum above the reviewers": (
        [("quorum = 1", "quorum = 3")],
        "parameters.reviewers: 2 reviewers can never be a quorum of 3.",
    ),
    "an aspect that weighs nothing": (
        [("weight = 1", "weight = 0")],
        "rubric.tone.weight: This number must be from 1 to 1000.",
    ),
    "a period's weight of nothing": (
        [("weights = { tone = 3 }", "weights = { tone = 0 }")],
        "parameters.weights.tone: This number must be from 1 to 1000.",
    ),
    "an undo window that ends before it begins": (
        [("reviewers = 2", "reviewers = 2\nundo_minutes = -1")],
        "parameters.undo_minutes: This number must be from 0 to 525600.",
    ),
    "a version before the first": (
        [("version = 1", "version = 0")],
        "version: This number must be from 1 to 1000000.",
    ),
    "working days where a deadline has none": (
        [("days = { desk = 4 }", "days = { tray = 4 }")],
        "parameters.days.tray: The state “Tray” has no working days that a period could set.",
    ),
    "a period's deadline of no days": (
        [("days = { desk = 4 }", "days = { desk = 0 }")],
        "parameters.days.desk: This number must be from 1 to 1000.",
    ),
    "a deadline after the end of the calendar": (
        [("within = 2\n", "within = 99999999\n")],
        "states.desk.deadline.within: This number must be from 1 to 1000.",
    ),
    "a working day that no month has": (
        [("by = 5", "by = 24")],
        "states.tray.deadline.by: This number must be from 1 to 20.",
    ),
    # rows
    "a row of the system and a person": (
        [('from = ["desk"]\nby = ["system"]', 'from = ["desk"]\nby = ["system", "boss"]')],
        "transitions.escalate.by: A row of the system is for nobody else.",
    ),
    "an automatic row by a person": (
        [('by = ["system"]\nautomatic', 'by = ["boss"]\nautomatic')],
        "transitions.conclude.by: An automatic row is by the system.",
    ),
    "an automatic row that stays": (
        [('to = "tray"\nby = ["system"]\nautomatic', 'by = ["system"]\nautomatic')],
        "transitions.conclude.to: An automatic row must lead to a state.",
    ),
    "a system that collects": (
        [('notify = ["superior", "admins"]', 'collects = "comment"')],
        "transitions.escalate.collects: The system has nothing to collect.",
    ),
    "a system that must write a note": (
        [('notify = ["superior", "admins"]', 'note = "required"')],
        "transitions.escalate.note: The system writes no note.",
    ),
    "a system asked what only a person can be": (
        [('guards = ["quorum_reached"]', 'guards = ["quorum_reached", "four_eyes"]')],
        "transitions.conclude.guards: The guard “four_eyes” is about a person, but this row is by "
        "the system.",
    ),
    "a decree that is not collected": (
        [('guards = ["complete"]', 'guards = ["by_decree"]')],
        "transitions.hand_in.guards: The guard “by_decree” needs a row that collects a decree.",
    ),
    # turns
    "nobody's turn": (
        [('turn = ["clerk"]', "turn = []")],
        "states.desk.turn: The state is not final, so it must be somebody's turn.",
    ),
    "a turn that cannot be answered": (
        [('turn = ["clerk"]', 'turn = ["clerk", "boss"]')],
        "states.desk.turn: It is the turn of “Boss”, but no row lets them answer it here.",
    ),
    "no deadline": (
        [("deadline = { every", "# deadline = { every")],
        "states.tray.deadline: The state is not final, so it needs a deadline.",
    ),
    "a final state that is somebody's turn": (
        [("final = true", 'final = true\nturn = ["boss"]')],
        "states.filed.turn: The state is final, so it is nobody's turn.",
    ),
    "a final state with a deadline": (
        [("final = true", "final = true\ndeadline = { within = 1 }")],
        "states.filed.deadline: The state is final, so it has no deadline.",
    ),
    "a final state that is left": (
        [('guards = ["undo_open"]\nundo = true', 'guards = ["undo_open"]')],
        "transitions.fetch.from: The state “Filed” is final: only a row marked undo may leave it.",
    ),
    "judgments that lead nowhere": (
        [
            ('to = "tray"\nby = ["system"]\nautomatic', 'by = ["system"]\nautomatic'),
            ('from = ["tray", "panel"]', 'from = ["tray"]'),
        ],
        "states.panel: Judgments are collected here, but no person and no automatic row leads on "
        "with them.",
    ),
    # deadlines
    "a deadline of no kind": (
        [("deadline = { every = \"month\", by = 5,", "deadline = {")],
        "states.tray.deadline: A deadline is one of: within; every and by; until and within. "
        "Here it is: –.",
    ),
    "a deadline of two kinds": (
        [('by = 5', 'by = 5, within = 3')],
        "states.tray.deadline: A deadline is one of: within; every and by; until and within. "
        "Here it is: within, every, by.",
    ),
    "a period's end without the days after it": (
        [("within = 2\n", 'until = "period"\n'), ("days = { desk = 4 }", "")],
        "states.desk.deadline: A deadline is one of: within; every and by; until and within. "
        "Here it is: until.",
    ),
    "a deadline at once": (
        [("within = 2, do", "within = 0, do")],
        "states.panel.deadline.within: This number must be from 1 to 1000.",
    ),
    "a reminder after the deadline": (
        [("remind = [-1]", "remind = [-1, 2]")],
        "states.desk.deadline.remind: Reminders come before the due time or on its day: from "
        "-1000 to 0.",
    ),
    "the same reminder twice": (
        [("remind = [-1]", "remind = [-1, -1]")],
        "states.desk.deadline: “remind” would come twice on the same day.",
    ),
    "reminders out of order": (
        [("remind = [-1]", "remind = [-1, -3]")],
        "states.desk.deadline.remind: These steps must stand in the order of their days.",
    ),
    "a late step that is not late": (
        [("after = 1, do", "after = 0, do")],
        "states.desk.deadline.late: This number must be from 1 to 1000.",
    ),
    "late steps out of order": (
        [("after = 1, do", "after = 9, do")],
        "states.desk.deadline.late: These steps must stand in the order of their days.",
    ),
    "a late step that comes again once": (
        [(", times = 2", "")],
        "states.desk.deadline.late: Steps that come again need both: again, and times from "
        "2 to 100.",
    ),
    "a late step a million times": (
        [("times = 2", "times = 1000000")],
        "states.desk.deadline.late: Steps that come again need both: again, and times from "
        "2 to 100.",
    ),
    "a late step twice on a day": (
        [('do = "escalate", again', 'do = "remind", again'), ("after = 2", "after = 1")],
        "states.desk.deadline: “remind” would come twice on the same day.",
    ),
    "a deadline that does what nobody may": (
        [('do = "time_out"', 'do = "send_back"')],
        "states.panel.deadline.do: The system has no row “send_back” that starts in this state.",
    ),
    "a reminder that does not start there": (
        [('from = ["desk", "tray"]\nby', 'from = ["tray"]\nby')],
        "states.desk.deadline.remind: The system has no row “remind” that starts in this state.",
    ),
    "steps after the deadline has led on": (
        [('do = "time_out" }', 'do = "time_out", late = [{ after = 1, do = "time_out" }] }')],
        "states.panel.deadline: These steps never come: “time_out” has led on before them.",
    ),
    "a moved date that a person records": (
        [('name = "send_back"', 'name = "reschedule"')],
        "transitions.reschedule: “reschedule” only records that a date moved: it is by the system, "
        "stays in its state, and has no guards.",
    ),
    # pauses
    "a pause from which nothing goes back": (
        [('en = "Tray" }', 'en = "Tray" }\npauses = true')],
        "states.tray.pauses: It pauses “Panel”, but no row leads back there.",
    ),
    "a pause of a pause": (
        [
            ('en = "Tray" }', 'en = "Tray" }\npauses = true'),
            ('en = "Panel" }', 'en = "Panel" }\npauses = true'),
        ],
        "states.tray.pauses: “Panel” pauses already, and its clock cannot be paused.",
    ),
    "a pause before anything began": (
        [('en = "Desk" }', 'en = "Desk" }\npauses = true')],
        "states.desk.pauses: The state is final or new ones start here, so it pauses nothing.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_where_it_stands(mistake):
    edits, finding = MISTAKES[mistake]

    assert finding in findings(edited(*edits))


def test_reminders_may_come_before_the_deadline_and_on_its_day():
    assert findings(edited(("remind = [-1]", "remind = [-2, 0]"))) == []


def test_whatever_a_state_pauses_it_must_lead_back_to():
    back = (
        'name = "file"',
        'name = "reopen"\nlabel = { id = "B", en = "B" }\n'
        'done = { id = "b", en = "b" }\nfrom = ["tray"]\nto = "panel"\nby = ["boss"]\n\n'
        '[[transitions]]\nname = "file"',
    )
    text = edited(('en = "Tray" }', 'en = "Tray" }\npauses = true'), back)

    assert findings(text) == []


def test_an_unknown_name_is_said_alone_since_nobody_knows_where_it_leads():
    assert findings(edited(('to = "filed"', 'to = "fild"'))) == [
        "transitions.file.to: There is no state “fild”."
    ]


def test_a_definition_may_use_only_the_guards_it_is_checked_against():
    without = sorted(GUARDS.keys() - {"undo_open"})

    assert [str(finding) for finding in check(load(LETTER), without)] == [
        "transitions.fetch.guards: There is no guard “undo_open”."
    ]

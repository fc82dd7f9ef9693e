"""What each kind of notification is called, and an example of it in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.language import N_
from workflow.models import NoticeKind

NAMES: Mapping[NoticeKind, str] = {
    NoticeKind.TURN: N_("Your turn"),
    NoticeKind.REMINDER: N_("Reminders"),
    NoticeKind.ESCALATION: N_("What others are late with"),
    NoticeKind.NEWS: N_("How Quick Wins get on"),
    NoticeKind.COMMENT: N_("Comments"),
    NoticeKind.DATES: N_("Changed dates"),
    NoticeKind.PERIOD: N_("Periods"),
    NoticeKind.INCIDENT: N_("Disturbances"),
}
EXAMPLES: Mapping[NoticeKind, str] = {
    NoticeKind.TURN: N_("A Quick Win waits for you from now on, for example to be endorsed."),
    NoticeKind.REMINDER: N_(
        "It still waits for you, and its deadline is near or over, for example: one working day is"
        " left."
    ),
    NoticeKind.ESCALATION: N_(
        "It waits for people whose superior you are, and they are late, for example with an"
        " endorsement."
    ),
    NoticeKind.NEWS: N_(
        "Somebody acted on a Quick Win that concerns you, for example: the plenary approved it."
    ),
    NoticeKind.COMMENT: N_(
        "Somebody wrote a comment, for example a question about the beneficiaries."
    ),
    NoticeKind.DATES: N_(
        "Your deadlines moved, since the calendar changed or a period was extended, for example: a"
        " day of joint leave was added."
    ),
    NoticeKind.PERIOD: N_(
        "A period opens, is extended or closes, for example: it closes in five working days and"
        " your agency has sent nothing yet."
    ),
    NoticeKind.INCIDENT: N_(
        "Something that only administrators can mend, for example: nobody can take a step any more."
    ),
}

"""Daily mails, made up: what their snapshots are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from letters import ORIGIN
from mail_cases import DUE, LATE, NEWS_OF_IT, NOTICES, ON_TURN, TITLE
from world import NOW

from workflow.answers import Answers
from workflow.digest import Digest, Waiting, Waits
from workflow.urgency import urgency


def _waiting(number: int, title: str, due_at: datetime | None, *, whose: str = "") -> Waiting:
    return Waiting(
        quick_win_id=number,
        number=f"QW-2026-{number:04}",
        title=title,
        unit="Dinas Kesehatan",
        answers=Answers(expected=ON_TURN.expected, instead_of=(whose,) if whose else ()),
        due_at=due_at,
        urgency=urgency(due_at, NOW, ORIGIN.calendar),
    )


WAITS = Waits(
    listed=(
        _waiting(12, TITLE, LATE),
        _waiting(15, "Antrean Daring Puskesmas", NOW + timedelta(hours=6)),
        _waiting(19, "", DUE - timedelta(days=3), whose="Endah Wulandari"),
        _waiting(23, "Posyandu Keliling", DUE + timedelta(days=4)),
        _waiting(31, "Rumah Sehat Lansia", None),
    ),
    late=1,
)
DIGESTS = {
    "digest": Digest(
        waits=WAITS,
        told=tuple(
            NOTICES[name]
            for name in (
                "turn",
                "comment",
                "news_final",
                "dates",
                "period_open",
                "dates_of_a_day",
                "period_reminder",
                "period_closed",
                "period_extended",
                "incident_mail",
            )
        ),
    ),
    "digest_quiet": Digest(waits=Waits(), told=(NOTICES["news"],)),
    "digest_long": Digest(
        waits=Waits(listed=WAITS.listed[:1], more=37, late=4),
        told=tuple(
            replace(
                NOTICES["news"],
                id=100 + number,
                about=replace(NEWS_OF_IT, quick_win_id=number, number=f"QW-2026-{number:04}"),
            )
            for number in range(100, 123)
        ),
    ),
}

"""One notice of each kind, made up: what the snapshots of mails are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from letters import NEWS, RINA
from world import NOW

from workflow.alarms import Alarm
from workflow.causes import ChangedDay
from workflow.incidents import Told as Step
from workflow.language import Label
from workflow.models import IncidentKind, NoticeKind
from workflow.moved_dates import Dates, Moved
from workflow.news import Closed, Otherwise
from workflow.notice import About, Notice
from workflow.period_news import Draft, PeriodNews
from workflow.standstills import Standstill

RECIPIENT = RINA
TITLE = "Gempita Beras Merah"
HEAD = Label(id="Kepala Perangkat Daerah", en="Head of the agency")
CHAIR = Label(id="Ketua Tim Pelaksana", en="Chair of the team")
SUBMITTER = Label(id="Pengusul", en="Submitter")
REVIEWER = Label(id="Penelaah", en="Reviewer")
AWAITING = Label(id="Menunggu Pengesahan Kepala OPD", en="Awaiting the head's endorsement")
REVISION = Label(id="Perlu Perbaikan", en="Revision requested")
DUE = datetime(2026, 7, 6, 9, tzinfo=UTC)
CLOSES = datetime(2026, 8, 31, 9, tzinfo=UTC)
LATE = datetime(2026, 6, 26, 9, tzinfo=UTC)

NEWS_OF_IT = replace(
    NEWS, title=TITLE, actor="Endah Wulandari", capacity="Plt. Kepala Dinas Kesehatan"
)
ON_TURN = replace(
    NEWS_OF_IT,
    actor="Rina Amalia",
    capacity=SUBMITTER,
    done=Label(id="mengirim usulan untuk disahkan", en="sent the proposal for endorsement"),
    state=AWAITING,
    waits_for=(HEAD,),
    due_at=DUE,
    expected=(
        Label(id="Sahkan", en="Endorse"),
        Label(id="Kembalikan ke pengusul", en="Return to the submitter"),
    ),
    otherwise=Otherwise(after=3, leads_to=None, tells=(CHAIR,)),
)
ASKED_BACK = replace(
    NEWS_OF_IT,
    actor="",
    capacity=CHAIR,
    done=Label(id="meminta perbaikan", en="asked for a revision"),
    note="Mohon perjelas jumlah penerima manfaat.\nTarget indikator belum sesuai anggaran.",
    notes=2,
    state=REVISION,
    waits_for=(SUBMITTER,),
    due_at=DUE + timedelta(days=9),
    expected=(Label(id="Kirim perbaikan", en="Send the revision"),),
    otherwise=Otherwise(after=0, leads_to=Label(id="Ditarik", en="Withdrawn"), tells=()),
)
REMINDED = replace(
    ON_TURN,
    actor="",
    capacity=Label(id="Sistem", en="The system"),
    done=Label(id="mengingatkan akan tenggat", en="reminded of the deadline"),
    due_at=NOW + timedelta(days=1, hours=6),
    step=1,
    steps=2,
)
ESCALATED = replace(REMINDED, due_at=LATE, expected=(), step=2, steps=3)
CLOSED = replace(
    REMINDED,
    state=Label(id="Draf", en="Draft"),
    waits_for=(SUBMITTER,),
    due_at=LATE,
    expected=(Label(id="Kirim untuk disahkan", en="Send for endorsement"),),
    steps=1,
    closed=Closed(name="Periode 2026", at=LATE),
)
PERIOD = PeriodNews(
    action="open_period",
    code="2026",
    name="Periode 2026",
    opens_at=NOW,
    closes_at=CLOSES,
    closed_at=None,
    reason="",
)
MOVED = tuple(
    Moved(
        quick_win_id=number,
        number=f"QW-2026-{number:04}",
        title=title,
        before=DUE + timedelta(days=day),
        after=DUE + timedelta(days=day + 1),
    )
    for day, (number, title) in enumerate(((12, TITLE), (15, "Antrean Daring Puskesmas"), (19, "")))
)
MOVED_AGAIN = replace(MOVED[1], before=MOVED[1].after, after=MOVED[1].after + timedelta(days=1))
UNSTAFFED = Step(
    id=3,
    state=Label(id="Telaah Substansi", en="Review"),
    role=REVIEWER,
    quick_win_id=None,
    quick_win="",
    units=["Dinas Kesehatan", "Dinas Komunikasi, Informatika, Statistik dan Persandian"],
    since=NOW,
    until=None,
)


def _still(kind: IncidentKind, until: datetime | None = None) -> Standstill:
    return Standstill(id=4, kind=kind, since=NOW - timedelta(minutes=20), until=until)


ABOUT: dict[str, tuple[NoticeKind, About]] = {
    "turn": (NoticeKind.TURN, ON_TURN),
    "turn_as_delegate": (
        NoticeKind.TURN,
        replace(ON_TURN, instead_of=("Endah Wulandari",), on_behalf_of=""),
    ),
    "turn_back": (NoticeKind.TURN, ASKED_BACK),
    "turn_over": (NoticeKind.TURN, replace(ON_TURN, expected=(), otherwise=None)),
    "reminder_before": (NoticeKind.REMINDER, REMINDED),
    "reminder_late": (
        NoticeKind.REMINDER,
        replace(REMINDED, due_at=NOW - timedelta(days=1), step=2),
    ),
    "escalation": (NoticeKind.ESCALATION, ESCALATED),
    "escalation_unseen": (NoticeKind.ESCALATION, replace(ESCALATED, visible=False)),
    "news": (NoticeKind.NEWS, replace(NEWS_OF_IT, on_behalf_of="Budi Santoso")),
    "news_final": (
        NoticeKind.NEWS,
        replace(
            NEWS_OF_IT,
            actor="Surya Pratama",
            capacity=CHAIR,
            done=Label(id="menolak usulan", en="rejected the proposal"),
            note="Manfaatnya sudah tercakup layanan yang ada.",
            state=Label(id="Ditolak", en="Rejected"),
            final=True,
            waits_for=(),
            due_at=None,
        ),
    ),
    "comment": (
        NoticeKind.COMMENT,
        replace(
            NEWS_OF_IT,
            actor="",
            capacity=REVIEWER,
            done=Label(id="memberi komentar", en="commented"),
            note="Siapa yang memasak?",
        ),
    ),
    "dates": (
        NoticeKind.DATES,
        Dates(
            action="import_calendar",
            reason="",
            days=tuple(
                ChangedDay(day=date(2026, 7, day), name=name, working=working, moved_from=None)
                for day, name, working in (
                    (3, "HUT Kota Contoh", False),
                    (4, "Pengganti cuti bersama", True),
                )
            ),
            period=None,
            moved=MOVED,
        ),
    ),
    "dates_of_a_day": (
        NoticeKind.DATES,
        Dates(
            action="move_day",
            reason="",
            days=(
                ChangedDay(
                    day=date(2026, 7, 6),
                    name="Cuti bersama",
                    working=False,
                    moved_from=date(2026, 7, 3),
                ),
            ),
            period=None,
            moved=(MOVED_AGAIN,),
        ),
    ),
    "dates_with_period": (
        NoticeKind.DATES,
        Dates(
            action="extend_period",
            reason="Banjir di tiga kecamatan.",
            days=(),
            period=replace(PERIOD, action="extend_period", closed_at=CLOSES - timedelta(days=7)),
            moved=MOVED[:1],
        ),
    ),
    "period_open": (NoticeKind.PERIOD, PERIOD),
    "period_reminder": (
        NoticeKind.PERIOD,
        replace(
            PERIOD,
            action="remind_period",
            closes_at=DUE + timedelta(days=2),
            lacking=("Dinas Kesehatan", "Dinas Sosial"),
        ),
    ),
    "period_closed": (
        NoticeKind.PERIOD,
        replace(
            PERIOD,
            action="close_period",
            closes_at=NOW,
            drafts=(Draft(quick_win_id=12, number="QW-2026-0012", title=TITLE),),
        ),
    ),
    "period_extended": (
        NoticeKind.PERIOD,
        replace(
            PERIOD,
            action="extend_period",
            closed_at=CLOSES - timedelta(days=7),
            reason="Banjir di tiga kecamatan.",
        ),
    ),
    "incident_unstaffed": (NoticeKind.INCIDENT, Alarm(incident_id=3, what=UNSTAFFED)),
    "incident_staffed": (
        NoticeKind.INCIDENT,
        Alarm(incident_id=3, what=replace(UNSTAFFED, until=NOW)),
    ),
    "incident_beat": (
        NoticeKind.INCIDENT,
        Alarm(incident_id=4, what=_still(IncidentKind.BEAT_LATE)),
    ),
    "incident_mail": (
        NoticeKind.INCIDENT,
        Alarm(incident_id=4, what=_still(IncidentKind.MAIL_STUCK)),
    ),
    "incident_over": (
        NoticeKind.INCIDENT,
        Alarm(incident_id=4, what=_still(IncidentKind.MAIL_STUCK, until=NOW)),
    ),
    "news_number_alone": (NoticeKind.NEWS, replace(NEWS_OF_IT, visible=False, title=None)),
    "reminder_closed": (NoticeKind.REMINDER, CLOSED),
    "escalation_closed": (NoticeKind.ESCALATION, replace(CLOSED, expected=(), steps=3)),
}
NOTICES = {
    name: Notice(id=number, kind=kind, at=NOW, read_at=None, about=about)
    for number, (name, (kind, about)) in enumerate(ABOUT.items(), 1)
}

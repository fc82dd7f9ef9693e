"""The tables, one file per noun. What may happen to them is not known here."""

from workflow.models.access import Answer, FailedLogin, Login, Token
from workflow.models.declarative import Base, Json
from workflow.models.decree import Decree, DecreeLine, DecreeStatus, Effect
from workflow.models.definition import DefinedRole, DefinedState, DefinedTurn, Definition
from workflow.models.delegation import Delegation, Post
from workflow.models.due import (
    CalendarDay,
    DayKind,
    DueRow,
    Heartbeat,
    PeriodAction,
    PeriodStep,
)
from workflow.models.incident import Incident, IncidentKind
from workflow.models.judgment import Designation, Judgment, Recusal, Report, Verdict
from workflow.models.ledger import Chain, Checkpoint, Event, SignedHead
from workflow.models.notification import (
    Channel,
    Message,
    NoticeKind,
    Notification,
    Preference,
)
from workflow.models.people import Assignment, Person, Unit, UnitName
from workflow.models.period import City, Period
from workflow.models.quick_win import Authorship, File, QuickWin, Revision, Upload
from workflow.models.search_word import SearchWord
from workflow.models.two_factor import RecoveryCode, SecondFactor

__all__ = [
    "Answer",
    "Assignment",
    "Authorship",
    "Base",
    "CalendarDay",
    "Chain",
    "Channel",
    "Checkpoint",
    "City",
    "DayKind",
    "Decree",
    "DecreeLine",
    "DecreeStatus",
    "DefinedRole",
    "DefinedState",
    "DefinedTurn",
    "Definition",
    "Delegation",
    "Designation",
    "DueRow",
    "Effect",
    "Event",
    "FailedLogin",
    "File",
    "Heartbeat",
    "Incident",
    "IncidentKind",
    "Json",
    "Judgment",
    "Login",
    "Message",
    "NoticeKind",
    "Notification",
    "Period",
    "PeriodAction",
    "PeriodStep",
    "Person",
    "Post",
    "Preference",
    "QuickWin",
    "RecoveryCode",
    "Recusal",
    "Report",
    "Revision",
    "SearchWord",
    "SecondFactor",
    "SignedHead",
    "Token",
    "Unit",
    "UnitName",
    "Upload",
    "Verdict",
]

"""The mails that an act brought, in words: to whom, and how each of them stands.

To whom names, answers and buttons are open was decided by `workflow.traces`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from web.frame import moment, say
from web.presenting import turn_of
from web.telling import MailLine, Told, row_of
from workflow.definition import TURN, Workflow
from workflow.escalation import level_of
from workflow.mailed import Mailed, Mails, Outcome
from workflow.models import Event
from workflow.notices import roles_named

UNSENT = (Outcome.OWED, Outcome.FAILED)  # where the answer of the server matters


def below(workflow: Workflow, event: Event, mail: Mails) -> Iterator[MailLine]:
    """What stands below the act: how many there are, and each that failed."""
    failed = [one for one in mail.each if one.outcome is Outcome.FAILED]
    if len(mail.each) != len(failed) or not failed:
        yield MailLine(text=f"{_whom(workflow, event, mail)}: {_counted(mail)}")
    yield from (_line(one) for one in failed)


def entry(workflow: Workflow, event: Event, mail: Mails, act: Told) -> Told:
    """What stands in a list of mails: those of one act, one by one where names are open."""
    whom = _whom(workflow, event, mail)
    return Told(
        icon="mail",
        kind="danger" if Outcome.FAILED in mail.counts else "neutral",
        who="",
        what=_("Mail “your turn” to %(whom)s", whom=whom)
        if mail.your_turn
        else _("Mail to %(whom)s", whom=whom),
        at=moment(mail.at),
        detail=_counted(mail),
        note=f"{act.who} {act.what}",
        mails=[_line(one) for one in mail.each if len(mail.each) > 1 or one.outcome in UNSENT],
    )


def _line(one: Mailed) -> MailLine:
    return MailLine(
        text=f"{one.name}: {_stands(one, one.at)}",
        kind="danger" if one.outcome is Outcome.FAILED else "neutral",
        again=one.again,
        whose=one.name,
    )


def _stands(one: Mailed, at: datetime) -> str:
    """How it stands, and what the server said of one that has not left."""
    said = {
        Outcome.SENT: _("sent %(moment)s", moment=moment(at)),
        Outcome.OWED: _("on its way, next attempt %(moment)s", moment=moment(at))
        if one.attempts
        else _("on its way"),
        Outcome.FAILED: _("failed %(moment)s", moment=moment(at)),
        Outcome.CANCELLED: _("no longer needed"),
        Outcome.DIGEST: _("waits for the digest"),
        Outcome.APP: _("only in the application"),
    }[one.outcome]
    return f"{said} – {one.answer}" if one.answer and one.outcome in UNSENT else str(said)


def _whom(workflow: Workflow, event: Event, mail: Mails) -> str:
    """The recipients: by name where that is open, else by role; the reader always."""
    roles = ", ".join(mail.names) or _roles(workflow, event, mail)
    if not mail.mine or mail.names:
        return roles
    alone = sum(mail.counts.values()) == 1
    return str(_("you") if alone else _("%(roles)s, you among them", roles=roles))


def _roles(workflow: Workflow, event: Event, mail: Mails) -> str:
    state, row = workflow.states.get(event.target or ""), row_of(workflow, event)
    if state is None or row is None:
        return str(_("those concerned"))
    if mail.your_turn:
        return turn_of(workflow, state)
    tokens = [token for token in row.notify if token != TURN]
    level = level_of(workflow, event.source, event.action, event.data)
    codes = roles_named(workflow, state.code, tokens, level=level)
    roles = dict.fromkeys(say(workflow.role_label(code)) for code in codes)
    return ", ".join(roles) or turn_of(workflow, state)


def _counted(mail: Mails) -> str:
    return ", ".join(_count(one, mail.counts[one]) for one in Outcome if one in mail.counts)


def _count(outcome: Outcome, number: int) -> str:
    return str(
        {
            Outcome.SENT: ngettext("%(num)s sent", "%(num)s sent", number),
            Outcome.OWED: ngettext("%(num)s on its way", "%(num)s on their way", number),
            Outcome.FAILED: ngettext("%(num)s failed", "%(num)s failed", number),
            Outcome.CANCELLED: ngettext(
                "%(num)s no longer needed", "%(num)s no longer needed", number
            ),
            Outcome.DIGEST: ngettext(
                "%(num)s waits for the digest", "%(num)s wait for the digest", number
            ),
            Outcome.APP: ngettext(
                "%(num)s only in the application", "%(num)s only in the application", number
            ),
        }[outcome]
    )

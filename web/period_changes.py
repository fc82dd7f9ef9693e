"""The changes of a period that are previewed: its extension and its numbers, with the dates that
move with them, as `web.previewing` takes them.

Who may set a period, and what fits, is decided in the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import g
from flask_babel import gettext as _

from web.frame import day, moment
from web.period_forms import ParametersForm
from web.previewing import Fact, Told
from workflow import period_outline, periods
from workflow.definition import Parameters
from workflow.models import Period
from workflow.timekeepers import Followed


def extended(period: Period, closes: date, reason: str) -> tuple[Followed, Told]:
    """Let it close at the end of that day. Raises as the domain does."""
    closed, reminders = moment(period.closes_at), _reminders(period)
    followed = periods.extend(
        g.session, period, closes=closes, reason=reason, by=g.person, at=g.now
    )
    facts = [
        Fact(_("Closes"), [closed], [moment(period.closes_at)]),
        Fact(_("Reminders to come"), reminders, _reminders(period)),
    ]
    said = _("The period now closes on %(day)s.", day=day(period.closes_at))
    return followed, Told(facts=facts, said=said)


def numbered(
    period: Period, form: ParametersForm, wanted: Parameters, remind_days: Sequence[int]
) -> tuple[Followed, Told]:
    """Let it go by these numbers, which the form has. Raises as the domain does."""
    reminders = _reminders(period)
    followed = periods.set_parameters(
        g.session, period, wanted, remind_days=remind_days, by=g.person, at=g.now
    )
    facts = form.changes()
    if (after := _reminders(period)) != reminders:
        facts.append(Fact(_("Reminders to come"), reminders, after))
    said = _("What is submitted from now on goes by these numbers.")
    return followed, Told(facts=facts, said=said)


def _reminders(period: Period) -> list[str]:
    found = period_outline.reminders(g.session, period)
    return [day(each) for each in found] or [str(_("None."))]

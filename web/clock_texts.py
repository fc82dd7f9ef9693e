"""What the clock did, in words: which reminder it was, how far up it was told, from when to when a
date moved. What the clock does, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from web.frame import day, say
from workflow.definition import Workflow
from workflow.escalation import level_of, superiors
from workflow.models import Event


def told_by_the_clock(workflow: Workflow, event: Event) -> Iterator[str]:
    """Nothing, for an act of a person."""
    data = event.data
    if "threshold" in data:
        yield _when(data["threshold"])
    if level := level_of(workflow, event.source, event.action, data):
        yield _("level %(level)s: %(roles)s", level=level, roles=_roles(workflow, event, level))
    if "due_before" in data:
        yield _moved(data)


def _when(threshold: int) -> str:
    if threshold == 0:
        return str(_("on the day of the deadline"))
    if threshold < 0:
        before = ngettext(
            "%(num)s working day before the deadline",
            "%(num)s working days before the deadline",
            -threshold,
        )
        return str(before)
    return str(
        ngettext(
            "%(num)s working day after the deadline",
            "%(num)s working days after the deadline",
            threshold,
        )
    )


def _roles(workflow: Workflow, event: Event, level: int) -> str:
    found = superiors(workflow, event.source or "", level)
    return ", ".join(say(workflow.role_label(role)) for role in found)


def _moved(data: Mapping[str, Any]) -> str:
    before, after = (datetime.fromisoformat(data[name]) for name in ("due_before", "due_at"))
    return str(_("from %(before)s to %(after)s", before=day(before), after=day(after)))

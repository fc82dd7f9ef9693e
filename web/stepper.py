"""The stepper of a Quick Win: which stages lie behind it and since when, where it is, what comes.

A state without a stage (a revision, an end on the way) is shown at the stage where it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from flask_babel import gettext as _

from web.frame import say
from web.presenting import brief_day
from workflow.dossier import Dossier


@dataclass(frozen=True, kw_only=True)
class Step:
    label: str
    detail: str
    position: Literal["done", "now", "next", "stopped"]


@dataclass(frozen=True, kw_only=True)
class _Stay:
    stage: str
    entered: datetime


def steps(dossier: Dossier) -> list[Step]:
    stages = list(dossier.workflow.stages)
    if not stages:
        return []
    stays = _stays(dossier, stages[0])
    left = {before.stage: after.entered for before, after in pairwise(stays)}
    here = stages.index(stays[-1].stage)
    return [_step(dossier, code, index - here, left.get(code)) for index, code in enumerate(stages)]


def _stays(dossier: Dossier, first: str) -> list[_Stay]:
    """The stages in the order in which it was there, each stay once."""
    states, stage = dossier.workflow.states, first
    stays = [_Stay(stage=first, entered=dossier.quick_win.created_at)]
    for entry in dossier.events:
        target = states.get(entry.event.target or "")
        stage = (target.stage if target else None) or stage
        if stage != stays[-1].stage:
            stays.append(_Stay(stage=stage, entered=entry.event.at))
    return stays


def _step(dossier: Dossier, code: str, distance: int, left: datetime | None) -> Step:
    label, state = say(dossier.workflow.stages[code]), dossier.state
    if distance > 0:
        return Step(label=label, detail="", position="next")
    if distance < 0:
        return Step(label=label, detail=brief_day(left) if left else "", position="done")
    since, name = brief_day(dossier.quick_win.since), say(state.label)
    if state.final:
        detail = since if name == label else _("%(state)s, %(day)s", state=name, day=since)
        return Step(label=label, detail=detail, position="done" if state.stage else "stopped")
    detail = _("since %(day)s", day=since)
    if name != label:
        detail = _("%(state)s, since %(day)s", state=name, day=since)
    return Step(label=label, detail=detail, position="now")

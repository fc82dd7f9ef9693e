"""The forms with which an admin sets periods, and what was typed into them as the domain takes it.

Everything is typed as text, so that nothing is lost where it does not fit; what fits is decided in
the domain, whose faults come back to the fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.frame import say
from web.previewing import Fact
from web.proposal_fields import Choice
from web.time_form import TimeForm
from workflow.definition import Parameters, QuorumOf, Workflow
from workflow.language import Label
from workflow.period_faults import LONGEST_NAME, MAX_REASON

_NEEDED = [InputRequired(lazy_gettext("This must be filled in."))]
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
QUORUMS: Mapping[str, Any] = {
    QuorumOf.NUMBER.value: lazy_gettext("Any so many reviewers"),
    QuorumOf.ALL.value: lazy_gettext("All who were asked"),
    QuorumOf.EACH_ROLE.value: lazy_gettext("At least one of each role that reviews"),
}


class NewPeriodForm(TimeForm):
    code = StringField(lazy_gettext("Code"), _NEEDED)
    name = StringField(lazy_gettext("Name"), [*_NEEDED, Length(max=LONGEST_NAME)])
    year = StringField(lazy_gettext("Year of the numbers"), _NEEDED)
    opens = StringField(lazy_gettext("First day"), _NEEDED)
    closes = StringField(lazy_gettext("Last day"), _NEEDED)


class ExtensionForm(TimeForm):
    closes = StringField(lazy_gettext("New last day"), _NEEDED)
    reason = TextAreaField(lazy_gettext("Reason"), [*_NEEDED, Length(max=MAX_REASON)])


class ParametersForm(TimeForm):
    """`parameters_form` adds a field for each state and for each line of the rubric."""

    quorum = StringField(lazy_gettext("Quorum"), _NEEDED)
    reviewers = StringField(lazy_gettext("Reviewers who are asked"), _NEEDED)
    quorum_of = RadioField(
        lazy_gettext("Who must be among them"),
        choices=[Choice(code, name) for code, name in QUORUMS.items()],
    )
    undo_minutes = StringField(lazy_gettext("Minutes in which a decision can be undone"), _NEEDED)
    remind_days = StringField(lazy_gettext("Reminders before the close (working days)"))

    def changes(self) -> list[Fact]:
        """What is set anew."""
        told = [
            Fact(_called(one), [_shown(one.object_data)], [_shown(one.data)])
            for one in self
            if one.object_data is not None
        ]
        return [one for one in told if one.before != one.after]

    def of(self, kind: str) -> list[Field]:
        """The fields of one kind, `days` or `weights`, in the order of the definition."""
        return [field for field in self if field.short_name.startswith(f"{kind}.")]


def parameters_form(workflow: Workflow, now: Parameters, remind_days: list[int]) -> ParametersForm:
    """With what is in force in the period."""
    shown = _numbers(workflow, days=now.days, weights=now.weights)
    fields = {name: StringField(say(one.label), _NEEDED) for name, one in shown.items()}
    values = {name: str(one.number) for name, one in shown.items()}
    form: ParametersForm = type("OfDefinition", (ParametersForm,), fields)(
        prefix="parameters.",
        data=values
        | {
            "quorum": str(now.quorum),
            "reviewers": str(now.reviewers),
            "quorum_of": QuorumOf(now.quorum_of).value,
            "undo_minutes": str(now.undo_minutes),
            "remind_days": ", ".join(map(str, remind_days)),
        },
    )
    return form


def wanted(form: ParametersForm, workflow: Workflow) -> tuple[Parameters, list[int]] | None:
    """The numbers and the reminders that were typed; None where one cannot be read, and its field
    says so. A number as the definition has it is none of the period's own."""
    single = (form.quorum, form.reviewers, form.undo_minutes)
    read = [*single, *form.of("days"), *form.of("weights")]
    numbers = {field.short_name: whole(field) for field in read}
    days = [_read(form.remind_days, text) for text in _words(form.remind_days)]
    if None in numbers.values() or None in days:
        return None
    usual = {name: one.number for name, one in _numbers(workflow, days={}, weights={}).items()}
    own = {name: n for name, n in numbers.items() if n is not None and usual.get(name) != n}
    parameters = Parameters(
        quorum=numbers["quorum"] or 0,
        reviewers=numbers["reviewers"] or 0,
        quorum_of=QuorumOf(form.quorum_of.data),
        undo_minutes=numbers["undo_minutes"] or 0,
        days=_named("days", own),
        weights=_named("weights", own),
    )
    return parameters, [day for day in days if day is not None]


def whole(field: Field) -> int | None:
    """None where it cannot be read; the field says so."""
    return _read(field, (field.data or "").strip())


@dataclass(frozen=True, kw_only=True)
class _Number:
    label: Label
    number: int


def _numbers(
    workflow: Workflow, *, days: Mapping[str, int], weights: Mapping[str, int]
) -> dict[str, _Number]:
    """The working days of each state that has some, and the weight of each line of the rubric: as
    they are told, else as the definition has them. By the names of their fields."""
    found = {
        f"days.{code}": _Number(label=state.label, number=days.get(code, state.deadline.within))
        for code, state in workflow.states.items()
        if state.deadline and state.deadline.within
    }
    return found | {
        f"weights.{code}": _Number(label=aspect.label, number=weights.get(code, aspect.weight))
        for code, aspect in workflow.rubric.items()
    }


def _called(field: Field) -> str:
    """With what its heading on the form adds."""
    match field.short_name.partition(".")[0]:
        case "days":
            return str(_("Working days: %(step)s", step=field.label.text))
        case "weights":
            return str(_("Weight: %(line)s", line=field.label.text))
        case _:
            return str(field.label.text)


def _shown(typed: str) -> str:
    if typed in QUORUMS:
        return str(QUORUMS[typed])
    numbers = sorted(map(int, _WHOLE.findall(typed)), reverse=True)
    return ", ".join(map(str, numbers)) or str(_("None."))


def _read(field: Field, text: str) -> int | None:
    if _WHOLE.fullmatch(text):
        return int(text)
    field.errors = field.errors or [_("Write a whole number like 5.")]
    return None


def _words(field: Field) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", field.data or "") if word]


def _named(kind: str, numbers: Mapping[str, int]) -> dict[str, int]:
    begin = f"{kind}."
    return {n.removeprefix(begin): v for n, v in numbers.items() if n.startswith(begin)}

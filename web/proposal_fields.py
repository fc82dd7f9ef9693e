"""The fields of the proposal's form, with their names, hints, marks and fixed choices.

It takes every text and refuses none: rules and limits are only drawn, the domain has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    Form,
    FormField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    fields,
)
from wtforms.validators import InputRequired, Length

from web.labels import CHOICES, FIELDS, PARTS
from workflow.fields import REQUIRED

Choice: Any = fields.choices.SelectChoice  # type: ignore[attr-defined] # its stubs are older
NOT_CHOSEN = Choice("", lazy_gettext("Not chosen yet"))


class FieldList(fields.FieldList):  # type: ignore[type-arg] # generic for mypy only
    """Takes only such indices as the form itself can have sent. The macros know it by its name."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        sent = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,3}})-")
        return (int(found[1]) for found in map(sent.match, formdata) if found)


def _rules(path: str, limit: int | None = None) -> list[Any]:
    """They are only drawn, as marks and limits; the domain has the rules."""
    needed = path in REQUIRED
    return [*([InputRequired()] if needed else []), *([Length(max=limit)] if limit else [])]


def _line(name: str, limit: int, hint: Any = "") -> Any:
    return StringField(FIELDS[name], _rules(name, limit), description=hint)


def _long(name: str, hint: Any = "", limit: int = 4000) -> Any:
    return TextAreaField(FIELDS[name], _rules(name, limit), description=hint)


def _part(group: str, name: str, *, needed: bool = False, limit: int = 200, hint: Any = "") -> Any:
    rules = [*([InputRequired()] if needed else []), Length(max=limit)]
    return StringField(PARTS[group][name], rules, description=hint)


def _pick(path: str, label: Any, *, needed: bool = False, hint: Any = "") -> Any:
    choices = [Choice(code, name) for code, name in CHOICES.get(path, {}).items()]
    rules = [InputRequired()] if needed else []
    return SelectField(label, rules, choices=[NOT_CHOSEN, *choices], description=hint)


def _choose(name: str, hint: Any = "") -> Any:
    choices = [Choice(code, label) for code, label in CHOICES[name].items()]
    return RadioField(FIELDS[name], _rules(name), choices=choices, description=hint)


class IndicatorForm(Form):
    name = _part(
        "indicators", "name", needed=True, hint=lazy_gettext("What is counted or measured.")
    )
    kind = _pick(
        "indicators.kind",
        PARTS["indicators"]["kind"],
        needed=True,
        hint=lazy_gettext("Output: what is made. Outcome: what gets better."),
    )
    baseline = _part("indicators", "baseline", needed=True, hint=lazy_gettext("Today, like 12,5."))
    target = _part("indicators", "target", needed=True, hint=lazy_gettext("At the end."))
    unit = _part(
        "indicators", "unit", needed=True, limit=120, hint=lazy_gettext("Percent, people, days.")
    )


class MilestoneForm(Form):
    name = _part(
        "milestones", "name", needed=True, hint=lazy_gettext("What is reached on that day.")
    )
    date = StringField(
        PARTS["milestones"]["date"],
        [InputRequired()],
        description=lazy_gettext("Like 07/08/2026 or 7 Agustus 2026."),
    )


class PicForm(Form):
    name = _part("pic", "name", needed=True)
    position = _part("pic", "position", needed=True)
    contact = _part(
        "pic", "contact", needed=True, hint=lazy_gettext("Telephone number or e-mail address.")
    )
    nip = StringField(PARTS["pic"]["nip"], description=lazy_gettext("18 digits."))


class PartnerForm(Form):
    name = _part("partners", "name")
    role = _part("partners", "role")


class ReadinessForm(Form):
    regulation = _pick("readiness.regulation", PARTS["readiness"]["regulation"])
    infrastructure = _pick("readiness.infrastructure", PARTS["readiness"]["infrastructure"])
    application = _pick("readiness.application", PARTS["readiness"]["application"])
    staff = _pick("readiness.staff", PARTS["readiness"]["staff"])


class ProposalForm(Form):
    """In the order of the page."""

    title = _line(
        "title", 120, lazy_gettext("The name people will use, often an acronym. It can change.")
    )
    title_expansion = _line(
        "title_expansion", 200, lazy_gettext("The words behind the acronym, or the full name.")
    )
    dimension = _pick("dimension", FIELDS["dimension"], needed=True)
    subdimension = _pick(
        "subdimension",
        FIELDS["subdimension"],
        hint=lazy_gettext("It has to belong to the dimension."),
    )
    instrument = _choose(
        "instrument", lazy_gettext("Does it need an application or another IT system?")
    )
    form = _pick("form", FIELDS["form"])
    initiator = _pick("initiator", FIELDS["initiator"], hint=lazy_gettext("Whose idea it was."))
    rpjmd_program = _line(
        "rpjmd_program", 200, lazy_gettext("The programme of the RPJMD that it serves.")
    )
    executing_unit = _pick(
        "executing_unit",
        FIELDS["executing_unit"],
        hint=lazy_gettext("Where a unit below the proposing one carries it out."),
    )
    summary = _long("summary", lazy_gettext("What it is, in a few sentences anybody understands."))
    problem = _long(
        "problem",
        lazy_gettext("What is not well today, for whom, and how much. With figures."),
    )
    objective = _long("objective", lazy_gettext("What will be different, and by when."))
    benefit = _long("benefit", lazy_gettext("What the public will notice of it."))
    beneficiaries = _long("beneficiaries", lazy_gettext("Which groups, and how many people."), 1000)
    uniqueness = _long(
        "uniqueness", lazy_gettext("What is new about it, beside what others do already.")
    )
    indicators = FieldList(
        FormField(IndicatorForm),
        FIELDS["indicators"],
        description=lazy_gettext(
            "At least one, at most 20. Progress is measured by them: choose what you can count."
        ),
    )
    milestones = FieldList(
        FormField(MilestoneForm),
        FIELDS["milestones"],
        description=lazy_gettext(
            "At least one, at most 30: the clear and measurable steps, each with its date."
        ),
    )
    budget = StringField(
        FIELDS["budget"],
        _rules("budget"),
        description=lazy_gettext(
            "Whole rupiah, like 50.000.000 or 50 juta. Write 0 if it costs nothing."
        ),
    )
    funding_source = _choose("funding_source")
    pic = FormField(PicForm, FIELDS["pic"])
    partners = FieldList(
        FormField(PartnerForm),
        FIELDS["partners"],
        description=lazy_gettext("Who takes part: agencies, companies, universities, communities."),
    )
    readiness = FormField(ReadinessForm, FIELDS["readiness"])
    potential = _long("potential", lazy_gettext("Where else it could work."))
    sustainability = _long(
        "sustainability", lazy_gettext("Who keeps it going next year, and with what money.")
    )
    risks = _long("risks", lazy_gettext("What could go wrong, and what you do about it."))
    files = SelectMultipleField(FIELDS["files"], choices=[])
    upload = MultipleFileField(lazy_gettext("Add files"))

"""The sections of a proposal: which fields each has, how far it is, and where the missing ones are.

What may be written into them is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from web import proposal_form
from web.labels import FIELDS, PARTS
from web.proposal_fields import ProposalForm
from web.proposal_texts import ROWS
from workflow import fields
from workflow.models import QuickWin

State: TypeAlias = Literal["done", "begun", "empty", "optional"]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of the proposal's form; `lead` says what it is for."""

    id: str
    label: Any
    lead: Any
    icon: str
    fields: tuple[str, ...]


# In the order in which they are filled in.
SECTIONS: Sequence[Section] = (
    Section(
        id="naming",
        label=lazy_gettext("Name and classification"),
        lead=lazy_gettext("What it is called, and where it belongs in the city's plan."),
        icon="bulb",
        fields=(
            "title",
            "title_expansion",
            "dimension",
            "subdimension",
            "instrument",
            "form",
            "initiator",
            "rpjmd_program",
            "executing_unit",
        ),
    ),
    Section(
        id="description",
        label=lazy_gettext("Description"),
        lead=lazy_gettext(
            "The heart of the proposal. Write as you would tell it to a neighbour: who has which"
            " problem, what you will do, and what gets better."
        ),
        icon="file-text",
        fields=("summary", "problem", "objective", "benefit", "beneficiaries", "uniqueness"),
    ),
    Section(
        id="measuring",
        label=FIELDS["indicators"],
        lead=lazy_gettext("By what everybody will see, a year from now, that it worked."),
        icon="target",
        fields=("indicators",),
    ),
    Section(
        id="steps",
        label=FIELDS["milestones"],
        lead=lazy_gettext("The way there, in clear and measurable steps within 12 months."),
        icon="flag",
        fields=("milestones",),
    ),
    Section(
        id="money",
        label=FIELDS["budget"],
        lead=lazy_gettext("What it costs, and who pays. A Quick Win may well cost nothing."),
        icon="wallet",
        fields=("budget", "funding_source"),
    ),
    Section(
        id="people",
        label=lazy_gettext("People and partners"),
        lead=lazy_gettext("Who answers for it, and who takes part."),
        icon="users",
        fields=("pic", "partners"),
    ),
    Section(
        id="outlook",
        label=lazy_gettext("Readiness and outlook"),
        lead=lazy_gettext("Not required, but reviewers give points for each of it."),
        icon="route",
        fields=("readiness", "potential", "sustainability", "risks"),
    ),
    Section(
        id="evidence",
        label=FIELDS["files"],
        lead=lazy_gettext("What shows that it is true: photos, letters, figures, a draft rule."),
        icon="paperclip",
        fields=("files",),
    ),
)
BY_ID = {section.id: section for section in SECTIONS}


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Something that a submission still needs, with a link to its field."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a section is. "optional": nothing of it is needed, and nothing is there."""

    section: Section
    href: str
    state: State
    missing: list[Missing]


def place_of(name: str) -> Section:
    """The section that has the field."""
    return next(section for section in SECTIONS if name in section.fields)


def address(quick_win: QuickWin, section: Section, anchor: str = "") -> str:
    """Where the section is written, at the field with that anchor."""
    return url_for(
        "proposals.section",
        quick_win_id=quick_win.id,
        section=section.id,
        _anchor=anchor or None,
    )


def address_of(quick_win: QuickWin, name: str) -> str:
    """Where the field of that name is written."""
    return address(quick_win, place_of(name), proposal_form.anchor(ProposalForm()[name]))


def progress(quick_win: QuickWin, form: ProposalForm, content: fields.Content) -> list[Progress]:
    """Of every section, in their order. `form` is the whole one, with this content in it."""
    missing = fields.missing(content)
    return [
        _progress(quick_win, section, form, content, [p for p in missing if _in(section, p)])
        for section in SECTIONS
    ]


def _progress(
    quick_win: QuickWin,
    section: Section,
    form: ProposalForm,
    content: fields.Content,
    paths: Iterable[str],
) -> Progress:
    missing = [
        Missing(label=_name_of(path), href=address(quick_win, section, _anchor(form, path)))
        for path in paths
    ]
    return Progress(
        section=section,
        href=address(quick_win, section),
        state=_state(section, content, bool(missing)),
        missing=missing,
    )


def _state(section: Section, content: fields.Content, missing: bool) -> State:
    there = [bool(getattr(content, name)) or getattr(content, name) == 0 for name in section.fields]
    needed = not set(section.fields).isdisjoint(fields.REQUIRED)
    if needed and missing:
        return "begun" if any(there) else "empty"
    if needed or all(there):
        return "done"
    return "begun" if any(there) else "optional"


def _in(section: Section, path: str) -> bool:
    return path.split(".", maxsplit=1)[0] in section.fields


def _anchor(form: ProposalForm, path: str) -> str:
    return proposal_form.anchor(proposal_form.field_of(form, path))


def _name_of(path: str) -> str:
    """What a missing field is called, alone in a list."""
    name, *rest = path.split(".")
    if not rest:
        return str(FIELDS[name])
    part = PARTS[name][rest[-1]]
    if name in ROWS:
        return str(
            _("%(row)s %(number)s: %(part)s", row=FIELDS[name], number=int(rest[0]) + 1, part=part)
        )
    return f"{FIELDS[name]}: {part}"

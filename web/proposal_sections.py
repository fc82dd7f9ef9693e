"""The sections of the proposal's form, and what is still missing in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from web import proposal_form
from web.labels import FIELDS, PARTS
from web.proposal_fields import ProposalForm
from web.proposal_texts import ROWS
from workflow import fields

# (id, name, icon, fields) in the order of the page.
SECTIONS: Sequence[tuple[str, Any, str, tuple[str, ...]]] = (
    (
        "naming",
        lazy_gettext("Name and classification"),
        "bulb",
        (
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
    (
        "description",
        lazy_gettext("Description"),
        "file-text",
        ("summary", "problem", "objective", "benefit", "beneficiaries", "uniqueness"),
    ),
    ("measuring", FIELDS["indicators"], "target", ("indicators",)),
    ("steps", FIELDS["milestones"], "flag", ("milestones",)),
    ("money", FIELDS["budget"], "wallet", ("budget", "funding_source")),
    ("people", lazy_gettext("People and partners"), "users", ("pic", "partners")),
    (
        "outlook",
        lazy_gettext("Readiness and outlook"),
        "route",
        ("readiness", "potential", "sustainability", "risks"),
    ),
    ("evidence", FIELDS["files"], "paperclip", ("files",)),
)


@dataclass(frozen=True, kw_only=True)
class Section:
    """`missing` is (label, where the field is) of what a submission still needs of it; `needed`:
    it needs anything at all; `begun`: something is filled in."""

    id: str
    label: Any
    icon: str
    needed: bool
    begun: bool
    missing: list[tuple[str, str]]


def sections(form: ProposalForm, content: fields.Content) -> list[Section]:
    """In the order of the page; the links lead into the form."""
    missing = fields.missing(content)
    return [
        Section(
            id=id_,
            label=label,
            icon=icon,
            needed=not set(names).isdisjoint(fields.REQUIRED),
            begun=any(getattr(content, name) for name in names),
            missing=[
                (_name_of(path), f"#{proposal_form.anchor(proposal_form.field_of(form, path))}")
                for path in missing
                if path.split(".")[0] in names
            ],
        )
        for id_, label, icon, names in SECTIONS
    ]


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

"""The page of one section of a proposal: its texts, the choices of the period and the unit, the
evidence, and what others saved meanwhile. What may be saved is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template
from sqlalchemy import any_, literal, select

from web import content_view, proposal_conflict, proposal_form
from web.frame import reader_language
from web.labels import FIELDS
from web.presenting import title_of
from web.proposal_conflict import Meanwhile
from web.proposal_examples import EXAMPLES
from web.proposal_fields import NOT_CHOSEN, Choice, ProposalForm
from web.proposal_form import Pressed
from web.proposal_sections import SECTIONS, Section
from web.proposal_texts import FILES, Texts
from workflow import fields, quorum, uploads
from workflow.models import File, Period, QuickWin, Unit, Upload
from workflow.rights import is_material
from workflow.term import term_of

ONE_TO_BEGIN_WITH = ("indicators", "milestones")


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An uploaded file, whether it belongs to the proposal or not."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Voids:
    """How many judgments a change of these fields voids; `done`: something was changed already."""

    count: int
    fields: list[Any]
    done: bool


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A field as somebody saved it meanwhile, in words."""

    label: Any
    href: str
    value: str
    change: Meanwhile


def render(
    quick_win: QuickWin,
    section: Section,
    texts: Texts,
    *,
    version: int,
    seen: str,
    faults: Mapping[str, str] | None = None,
    changed: Mapping[str, bool] | None = None,
    pressed: Pressed | None = None,
    drawn: bool = False,
) -> str:
    """The page of a section with these texts. `version` and `seen` are what it was loaded from;
    `changed` what was saved since, by `proposal_conflict.merge`; `pressed` the button of a row;
    `drawn`: the texts are a copy that the browser kept, put back and not saved."""
    stored = _stored(quick_win, texts[FILES] or ()) if FILES in texts else []
    choices = _choices(quick_win, section, stored)
    if not pressed:
        texts = _with_rows_to_begin_with(texts)
    only = (*section.fields, *(["upload"] if FILES in texts else []))
    form = proposal_form.form_of(texts, choices, only)
    messages = proposal_form.blame(form, faults or {})
    place = SECTIONS.index(section)
    return render_template(
        "proposals/section.html",
        quick_win=quick_win,
        title=title_of(quick_win),
        term=term_of(g.session, quick_win, at=g.now),
        section=section,
        number=place + 1,
        total=len(SECTIONS),
        previous=SECTIONS[place - 1] if place else None,
        following=SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None,
        form=form,
        version=version,
        seen=seen,
        messages=messages,
        saved=_saved(quick_win, form, choices, stored, changed or {}),
        stored=stored,
        max_bytes=uploads.MAX_BYTES,
        examples=EXAMPLES,
        voids=_voids(quick_win, section),
        pressed=pressed,
        drawn=drawn,
        new_row=f"{pressed.name}-{pressed.row}" if pressed and pressed.row is not None else "",
    )


def _voids(quick_win: QuickWin, section: Section) -> Voids | None:
    """None where nothing was judged yet, or where nothing of the section would void it."""
    labels = [FIELDS[name] for name in section.fields if name in fields.MATERIAL]
    count = quorum.at_stake(g.session, quick_win) if labels else 0
    return Voids(count=count, fields=labels, done=is_material(quick_win)) if count else None


def _with_rows_to_begin_with(texts: Texts) -> Texts:
    """With an empty row where at least one is needed and there is none."""
    return {
        name: value or [{}] if name in ONE_TO_BEGIN_WITH else value for name, value in texts.items()
    }


# ---------------------------------------------------------------- choices


def _choices(
    quick_win: QuickWin, section: Section, stored: Sequence[Stored]
) -> dict[str, list[Any]]:
    """Of those fields of the section that have choices of the period, the unit or the uploads."""
    found: Mapping[str, Callable[[], list[Any]]] = {
        "dimension": lambda: [NOT_CHOSEN, *map(_choice, quick_win.period.dimensions)],
        "subdimension": lambda: [NOT_CHOSEN, *_subdimensions(quick_win.period)],
        "executing_unit": lambda: [NOT_CHOSEN, *_units_below(quick_win.unit)],
        FILES: lambda: [Choice(file.sha256, file.name) for file in stored],
    }
    return {name: choices() for name, choices in found.items() if name in section.fields}


def _choice(entry: Mapping[str, Any], group: str | None = None) -> Any:
    return Choice(entry["code"], entry["label"][reader_language()], optgroup=group)


def _subdimensions(period: Period) -> list[Any]:
    return [
        _choice(entry, dimension["label"][reader_language()])
        for dimension in period.dimensions
        for entry in dimension.get("subdimensions", ())
    ]


def _units_below(unit: Unit) -> list[Any]:
    below = select(Unit.code, Unit.name).where(
        literal(unit.id) == any_(Unit.path), Unit.id != unit.id
    )
    return [Choice(code, name) for code, name in g.session.execute(below.order_by(Unit.name))]


def _stored(quick_win: QuickWin, first: Sequence[str]) -> list[Stored]:
    """All uploads: first those that belong to the proposal, in its order."""
    found = g.session.execute(
        select(Upload.sha256, Upload.name, File.size)
        .join(Upload.file)
        .where(Upload.quick_win_id == quick_win.id)
        .order_by(Upload.at, Upload.sha256)
    )
    files = [Stored(sha256=sha256, name=name, size=size) for sha256, name, size in found]
    order = {sha256: place for place, sha256 in enumerate(first)}
    return sorted(files, key=lambda file: order.get(file.sha256, len(order)))


# ---------------------------------------------------------------- saved meanwhile


def _saved(
    quick_win: QuickWin,
    form: ProposalForm,
    choices: Mapping[str, list[Any]],
    stored: Sequence[Stored],
    changed: Mapping[str, bool],
) -> list[Saved]:
    if not changed:
        return []
    content = fields.parse(quick_win.content).model_dump()
    units = choices.get("executing_unit", ())
    names = {choice.value: str(choice.label) for choice in units}
    names |= {file.sha256: file.name for file in stored}
    told = proposal_conflict.meanwhile(g.session, quick_win, changed)
    return [
        Saved(
            label=FIELDS[change.field],
            href=f"#{proposal_form.anchor(form[change.field])}",
            value=_in_words(change.field, content[change.field], quick_win.period, names),
            change=change,
        )
        for change in told
    ]


def _in_words(field: str, value: Any, period: Period, names: Mapping[str, str]) -> str:
    if field == "executing_unit":
        return names.get(value or "", value or "")
    if field == "files":
        return "\n".join(names.get(sha256, sha256) for sha256 in value or ())
    return content_view.words(field, value, period)

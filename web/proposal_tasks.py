"""The task list of a proposal: how far each section is, what is missing, what was asked for."""

from __future__ import annotations

from flask import g, render_template

from web import proposal_form, proposal_texts
from web.presenting import state_kind, title_of
from web.proposal_notes import asked
from web.proposal_sections import Progress, progress
from web.quick_win_page import clock
from workflow import fields
from workflow.dossier import Dossier
from workflow.term import term_of


def render(dossier: Dossier) -> str:
    quick_win = dossier.quick_win
    sections = sections_of(dossier)
    return render_template(
        "proposals/tasks.html",
        quick_win=quick_win,
        title=title_of(quick_win),
        state=dossier.state,
        state_kind=state_kind(dossier.state),
        clock=clock(dossier, g.now),
        asked=asked(dossier),
        term=term_of(g.session, quick_win, at=g.now),
        sections=sections,
        missing=[one for section in sections for one in section.missing],
        percent=fields.percent(dossier.content),
    )


def sections_of(dossier: Dossier) -> list[Progress]:
    """How far each section is, as it is stored."""
    form = proposal_form.form_of(proposal_texts.shown(dossier.content), {})
    return progress(dossier.quick_win, form, dossier.content)

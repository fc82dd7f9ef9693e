"""The files that a post of the proposal's form brings."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.datastructures import FileStorage

from web.frame import say
from web.proposal_sections import BY_ID
from web.proposal_texts import FILES
from workflow import content as contents
from workflow import queries, uploads
from workflow.errors import Invalid, Refused
from workflow.language import N_, Sentence
from workflow.models import QuickWin

MAX_TOGETHER = 64 * 1024 * 1024  # several files at once


def body_limit(quick_win_id: int, section: str) -> int:
    """How many bytes a post of the section may have: many where it takes files, and from those
    only who may write there."""
    usual = int(current_app.config["MAX_CONTENT_LENGTH"])
    if section not in BY_ID or FILES not in BY_ID[section].fields:
        return usual
    try:
        quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    except Refused:
        return usual
    refusal = contents.write_refusal(g.session, quick_win, g.person, version=None, at=g.now)
    return usual if refusal else MAX_TOGETHER


def keep_sent(quick_win: QuickWin) -> tuple[list[str], dict[str, str]]:
    """Keep them, whatever becomes of the rest of the post: no form can give a file back.

    (their SHA-256s, what is wrong with the others as a fault of the form). Commits.
    """
    kept, faults = [], []
    for sent in request.files.getlist("upload"):
        if not sent.filename:
            continue  # nothing was chosen
        try:
            kept.append(_keep(quick_win, sent))
        except Invalid as error:
            name = uploads.storable_name(sent.filename)
            faults += [f"{name}: {say(sentence)}" for sentence in error.fields.values()]
    g.session.commit()
    return kept, {"upload": " ".join(faults)} if faults else {}


def _keep(quick_win: QuickWin, sent: FileStorage) -> str:
    data = sent.stream.read(uploads.MAX_BYTES + 1)
    if len(data) > uploads.MAX_BYTES:
        raise Invalid({"file": Sentence(N_("A file may have at most 10 MB."))})
    name = sent.filename or ""
    return uploads.keep(g.session, quick_win.id, g.person, name, data, at=g.now).sha256

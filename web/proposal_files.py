"""The files that a post of the proposal's form brings."""

from __future__ import annotations

from flask import g, request
from werkzeug.datastructures import FileStorage

from web.frame import say
from workflow import uploads
from workflow.errors import Invalid
from workflow.language import N_, Sentence
from workflow.models import QuickWin


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

"""Evidence: files in, files out. They are handed out so that no browser ever runs them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, g, request, send_file
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from web.api import present, reading
from web.api.description import Operation, describe
from web.api.shapes import UploadShape
from workflow import content, queries, uploads
from workflow.errors import Invalid, NotFound
from workflow.language import N_, Sentence
from workflow.media_types import MEDIA_TYPES

bp = Blueprint("api_files", __name__, url_prefix="/api/v1")
SANDBOX = "sandbox; default-src 'none'"


@bp.post("/quick-wins/<int:quick_win_id>/files")
@describe(
    Operation(
        summary="Upload evidence: PDF, PNG, JPEG, XLSX or DOCX, at most 10 MB",
        answer=UploadShape,
        status=201,
        takes_file=True,
        refuses=(403, 423),
    )
)
def upload(quick_win_id: int) -> tuple[dict[str, Any], int]:
    given, fault = reading.attempted(_file)
    if given is None:
        quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
        if error := content.write_refusal(g.session, quick_win, g.person, version=None, at=g.now):
            raise error
    if fault is not None:
        raise fault
    assert given is not None
    name, data = given
    kept = uploads.keep(g.session, quick_win_id, g.person, name, data, at=g.now)
    g.session.commit()
    return present.uploaded(kept), 201


@bp.get("/files/<sha256>")
@describe(Operation(summary="A file, as an attachment", answer=None, media_types=MEDIA_TYPES))
def download(sha256: str) -> Response:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound
    found = uploads.get(g.session, sha256, g.person, at=g.now)
    response = send_file(
        BytesIO(found.file.data),
        mimetype=found.file.media_type,
        as_attachment=True,
        download_name=found.name,
        etag=False,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _file() -> tuple[str, bytes]:
    """(name, bytes) of what was uploaded. Raises a Fault."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(_("Send the file as multipart/form-data."))
    file = request.files.get("file")
    if file is None:
        raise Invalid({"file": Sentence(N_("This is missing."))})
    data = file.stream.read(uploads.MAX_BYTES + 1)
    if len(data) > uploads.MAX_BYTES:
        raise RequestEntityTooLarge
    return file.filename or "", data

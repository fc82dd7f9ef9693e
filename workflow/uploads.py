"""Evidence: files uploaded to a Quick Win by whom its content is open to, read by whom sees it.

The bytes are kept once, under their SHA-256. How they travel is not known here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, undefer

from workflow.content import write_refusal
from workflow.errors import Invalid, NotFound
from workflow.language import N_, Sentence
from workflow.locking import lock
from workflow.media_types import recognised
from workflow.models import File, Person, QuickWin, Unit, Upload
from workflow.relations import local_day, visible

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    sha256: str
    name: str
    media_type: str
    size: int


def keep(
    session: Session, quick_win_id: int, person: Person, name: str, data: bytes, *, at: datetime
) -> Uploaded:
    """Keep a file of at most MAX_BYTES for the Quick Win; the caller commits.

    The same bytes uploaded again stay under their first name. Raises NotFound, Forbidden, Locked,
    or Invalid for what is no PDF, PNG, JPEG, XLSX or DOCX.
    """
    quick_win = lock(session, quick_win_id).quick_win
    if error := write_refusal(session, quick_win, person, version=None, at=at):
        raise error
    media_type = recognised(data)
    if media_type is None:
        text = N_("Only PDF, PNG, JPEG, XLSX and DOCX files are taken, whatever their name says.")
        raise Invalid({"file": Sentence(text)})
    sha256 = hashlib.sha256(data).hexdigest()
    file = {"sha256": sha256, "media_type": media_type, "size": len(data), "data": data}
    session.execute(insert(File).values(**file).on_conflict_do_nothing())
    session.execute(
        insert(Upload)
        .values(
            quick_win_id=quick_win.id,
            sha256=sha256,
            name=storable_name(name),
            person_id=person.id,
            at=at,
        )
        .on_conflict_do_nothing()
    )
    kept = session.get_one(Upload, (quick_win.id, sha256))
    return Uploaded(sha256=sha256, name=kept.name, media_type=media_type, size=len(data))


def get(session: Session, sha256: str, person: Person, *, at: datetime) -> Upload:
    """The file with its bytes, as uploaded to a Quick Win the person sees. Raises NotFound."""
    found = session.scalar(
        select(Upload)
        .join(QuickWin, QuickWin.id == Upload.quick_win_id)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(Upload.sha256 == sha256, visible(literal(person.id, BigInteger), local_day(at)))
        .order_by(Upload.at)
        .limit(1)
        .options(joinedload(Upload.file).options(undefer(File.data)))
    )
    if found is None:
        raise NotFound
    return found


def storable_name(name: str) -> str:
    """The last part of the name some program gave, without what no file system takes."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:MAX_NAME].strip() or "berkas"

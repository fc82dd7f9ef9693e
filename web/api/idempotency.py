"""An act that is sent twice under one key is performed once.

The key is claimed by a row in the transaction of the act: a second request with it waits until the
first is done, and then finds its answer. If the act is refused the row goes with everything else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, request
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from workflow.errors import Invalid
from workflow.language import N_, Sentence
from workflow.ledger import sha256
from workflow.models import Answer

KEPT = timedelta(hours=24)
MAX_KEY = 200


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`answer` is that of the first request; None: this is the first, and it keeps its own."""

    action: str
    key: str
    answer: dict[str, Any] | None

    def keep(self, body: dict[str, Any]) -> None:
        """Before the commit of the act."""
        mine = (Answer.person_id == g.person.id, Answer.action == self.action)
        g.session.execute(update(Answer).where(*mine, Answer.key == self.key).values(body=body))


def claim(action: str, key: str, body: Any) -> Claim:
    """Take the key for this request, or find what it was answered. Raises Invalid if the key came
    with another body or address, or cannot be one."""
    if len(key) > MAX_KEY or not (key.isascii() and key.isprintable()):
        text = N_("A key has up to %(max_length)s printable characters.")
        raise Invalid({"Idempotency-Key": Sentence(text, {"max_length": MAX_KEY})})
    fingerprint = sha256(request.path + "\n" + json.dumps(body, sort_keys=True))
    mine = Answer.person_id == g.person.id
    g.session.execute(delete(Answer).where(mine, Answer.at <= g.now - KEPT))
    row = {"person_id": g.person.id, "action": action, "key": key, "at": g.now}
    taken = g.session.execute(
        insert(Answer)
        .values(**row, request_sha256=fingerprint, body={})
        .on_conflict_do_nothing()
        .returning(Answer.key)
    )
    if taken.one_or_none():
        return Claim(action=action, key=key, answer=None)
    kept = g.session.scalars(
        select(Answer).where(mine, Answer.action == action, Answer.key == key)
    ).one()
    if kept.request_sha256 != fingerprint:
        text = N_("This key was used before, with another body.")
        raise Invalid({"Idempotency-Key": Sentence(text)})
    return Claim(action=action, key=key, answer=kept.body)

"""Sign the ledger when that is due. When it is, and what is signed, is not known here.

Only here is the private key used while the product runs: the web process does not have it. A decree
is not signed in the request that issues it; it makes the next sweep due.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import IntegrityError

from tasks import app
from workflow import checkpoints, db
from workflow.settings import load
from workflow.signing import Signer

log = structlog.get_logger(__name__)


@app.task
def sign(at: datetime | None = None) -> None:
    """Make a checkpoint if one is due now, or at the time `at`. Any number of sweeps may run at
    once: of two that sign, the database takes one."""
    now = at or datetime.now(UTC)
    try:
        with db.Session.begin() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            if not checkpoints.is_due(session, now):
                return
            stamp = checkpoints.sign(session, Signer.of(load("ledger_key").ledger_key), at=now)
    except IntegrityError:
        log.info("checkpoint was made by another worker")
    except checkpoints.Contradicted as error:
        log.error("ledger is not what was signed before; nothing is signed", why=str(error))
    else:
        if stamp:
            log.info("checkpoint", events=stamp.events, chains=stamp.chains, digest=stamp.digest)

"""Every worker looks by itself whether the clock runs: where beat is dead, nobody asks for a sweep,
and so nobody else would notice.

It is a thread of the worker's first process, beside those that sweep. What is wrong, and who is
told, is not known here.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import structlog
from celery import signals
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow import standstills
from workflow.settings import load

log = structlog.get_logger(__name__)

# The first look comes after as long: a beat that starts with the worker is alive by then.
LOOK_EVERY = 30.0  # seconds
CONNECT_WITHIN = 10  # seconds

_ended = threading.Event()


def look(engine: Engine, at: datetime | None = None) -> None:
    """Open and close incidents of the clock as things are now, or at the time `at`. Where nothing
    changed, nothing is written; any number of workers may look at once."""
    try:
        with Session(engine) as session, session.begin():
            if standstills.recompute(session, at=at or datetime.now(UTC)):
                log.warning("the clock or the mail stands still, or runs again")
    except SQLAlchemyError as error:
        log.warning("cannot look whether the clock runs", why=str(error))
    except Exception:  # nobody else would notice that this thread has ended
        log.exception("cannot look whether the clock runs")


@signals.worker_ready.connect
def _begin(**_: object) -> None:
    threading.Thread(target=_look_on, name="lookout", daemon=True).start()


@signals.worker_shutting_down.connect
def _end(**_: object) -> None:
    _ended.set()


def _look_on() -> None:
    # No connection is kept: this process is forked whenever a sweeping one has to be replaced.
    engine = create_engine(
        load("database_url").database_url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_WITHIN},
    )
    while not _ended.wait(LOOK_EVERY):
        look(engine)

"""The clock edge: mails that are owed, acts that are due, steps without people, signatures.

Redis only tells workers when to look. What there is to do stands in the database, where the domain
wrote it in the same transaction as the change itself; so a lost message costs nothing but the time
to the next one, and no work ever travels through the queue. It refuses to know the web.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import structlog
from celery import Celery, signals

from workflow import db, logs
from workflow.settings import MissingSettings, Settings, load
from workflow.signing import Signer, Unusable

DELIVER_EVERY = 3.0  # seconds; a mail leaves within 10 of its act
ENFORCE_EVERY = 15.0
ANNOUNCE_EVERY = 60.0  # only reads, where no step of a period is due
WATCH_EVERY = 600.0  # only reads, where nothing changed
SIGN_EVERY = 10.0  # an idle city is asked for two numbers; a decree is signed soon


class Configuration:
    """What Celery asks for. The settings are read where a worker or beat starts, not on import."""

    # A sweep that nobody took in time is not made up for: the next one finds the same work.
    beat_schedule: ClassVar[dict[str, Any]] = {
        "deliver": {
            "task": "tasks.notifications.deliver",
            "schedule": DELIVER_EVERY,
            "options": {"expires": DELIVER_EVERY},
        },
        "enforce": {
            "task": "tasks.deadlines.enforce",
            "schedule": ENFORCE_EVERY,
            "options": {"expires": ENFORCE_EVERY},
        },
        "announce": {
            "task": "tasks.periods.announce",
            "schedule": ANNOUNCE_EVERY,
            "options": {"expires": ANNOUNCE_EVERY},
        },
        "watch": {
            "task": "tasks.staffing.watch",
            "schedule": WATCH_EVERY,
            "options": {"expires": WATCH_EVERY},
        },
        "sign": {
            "task": "tasks.checkpoints.sign",
            "schedule": SIGN_EVERY,
            "options": {"expires": SIGN_EVERY},
        },
    }
    include = (
        "tasks.notifications",
        "tasks.deadlines",
        "tasks.periods",
        "tasks.checkpoints",
        "tasks.staffing",
        "tasks.lookout",
    )
    task_ignore_result = True
    # Early: a message that comes back after a crash would only repeat a sweep that beat has
    # already asked for again.
    task_acks_late = False
    worker_prefetch_multiplier = 1  # what waits in one worker's hand expires while others are idle
    broker_connection_retry_on_startup = True
    broker_connection_max_retries = None  # for ever: Redis comes back
    worker_redirect_stdouts = False

    @property
    def broker_url(self) -> str:
        return _settings("redis_url").redis_url


app = Celery("tasks")
app.config_from_object(Configuration())


@signals.celeryd_init.connect
def _check_worker(**_: object) -> None:
    found = _settings("database_url", "redis_url", "smtp_url", "base_url", "ledger_key")
    try:
        Signer.of(found.ledger_key)
    except Unusable as error:
        raise SystemExit(str(error)) from error


@signals.beat_init.connect
def _check_beat(**_: object) -> None:
    _settings("redis_url")


@signals.worker_process_init.connect
def _connect(**_: object) -> None:
    """Connections cannot be shared with the process this one was forked from."""
    db.engine.cache_clear()
    db.configure(_settings("database_url").database_url)


@signals.setup_logging.connect
def _log(**_: object) -> None:
    logs.configure()
    # That a sweep begins and ends is no news.
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.beat").addFilter(_is_news)


@signals.task_prerun.connect
def _name_task(task_id: str = "", **_: object) -> None:
    structlog.contextvars.bind_contextvars(task_id=task_id)


@signals.task_postrun.connect
def _forget_task(**_: object) -> None:
    structlog.contextvars.unbind_contextvars("task_id")


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Scheduler: Sending")


def _settings(*required: str) -> Settings:
    try:
        return load(*required)
    except MissingSettings as error:
        raise SystemExit(str(error)) from error

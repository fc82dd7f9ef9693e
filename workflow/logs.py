"""What the processes write about themselves: one line of JSON for each thing that happened.

Who reads them is not known here; secrets and the content of proposals are never handed over.
"""

from __future__ import annotations

import structlog


def configure() -> None:
    """Called once, where a process starts."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        cache_logger_on_first_use=True,
    )

"""The web server of one machine: granian, with the pages imported once, before it forks its
workers. `python -m quickwin.serve` takes granian's own arguments.

Refuses to know the settings: each worker reads them, and connects for itself (web/wsgi.py).
"""

from __future__ import annotations

from granian.cli import entrypoint

import web  # noqa: F401 - for the workers: a fork does not import it again

if __name__ == "__main__":
    entrypoint()  # type: ignore[no-untyped-call]  # granian gives it no types

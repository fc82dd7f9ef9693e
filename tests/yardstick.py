"""How quick this machine is now: a limit in milliseconds is meant for one as quick as the one that
the limit was set on, and a slower one is granted as much more as it is slower.

The work is none of the product's: nothing that makes the product slow makes the yardstick longer.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence

ROWS = [{"title": f"Layanan {n % 37}", "days": [n % 7, n % 11]} for n in range(2_000)]
ON_A_QUIET_MACHINE_MS = 10.5  # of 2.6 GHz, Python 3.11


def milliseconds() -> float:
    """Texts, lists and dictionaries, as pages are made of."""
    begun = time.perf_counter()
    for _ in range(3):
        sorted(json.loads(json.dumps(ROWS)), key=lambda one: (one["days"], one["title"]))
    return 1000 * (time.perf_counter() - begun)


def slower(measured: Sequence[float]) -> float:
    """How many times as slow the machine was while these were measured; 1 if it was quick."""
    return max(1.0, statistics.median(measured) / ON_A_QUIET_MACHINE_MS)

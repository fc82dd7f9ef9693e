"""Three minutes of everything going wrong; `make chaos` takes longer. See campaign.py."""

from __future__ import annotations

import time

import pytest
from campaign import campaign, table

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]
DURATION = 180.0


def test_nothing_is_lost_doubled_or_early_whatever_dies_while_everybody_acts() -> None:
    found = campaign(duration=DURATION, seed=str(int(time.time())))
    print(table(found))
    assert not found.faults
    assert "escalate" in str(found.figures["acts of the clock"])

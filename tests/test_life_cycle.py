"""The life cycle of the contract, through the door."""

import pytest
from world import PATHS, World

from workflow.document import shipped


def test_the_paths_of_the_tests_reach_every_state() -> None:
    assert PATHS.keys() == shipped().states.keys()


@pytest.mark.parametrize("state", shipped().states)
def test_every_state_is_reached_by_the_people_it_needs(world: World, state: str) -> None:
    quick_win = world.bring_to(state)
    final = shipped().states[state].final

    assert (quick_win.due_at is None) == final

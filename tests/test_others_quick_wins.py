"""Every address that names a Quick Win, for who may not know of it: as if it did not exist."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attempts import written
from flask import Flask
from test_page_acting import Browser
from werkzeug.routing import Rule
from world import World

OUTSIDE = ("verifier", "reviewer", "mentor", "chair", "decree_officer", "mayor", "head.dkiss")
ABSENT = 9_999_999
_WITH = {
    "action": "submit",
    "section": "naming",
    "sha256": "0" * 64,
    "number": 1,
    "a": 1,
    "b": 1,
}


def addresses(app: Flask, quick_win_id: int) -> Iterator[tuple[str, str]]:
    """(method, address) of every route that takes the id of a Quick Win."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        name = next((each for each in rule.arguments if each.startswith("quick_win")), None)
        if name is None:
            continue
        values = {each: _WITH.get(each, 1) for each in rule.arguments} | {name: quick_win_id}
        for method in sorted(_methods(rule)):
            yield method, adapter.build(rule.endpoint, values, method=method)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


@pytest.mark.parametrize("who", OUTSIDE)
def test_what_one_may_not_know_of_is_not_there_whatever_the_address(
    app: Flask, visitor: Browser, world: World, who: str
) -> None:
    hidden = world.propose()
    world.session.commit()
    browser = visitor(who)
    before = written(world.session)
    asked = list(zip(addresses(app, hidden.id), addresses(app, ABSENT), strict=True))
    assert len(asked) > 20

    for (method, there), (_method, absent) in asked:
        answers = [
            browser.api(method, address.removeprefix("/api/v1"), json={})
            if address.startswith("/api/v1")
            else browser.client.open(
                address, method=method, data={"csrf_token": browser.csrf_token}
            )
            for address in (there, absent)
        ]
        assert [each.status_code for each in answers] == [404, 404], (method, there)
        assert hidden.number not in answers[0].text
    assert written(world.session) == before

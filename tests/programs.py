"""Programs that use the API, each with somebody's token. Whatever comes back is held to what
`openapi.json` says of the call: status, content type, and every field of the answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from visitor import Visitor
from werkzeug.test import TestResponse
from world import World

from web.api import openapi
from web.api.shapes import Problem
from workflow.models import Period, Person, QuickWin


class Programs:
    """`programs("chair").get("/me")`. The period 2026 is open on the day of the test."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        world.now = datetime.now(UTC)
        period = world.session.scalars(select(Period).where(Period.code == "2026")).one()
        period.opens_at = world.now - timedelta(days=60)
        period.closes_at = world.now + timedelta(days=60)
        world.session.flush()

    def __call__(self, name: str) -> Program:
        return Program(self.app, self.world.session, self.world[name])


class Program:
    def __init__(self, app: Flask, session: Session, person: Person) -> None:
        self.app, self.session = app, session
        self.visitor = Visitor(app, session, person)

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.call("GET", path, **given)

    def post(self, path: str, body: Any = None, **given: Any) -> TestResponse:
        return self.call("POST", path, **({"json": body} if body is not None else {}), **given)

    def patch(self, path: str, body: Any, version: Any = None) -> TestResponse:
        headers = {} if version is None else {"If-Match": str(version)}
        return self.call("PATCH", path, json=body, headers=headers)

    def act(self, quick_win: QuickWin, action: str, **given: Any) -> TestResponse:
        """With the version in force, unless another is given."""
        self.session.refresh(quick_win)
        headers = {"Idempotency-Key": given.pop("key")} if "key" in given else {}
        body = {"version": quick_win.version, **given}
        path = f"/quick-wins/{quick_win.id}/actions/{action}"
        return self.call("POST", path, json=body, headers=headers)

    def call(self, method: str, path: str, **given: Any) -> TestResponse:
        response = self.visitor.api(method, path, **given)
        hold_to_description(self.app, method, path, response)
        return response


def hold_to_description(app: Flask, method: str, path: str, response: TestResponse) -> None:
    """Whether a call of the API was answered as described."""
    address = f"/api/v1{urlsplit(path).path}"
    rule, _ = app.url_map.bind("").match(address, method=method, return_rule=True)
    operation = app.view_functions[rule.endpoint].operation  # type: ignore[attr-defined]
    if response.status_code == operation.status:
        assert response.mimetype in operation.media_types
        if operation.answer is not None:
            operation.answer.model_validate_json(response.data)
        return
    told_of = openapi.refusals(rule, operation)
    assert response.status_code in told_of, (method, path, response.text)
    assert response.mimetype == "application/problem+json"
    told = Problem.model_validate_json(response.data)
    assert told.status == response.status_code
    assert told.title
    assert told.detail

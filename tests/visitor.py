"""Somebody with a browser, or with a token, without a real browser: Flask's client, signed in."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from web.csrf import masked
from web.logins import digest
from workflow.models import Login, Person, Token


class Visitor:
    """`get` and `post` are those of a browser (with the CSRF token of its session); `api` is a
    program's call with a bearer token, in JSON."""

    def __init__(self, app: Flask, session: Session, person: Person | None) -> None:
        self.client = app.test_client()
        self._serializer = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token")
        self._raw, self.token = secrets.token_hex(20), ""
        with self.client.session_transaction() as cookie:
            cookie["csrf_token"] = self._raw
            if person is not None:
                cookie["login"] = secret = secrets.token_urlsafe(8)
                now = datetime.now(UTC)
                session.add(
                    Login(
                        secret_sha256=digest(secret),
                        person_id=person.id,
                        created_at=now,
                        seen_at=now,
                        address="127.0.0.1",
                        browser="tests",
                    )
                )
                self.token = f"qw_{secrets.token_urlsafe(8)}"
                session.add(Token(secret_sha256=digest(self.token), person_id=person.id))
        session.commit()

    def get(self, url: str, **given: Any) -> TestResponse:
        return self.client.get(url, **given)

    def post(self, url: str, data: dict[str, Any] | None = None, **given: Any) -> TestResponse:
        body = {"csrf_token": self.csrf_token, **(data or {})}
        return self.client.post(url, data=body, **given)

    @property
    def csrf_token(self) -> str:
        return masked(str(self._serializer.dumps(self._raw)))

    def api(self, method: str, path: str, **given: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **given)

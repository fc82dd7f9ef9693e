"""The traps of the clock and of mails that others fell into, and where each is held shut.

| trap | test |
|---|---|
| 1 mail and commit fall apart | test_campaign; test_clock: every_mail_arrives_soon_whatever_dies; \
test_deliver: an_act_that_was_rolled_back_is_told_nobody |
| 2 errors of mail are swallowed | test_mail_faults, test_mail_server_away; test_campaign |
| 3 work in the queue is lost or doubled | test_clock: no_work_travels_through_the_queue, \
and where Redis is emptied, every_mail_arrives_soon |
| 4 two sweeps at once | test_enforce: four_sweeps_at_once |
| 5 retries multiply | test_mail_server_away: three_days_without_a_server; here: a_day_without |
| 10 link scanners press buttons | here: looking_at_every_address_in_every_mail, \
a_browser_that_opens_every_address |
| 14 what has lapsed can still be pressed | here: a_click_after_the_expiry |
| 15 deadline arithmetic | test_calendar; test_year: the_clock_did_all_that_a_walker_expects |
| 19 a loop fills the database | test_simulated: a_month_with_nothing_to_do |
| 21 reminders starve | test_enforce: five_hundred_due_at_once; test_campaign |
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import chromium
from flask import Flask
from page import words_of
from postbox import body
from simulated import Simulation
from sqlalchemy import select
from visitor import Visitor
from werkzeug.serving import make_server
from whole_database import written
from world import gather

from tasks.endings import BACK_OFF
from workflow import db
from workflow.models import Login, Message, QuickWin

ADDRESS = re.compile(r"https?://[^\s<>\"']+")
LOGINS = frozenset({Login.__tablename__})  # each request notes when it was seen


def addresses(mail: EmailMessage) -> set[str]:
    """Path and query of every address of our own in it, header and both bodies."""
    texts = [body(mail), body(mail, "html").replace("&amp;", "&"), str(mail["List-Unsubscribe"])]
    found = {urlsplit(one.rstrip(">.,)")) for each in texts for one in ADDRESS.findall(each)}
    return {one._replace(scheme="", netloc="", fragment="").geturl() or "/" for one in found}


def mailed(simulation: Simulation) -> dict[str, set[str]]:
    """Where weeks of mails lead to, by who got them: turns, news, reminders, escalations, lapse and
    comments."""
    with simulation.acting() as world:
        for state in ("endorsement", "verification", "review", "revision", "implementation"):
            world.bring_to(state)
        world.act(world.propose(), "comment", "head", data={"text": "Baik."})
    simulation.run(days=16)
    found: dict[str, set[str]] = {}
    for mail in simulation.postbox.mails:
        name = mail["To"].addresses[0].username
        found.setdefault(name, set()).update(addresses(mail))
    assert {"submitter", "head", "verifier", "chair"} <= found.keys()
    assert sum(map(len, found.values())) > 10
    return found


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The pages on a free port of loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_looking_at_every_address_in_every_mail_changes_nothing(
    simulation: Simulation, app: Flask
) -> None:
    found = mailed(simulation)
    with db.Session() as session:
        world = gather(session)
        visitors = {name: Visitor(app, session, world[name]) for name in found}
    before = written(but=LOGINS)

    stranger = app.test_client()
    for name, paths in found.items():
        for path in sorted(paths):
            for client in (visitors[name].client, stranger):
                assert client.get(path).status_code < 500
                assert client.head(path).status_code < 500

    assert written(but=LOGINS) == before


@pytest.mark.long
def test_a_browser_that_opens_every_address_in_every_mail_changes_nothing(
    simulation: Simulation, app: Flask
) -> None:
    found = mailed(simulation)
    with db.Session() as session:
        world = gather(session)
        cookies = {
            name: Visitor(app, session, world[name]).client.get_cookie("quickwin") for name in found
        }
    before = written(but=LOGINS)

    with served(app) as address, chromium() as browser:
        for name, paths in found.items():
            cookie = cookies[name]
            assert cookie is not None
            context = browser.new_context(base_url=address)
            context.add_cookies([{"name": "quickwin", "value": cookie.value, "url": address}])
            page = context.new_page()
            for path in sorted(paths):
                page.goto(path)
                page.wait_for_load_state("networkidle")
            assert "/login" not in page.url
            context.close()

    assert written(but=LOGINS) == before


def test_a_click_after_the_expiry_is_told_what_has_happened(
    simulation: Simulation, app: Flask
) -> None:
    with simulation.acting() as world:
        quick_win = world.bring_to("revision").id
    simulation.run(days=20)
    with db.Session() as session:
        found, submitter = session.get_one(QuickWin, quick_win), gather(session)["submitter"]
        assert found.state == "withdrawn"
        version, label = found.version, found.defined_state.label_id
        visitor = Visitor(app, session, submitter)
    before = written(but=LOGINS)

    late = visitor.post(f"/quick-wins/{quick_win}/resubmit", {"version": version - 1})
    program = visitor.api(
        "POST", f"/quick-wins/{quick_win}/actions/resubmit", json={"version": version}
    )

    assert late.status_code == program.status_code == 409
    assert label in words_of(late)
    assert label in program.get_json()["detail"]
    assert written(but=LOGINS) == before


def test_a_day_without_a_mail_server_has_few_attempts_and_loses_nothing(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation.rarely = timedelta(hours=6)
    with simulation.acting() as world:
        for _ in range(20):
            world.bring_to("endorsement")
    monkeypatch.setenv("QUICKWIN_SMTP_URL", "smtp://127.0.0.1:9")
    simulation.run(days=1)
    with db.Session() as session:
        tried = session.scalars(select(Message.attempts)).all()
    assert len(tried) >= 20  # and the admin is owed one about the mail
    assert max(tried) <= len(BACK_OFF) + 1
    assert simulation.postbox.mails == []

    monkeypatch.setenv("QUICKWIN_SMTP_URL", simulation.postbox.url)
    simulation.run(days=0.5)

    with db.Session() as session:
        ended = session.scalars(select(Message)).all()
    assert all(one.sent_at for one in ended)
    assert len(simulation.postbox.mails) == len(ended)


def test_every_test_that_the_table_names_is_there() -> None:
    named = re.findall(r"(test_\w+|here): (\w+)", __doc__ or "")
    assert len(named) > 8
    for file, name in named:
        path = Path(__file__) if file == "here" else Path(__file__).with_name(f"{file}.py")
        tests = re.findall(r"^def test_(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert any(name in each for each in tests), (file, name)

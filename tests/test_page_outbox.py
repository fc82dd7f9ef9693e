"""The mails that were caught on this machine."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from world import World

from workflow.models import City


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, (to, subject) in enumerate(
        [("rina@demo.test", "[QW-2026-0001] Pertama"), ("budi@demo.test", "Kedua <b>tebal</b>")]
    ):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "quickwin <q@demo.test>", to, subject
        mail.set_content(
            f"Buka http://127.0.0.1:8000/quick-wins/{number} <script>alert(1)</script>"
        )
        (folder / f"{number + 1}000000000-1.eml").write_bytes(mail.as_bytes())
    return folder


@pytest.fixture
def stranger(app: Flask, world: World) -> FlaskClient:
    """Somebody without a login, in a city with demo data."""
    world.session.get_one(City, 1).demo = True
    world.session.commit()
    return app.test_client()


def test_mails_are_shown_newest_first_to_anybody(stranger: FlaskClient, mails: Path) -> None:
    page = stranger.get("/outbox").get_data(as_text=True)

    assert page.index("Kedua") < page.index("Pertama")
    assert "q@demo.test" in page


def test_one_recipient_sees_only_theirs(stranger: FlaskClient, mails: Path) -> None:
    page = stranger.get("/outbox?to=RINA@demo.test").get_data(as_text=True)

    assert "Pertama" in page
    assert "Kedua" not in page


def test_nothing_of_a_mail_is_executed_and_only_our_addresses_are_links(
    stranger: FlaskClient, mails: Path
) -> None:
    page = stranger.get("/outbox").get_data(as_text=True)

    assert "<script>alert" not in page
    assert "<b>tebal" not in page
    assert '<a href="/quick-wins/1">http://127.0.0.1:8000/quick-wins/1</a>' in page


def test_no_link_leads_to_another_site(stranger: FlaskClient, mails: Path) -> None:
    mail = EmailMessage()
    mail["To"] = "rina@demo.test"
    mail.set_content("Buka http://127.0.0.1:8000//evil.example/x")
    (mails / "9000000000-1.eml").write_bytes(mail.as_bytes())

    page = stranger.get("/outbox").get_data(as_text=True)

    assert "//evil.example/x" in page
    assert 'href="//' not in page


def test_it_does_not_exist_without_demo_data_or_from_another_machine(
    app: Flask, world: World, mails: Path
) -> None:
    assert app.test_client().get("/outbox").status_code == 404
    world.session.get_one(City, 1).demo = True
    world.session.commit()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert app.test_client().get("/outbox", environ_base=elsewhere).status_code == 404
    assert app.test_client().get("/outbox").status_code == 200


def test_without_the_catchers_folder_it_does_not_exist(stranger: FlaskClient) -> None:
    assert stranger.get("/outbox").status_code == 404

"""Every kind of mail in both languages, as it was read and found good: tests/snapshots/mails.

`QUICKWIN_WRITE_SNAPSHOTS=1 pytest tests/test_mail_snapshots.py` writes them anew, for the next
person to read what changed.
"""

from __future__ import annotations

import os
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from daily_cases import DIGESTS
from letters import BASE, KEY, ORIGIN
from mail_cases import NOTICES
from postbox import body

from tasks import letter
from tasks.mail import compose
from workflow.language import LANGUAGES
from workflow.models import NoticeKind, Person

SNAPSHOTS = Path(__file__).parent / "snapshots" / "mails"
WRITE = "QUICKWIN_WRITE_SNAPSHOTS"
CASES = [f"{name}.{language}" for name in (*NOTICES, *DIGESTS) for language in LANGUAGES]


def mail(case: str) -> EmailMessage:
    name, language = case.split(".")
    to = Person(name="Rina Amalia", email="rina@kota.test", language=language, mail_key=KEY)
    made = (
        letter.write_digest(DIGESTS[name], to, ORIGIN)
        if name in DIGESTS
        else letter.write(NOTICES[name], to, ORIGIN)
    )
    return message_from_bytes(compose(made, "<1@kota.test>", BASE), policy=policy.default)


def readable(made: EmailMessage) -> dict[str, str]:
    """The headers and the plain text, and the page."""
    headers = "".join(
        f"{name}: {value}\n" for name, value in made.items() if name != "Content-Type"
    )
    return {"txt": f"{headers}\n{body(made)}", "html": body(made, "html")}


@pytest.mark.parametrize("case", CASES)
def test_a_mail_is_as_it_was_read_and_found_good(case: str) -> None:
    for ending, said in readable(mail(case)).items():
        file = SNAPSHOTS / f"{case}.{ending}"
        if WRITE in os.environ:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(said, encoding="utf-8")
        assert said == file.read_text(encoding="utf-8")


def test_there_is_a_mail_of_every_kind_and_no_snapshot_of_none() -> None:
    assert {notice.kind for notice in NOTICES.values()} == set(NoticeKind)
    assert {file.name.rpartition(".")[0] for file in SNAPSHOTS.iterdir()} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_both_parts_of_a_mail_lead_to_the_same_pages_and_bring_nothing_along(case: str) -> None:
    """Scanners of mails look at every link, so each has to be a page; nothing is loaded."""
    made = mail(case)
    page, plain = body(made, "html"), body(made)
    links = set(re.findall(r'href="([^"]*)"', page))
    assert all(link.startswith(f"{BASE}/") for link in links)
    assert set(re.findall(r"https?://\S+", plain)) <= links
    assert not re.search(r"<(img|script|form|link|iframe|button)\b|url\(|@import", page)


@pytest.mark.parametrize("case", [case for case in CASES if case.endswith(".id")])
def test_an_indonesian_mail_has_no_english_in_it(case: str) -> None:
    """What is shared by both languages is written by people, or the name of the thing."""
    plain = body(mail(case))
    assert not re.search(r"\b(the|you|your|this|and|is|working|mail|of)\b", plain)

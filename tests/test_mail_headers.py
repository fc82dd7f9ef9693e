"""The headers of a mail: for the program that sorts it, ends it for its reader, and cannot be
tricked into another one."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from letters import BASE, KEY, RINA, mail, told
from postbox import body

from tasks import letter
from tasks.letter import Letter
from tasks.mail import compose
from workflow.models import NoticeKind, Person

HOSTILE = (
    "Beras\r\nBcc: all@kota.test",
    "Beras\nBcc: all@kota.test",
    "Beras\r\n\r\n<h1>Isi</h1>",
    "Beras\x00\x1b[31m\x7f\x85\u2028Bcc: all@kota.test",
    'Beras", <all@kota.test>, "',
    "=?utf-8?q?Beras=0D=0ABcc=3A_all=40kota.test?=",
    "Beras \\",
    "Beras (Dinas, Bidang); Seksi: <Rina>",
    "",
)


def written(**changes: object) -> Letter:
    one = told()
    return replace(letter.write(one.notice, RINA, one.origin), **changes)  # type: ignore[arg-type]


def read(one: Letter, base: str = BASE) -> EmailMessage:
    raw = compose(one, "<1@kota.test>", base)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_is_ended_by_one_press(kind: NoticeKind) -> None:
    made = read(written(kind=kind))
    assert made["List-Unsubscribe"] == f"<{BASE}/unsubscribe/{KEY}/{kind.value}>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made["List-Id"] == f"<{kind.value}.quick-wins.quickwin.kota.test>"


def test_a_mail_of_several_kinds_leads_to_where_each_is_chosen() -> None:
    made = read(written(kind=None))
    assert made["List-Unsubscribe"] == f"<{BASE}/profile/notifications>"
    assert made["List-Unsubscribe-Post"] is None
    assert made["List-Id"] == "<digest.quick-wins.quickwin.kota.test>"


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_typed_stays_in_the_header_where_it_stands(typed: str) -> None:
    one = told(Person(name=typed, email="rina@kota.test", mail_key=KEY), title=typed)
    made = mail(one, "id")
    plain = mail(told(), "id")
    assert made.keys() == plain.keys()
    assert [each.addr_spec for each in made["To"].addresses] == ["rina@kota.test"]
    assert made["To"].addresses[0].display_name == letter.one_line(typed)
    assert letter.one_line(typed) in made["Subject"]
    assert "mengesahkan usulan" in body(made)


@pytest.mark.parametrize("header", ["subject", "sender", "recipient_name", "thread"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_letter_with_two_lines_for_one_header_is_no_mail(header: str, line_end: str) -> None:
    with pytest.raises(ValueError, match="header"):
        compose(written(**{header: f"a{line_end}Bcc: all@kota.test"}), "<1@kota.test>", BASE)


@pytest.mark.parametrize(
    "address", ["", "rina", "rina@kota.test\r\nBcc: x@y", "a@b>,<c@d", "a b@kota.test", "é@kota.id"]
)
def test_an_address_that_is_none_is_no_mail(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(written(recipient_email=address), "<1@kota.test>", BASE)


@pytest.mark.parametrize(
    "words", ["Ketahanan Pangan " * 20, "Gizi é – “Beras” " * 20, "x" * 300, "ß" * 300]
)
def test_long_words_arrive_as_they_were_written(words: str) -> None:
    words = words.strip()
    raw = compose(written(subject=words, recipient_name=words), "<1@kota.test>", BASE)
    made = message_from_bytes(raw)
    assert str(make_header(decode_header(made["Subject"]))) == words
    assert str(make_header(decode_header(made["To"]))) == f"{words} <{RINA.email}>"
    assert max(map(len, raw.split(b"\r\n"))) <= 120


@pytest.mark.parametrize("text", [".\n.\n..\n", "a\r\nb\rc\nd \n", "é" * 500, "From x\n=_\n--\n"])
def test_a_text_arrives_as_it_was_written(text: str) -> None:
    made = read(written(text=text, html=text))
    for kind in "plain", "html":
        assert body(made, kind) == text.replace("\r\n", "\n").replace("\r", "\n")

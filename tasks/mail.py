"""A letter as a mail: its headers, and the bytes that a server is given. It refuses to know what a
letter says, and how a mail is sent.

It is put together here, and not by `email`, which parses every header again that it writes: that
takes ten times as long as all the rest.
"""

from __future__ import annotations

import re
from email.header import Header
from email.utils import format_datetime
from ipaddress import ip_address
from quopri import encodestring
from urllib.parse import urlsplit
from uuid import uuid4

from tasks.letter import Letter

SENDER = "quickwin"
CHOICES = "/profile/notifications"  # where people choose how they are told

LONGEST_PLAIN = 60  # what is longer is encoded, and folded by it

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


def compose(letter: Letter, message_id: str, base_url: str) -> bytes:
    """The mail of that letter. `base_url` is the address people use. Where a header cannot be
    written there is no mail but a ValueError."""
    host, boundary = mail_host(base_url), _boundary(message_id)
    thread = f"<{letter.thread}@{host}>"
    headers = {
        "From": _mailbox(letter.sender, sender_address(base_url)),
        "To": _mailbox(letter.recipient_name, letter.recipient_email),
        "Subject": _words(letter.subject, "Subject"),
        "Date": format_datetime(letter.at),
        "Message-ID": message_id,
        "In-Reply-To": thread,
        "References": thread,
        **_list_headers(letter, base_url.rstrip("/"), host.strip("[]")),
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    lines = [*(f"{name}: {_one_line(value)}" for name, value in headers.items()), ""]
    for subtype, content in (("plain", letter.text), ("html", letter.html)):
        lines += [
            f"--{boundary}",
            f'Content-Type: text/{subtype}; charset="utf-8"',
            "Content-Transfer-Encoding: quoted-printable",
            "",
            _quoted(content),
        ]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode("ascii")


def _list_headers(letter: Letter, site: str, host: str) -> dict[str, str]:
    """How a mail program sorts such mails, and how it ends them for its reader (RFC 2919, 8058). A
    letter about several kinds leads to the page where each is chosen: one press must not end all of
    them."""
    if letter.kind is None:
        return {
            "List-Id": f"<digest.quick-wins.{host}>",
            "List-Unsubscribe": f"<{site}{CHOICES}>",
        }
    kind = letter.kind.value
    return {
        "List-Id": f"<{kind}.quick-wins.{host}>",
        "List-Unsubscribe": f"<{site}/unsubscribe/{letter.recipient_key}/{kind}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _quoted(text: str) -> str:
    """As quoted-printable, in which no line is a boundary."""
    lines = re.sub(r"\r\n?", "\n", text)
    return encodestring(lines.encode()).decode("ascii").replace("\n", "\r\n")


def _boundary(message_id: str) -> str:
    """No line of the parts can be it: "=_" stands in none that is quoted-printable."""
    return "=_" + re.sub(r"[^A-Za-z0-9.-]", "", message_id)[:60]


def _mailbox(name: str, address: str) -> str:
    if not (address.isascii() and _ADDRESS.fullmatch(address)):
        raise ValueError(f"{address!r} is no address that a mail can be sent to")
    return f"{_words(name, 'From', quoted=True)} <{address}>"


def _words(text: str, header: str, *, quoted: bool = False) -> str:
    """Words that people wrote, encoded where they are not plain; in a mailbox they are quoted."""
    if text.isascii() and "=?" not in text and len(text) <= LONGEST_PLAIN:
        return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"' if quoted else text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _one_line(value: str) -> str:
    """What would begin another header is refused; a folded one goes on with a space."""
    if re.search(r"[\r\n](?![ \t])|[^\x20-\x7e\r\n\t]", value.replace("\r\n", "\n")):
        raise ValueError("a header would have a second line")
    return value


def new_message_id(base_url: str) -> str:
    """For the header of a mail that was not sent yet; kept with it."""
    return f"<{uuid4()}@{mail_host(base_url)}>"


def sender_address(base_url: str) -> str:
    return f"{SENDER}@{mail_host(base_url)}"


def mail_host(base_url: str) -> str:
    """The host of the address as it may stand behind an @."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"

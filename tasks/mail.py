"""A letter as a mail: its headers, and the bytes that a server is given. It refuses to know what a
letter says, and how a mail is sent.

The body is encoded here and the headers by the older of the two interfaces of `email`: the newer
one parses every header that it writes, which takes five times as long as all the rest.
"""

from __future__ import annotations

import re
from email.header import Header
from email.message import Message as Mime
from email.policy import compat32
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
_LINES = compat32.clone(linesep="\r\n", max_line_length=0)


def compose(letter: Letter, message_id: str, base_url: str) -> bytes:
    """The mail of that letter. `base_url` is the address people use. Where a header cannot be
    written there is no mail but a ValueError."""
    host = mail_host(base_url)
    thread = f"<{letter.thread}@{host}>"
    mail = Mime(_LINES)
    for name, value in {
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
        "Content-Type": f'multipart/alternative; boundary="{_boundary(message_id)}"',
    }.items():
        mail[name] = _one_line(value)
    mail.set_payload([_part(letter.text, "plain"), _part(letter.html, "html")])
    return mail.as_bytes(policy=_LINES)


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


def _part(text: str, subtype: str) -> Mime:
    part = Mime(_LINES)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    lines = re.sub(r"\r\n?|\n", "\r\n", text)
    part.set_payload(encodestring(lines.encode()).decode("ascii"))
    return part


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

"""A letter as a mail, with its headers. It refuses to know what a letter says, and how a mail is
sent."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import uuid4

from tasks.letter import Letter

SENDER = "quickwin"


def compose(letter: Letter, message_id: str, base_url: str) -> EmailMessage:
    """The mail of that letter. `base_url` is the address people use."""
    host = mail_host(base_url)
    thread = f"<{letter.thread}@{host}>"
    message = EmailMessage()
    message["From"] = Address(letter.sender, addr_spec=sender_address(base_url))
    message["To"] = Address(letter.recipient_name, addr_spec=letter.recipient_email)
    message["Subject"] = letter.subject
    message["Date"] = letter.at
    message["Message-ID"] = message_id
    message["In-Reply-To"] = message["References"] = thread
    message["List-Id"] = f"<quick-wins.{host.strip('[]')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


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

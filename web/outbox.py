"""/outbox: the mails the catcher of one machine took, for trying the product out.

Nothing of a mail is executed: its text is shown, and of its addresses only those of this site
become links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, current_app, render_template, request
from markupsafe import Markup, escape

from web.auth import open_to_all
from web.trying_out import catchers_folder

MOST = 200
bp = Blueprint("outbox", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One caught mail; `at` is when it was caught."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    at: datetime


@bp.get("/outbox")
@open_to_all
def show() -> str:
    """Newest first; `?to=` narrows to one recipient."""
    folder = catchers_folder()
    wanted = request.args.get("to", "").strip().lower()
    mails = caught(folder, wanted)
    base_url = current_app.config["SETTINGS"].base_url
    return render_template(
        "outbox.html", mails=mails, to=wanted, linked=lambda text: linked(text, base_url)
    )


def caught(folder: Path, recipient: str) -> list[Mail]:
    """The newest mails to that address ("" for all), at most MOST of them."""
    found: list[Mail] = []
    names = sorted(folder.glob("[0-9]*.eml"), key=lambda path: path.name, reverse=True)
    for path in names:
        mail = read(path)
        if not recipient or recipient in mail.recipients:
            found.append(mail)
        if len(found) == MOST:
            break
    return found


@lru_cache(maxsize=4096)  # a caught mail never changes
def read(path: Path) -> Mail:
    """The file of one mail; its name begins with the nanoseconds of its arrival."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain", "html"))
    addresses = getaddresses([str(value) for value in message.get_all("To", [])])
    return Mail(
        sender=str(message.get("From", "")),
        recipients=tuple(address.lower() for _name, address in addresses),
        subject=str(message.get("Subject", "")),
        text=str(body.get_content()).strip() if body else "",
        at=datetime.fromtimestamp(int(path.name.split("-")[0]) / 1e9, UTC),
    )


def linked(text: str, base_url: str) -> Markup:
    """The text of a mail with the addresses of this site as links."""
    if not base_url:
        return escape(text)
    # Not two slashes: as a path they would lead to another host.
    pattern = re.compile(re.escape(base_url.rstrip("/")) + r"(/(?!/)[\w/.\-?=&#%]*)?")
    parts, end = [Markup()], 0
    for match in pattern.finditer(text):
        parts.append(escape(text[end : match.start()]))
        path = match.group(1) or "/"
        parts.append(Markup('<a href="{}">{}</a>').format(path, match.group(0)))
        end = match.end()
    parts.append(escape(text[end:]))
    return Markup().join(parts)

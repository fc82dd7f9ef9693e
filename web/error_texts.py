"""What each status says to a person: what happened, in plain words, and what to do next.

Which refusal has which status is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from web.frame import filesize


@dataclass(frozen=True, kw_only=True)
class Told:
    """`icon` is a name of the sprite."""

    title: str
    sentence: str
    next_step: str
    icon: str = "alert-circle"


def told(status: int) -> Told:
    """The texts of a status; one that has none of its own is a fault of ours."""
    found = _of_requests() | _of_rights() | _of_data() | _of_us()
    return found.get(status, found[500])


def _of_requests() -> dict[int, Told]:
    return {
        400: Told(
            title=_("This request cannot be read"),
            sentence=_("Something in it is not as it should be."),
            next_step=_("Go back, load the page again and try once more."),
        ),
        404: Told(
            title=_("Nothing is here"),
            sentence=_("This does not exist, or it is not open to you."),
            next_step=_("Look for it in the list of Quick Wins."),
            icon="search",
        ),
        405: Told(
            title=_("This address does not do that"),
            sentence=_("It can be opened or sent to, but not the way it was asked now."),
            next_step=_("Go back to the page you came from and use its buttons."),
            icon="ban",
        ),
        413: Told(
            title=_("This is too large"),
            sentence=_(
                "At most %(size)s can be sent at once, and a file may have at most 10 MB.",
                size=filesize(request.max_content_length or 0),
            ),
            next_step=_("Make the file smaller, or send several files one after the other."),
            icon="upload",
        ),
        415: Told(
            title=_("This kind of content is not taken"),
            sentence=_("It came as something that cannot be read here."),
            next_step=_("Send JSON, or a form where it says so."),
            icon="file-off",
        ),
        428: Told(
            title=_("Say which version you changed"),
            sentence=_("The header If-Match with the version is missing."),
            next_step=_("Read it first: the version is in its answer, and in the header ETag."),
            icon="versions",
        ),
        429: Told(
            title=_("Too many attempts"),
            sentence=_("Nobody is listened to for a while after too many attempts."),
            next_step=_("Wait a little, then try again."),
            icon="hourglass",
        ),
    }


def _of_rights() -> dict[int, Told]:
    return {
        401: Told(
            title=_("Log in first"),
            sentence=_("This is open to people with an account only."),
            next_step=_("Log in, and you come back here."),
            icon="login",
        ),
        403: Told(
            title=_("This is not open to you"),
            sentence=_("Your role does not include this."),
            next_step=_("If it should, tell the administrators: they assign roles."),
            icon="lock",
        ),
    }


def _of_data() -> dict[int, Told]:
    return {
        409: Told(
            title=_("It has changed meanwhile"),
            sentence=_("Somebody else was faster, or the step is over."),
            next_step=_("Open it again and look at how it stands now."),
            icon="refresh",
        ),
        422: Told(
            title=_("Something is missing or does not fit"),
            sentence=_("It was understood, but it cannot be done like this."),
            next_step=_("Mend it and try again."),
        ),
        423: Told(
            title=_("This cannot be changed now"),
            sentence=_("Its content cannot be changed in the state it is in."),
            next_step=_("Open it and look at whose turn it is."),
            icon="lock",
        ),
    }


def _of_us() -> dict[int, Told]:
    return {
        500: Told(
            title=_("Something went wrong on our side"),
            sentence=_("It is recorded. Nothing you entered was saved by this step."),
            next_step=_(
                "Try again; if it happens again, tell the administrators the reference below."
            ),
            icon="alert-triangle",
        ),
        503: Told(
            title=_("Not available for a moment"),
            sentence=_("The database cannot be reached just now. Nothing of yours is lost."),
            next_step=_("Try again in a minute."),
            icon="hourglass",
        ),
    }

"""/unsubscribe: the link at the end of a mail that ends its kind, by one press (RFC 8058).

It needs no login and no CSRF token: a mail program presses it for its reader. Looking at it changes
nothing, since programs that examine mails look at every link. Whose it is, is not shown: a
forwarded mail takes the link along.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from web.auth import one_click, open_to_all
from web.frame import reader_language, say
from workflow import preferences
from workflow.models import Channel, NoticeKind
from workflow.notice_kinds import EXAMPLES, NAMES

bp = Blueprint("unsubscribing", __name__)
FIELD, VALUE = "List-Unsubscribe", "One-Click"  # as RFC 8058 has them


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.route("/unsubscribe/<uuid:mail_key>/<kind>", methods=["GET", "POST"])
@open_to_all
@one_click
def unsubscribe(mail_key: UUID, kind: str) -> ResponseReturnValue:
    """Done twice, it is done. Neither an unknown key nor an unknown kind is found."""
    person = preferences.whose_mails(g.session, mail_key)
    if person is None or kind not in set(NoticeKind):
        abort(404)
    of = NoticeKind(kind)
    pressed = request.form.get(FIELD) == VALUE
    if pressed:
        preferences.end_mails(g.session, person, of)
        g.session.commit()
    with force_locale(person.language or reader_language()):
        page = render_template(
            "unsubscribe.html",
            name=say(NAMES[of]),
            example=say(EXAMPLES[of]),
            turn=of is NoticeKind.TURN,
            ended=preferences.channel_of(g.session, person.id, of) is Channel.APP,
            field=FIELD,
            value=VALUE,
        )
    return page, 422 if request.method == "POST" and not pressed else 200

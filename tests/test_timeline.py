"""The history of a Quick Win: mails and files between the acts, filters in the address, and who may
know what of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from page import text_of, words_of
from sqlalchemy import select, update
from visitor import Visitor
from world import JUDGMENT, NOW, World

from workflow import content as contents
from workflow.models import Channel, File, Message, Notification, QuickWin, Upload
from workflow.rights import standing_of
from workflow.traces import Traces, traces

Browser = Callable[[str], Visitor]
SHA = "b" * 64


def seen(world: World, quick_win: QuickWin, who: str) -> Traces:
    standing = standing_of(world.session, quick_win, world[who], world.now)
    return traces(world.session, quick_win, world[who], standing)


def entries(page: str) -> list[str]:
    """What the history shows, as text, newest first."""
    history = page.split('<ol class="timeline">')[1:]
    found = re.findall(r"<li>(.*?)</li>", "".join(part.split("</ol>")[0] for part in history), re.S)
    return [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in found]


@pytest.fixture
def reviewed(world: World) -> QuickWin:
    """In the plenary, with a file, after two judgments."""
    world.session.add(File(sha256=SHA, media_type="application/pdf", size=9, data=b"%PDF"))
    quick_win = world.propose()
    world.session.flush()
    world.session.add(
        Upload(
            quick_win_id=quick_win.id,
            sha256=SHA,
            name="Surat.pdf",
            person_id=world["submitter"].id,
            at=NOW,
        )
    )
    for action, who in (("submit", "submitter"), ("endorse", "head"), ("verify", "verifier2")):
        world.act(quick_win, action, who)
    for who in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", who, data=JUDGMENT)
    for who in ("admin", "submitter", "chair", "reviewer"):
        world[who].language = "en"
    world.session.commit()
    return quick_win


def test_the_filters_stand_in_the_address_and_keep_the_place_on_the_page(
    visitor: Browser, reviewed: QuickWin
) -> None:
    admin, address = visitor("admin"), f"/quick-wins/{reviewed.id}"
    page = text_of(admin.get(address))
    for show in ("people", "system", "mails", "files"):
        assert f'href="{address}?show={show}#history"' in page

    system = entries(text_of(admin.get(f"{address}?show=system")))
    files = entries(text_of(admin.get(f"{address}?show=files")))
    people = entries(text_of(admin.get(f"{address}?show=people")))
    mails = entries(text_of(admin.get(f"{address}?show=mails")))

    assert [one.split(",")[0] for one in system] == ["The system concluded the review"]
    assert files[0].startswith("Submitter uploaded “Surat.pdf” 1 July 2026, 10:00 WIB")
    assert len(people) == 6
    assert people[-1].startswith("Submitter wrote: ")
    assert mails
    assert all(one.startswith("Mail ") for one in mails)
    assert len(entries(page)) == len(system) + len(files) + len(people)
    assert entries(text_of(admin.get(f"{address}?show=%00"))) == entries(page)


def test_the_one_that_is_chosen_says_so(visitor: Browser, reviewed: QuickWin) -> None:
    page = text_of(visitor("admin").get(f"/quick-wins/{reviewed.id}?show=files"))

    assert re.findall(r'#history" aria-current="true">(\w+) ', page) == ["Files"]


def test_mails_name_their_recipients_to_those_alone_who_see_everything(
    visitor: Browser, reviewed: QuickWin
) -> None:
    address = f"/quick-wins/{reviewed.id}?show=mails"

    admin = words_of(visitor("admin").get(address))
    own = words_of(visitor("submitter").get(address))
    reviewer = words_of(visitor("reviewer").get(address))

    assert "Mail “your turn” to Reviewer, Reviewer2" in admin
    assert "Mail “your turn” to Reviewer 1 July 2026, 10:00 WIB · 2 on their way" in own
    assert "Reviewer2" not in own
    assert "Mail “your turn” to Reviewer, you among them" in reviewer
    assert "Reviewer2" not in entries(text_of(visitor("reviewer").get(address)))


def test_the_reviewers_have_no_names_for_an_inspector_of_the_own_unit(
    world: World, reviewed: QuickWin
) -> None:
    assert any(mail.names for mail in seen(world, reviewed, "inspector").mails)
    world["inspector"].home_unit = world["submitter"].home_unit
    world.session.flush()

    assert not any(mail.names for mail in seen(world, reviewed, "inspector").mails)


def test_a_mail_is_sent_or_on_its_way_or_failed(world: World, reviewed: QuickWin) -> None:
    owed = list(world.session.scalars(select(Notification).order_by(Notification.id)))
    later = NOW + timedelta(hours=1)
    for number, one in enumerate(owed[:3]):
        message = Message(
            recipient_id=one.recipient_id,
            message_id=f"<{number}@test.test>",
            created_at=NOW,
            not_before=NOW,
            sent_at=later if number == 0 else None,
            failed_at=later if number == 1 else None,
            cancelled_at=later if number == 2 else None,
        )
        world.session.add(message)
        world.session.flush()
        one.message_row_id = message.id
    world.session.flush()

    mails = seen(world, reviewed, "admin").mails

    counted = Counter(one.outcome for mail in mails for one in mail.each)
    assert counted == {"sent": 1, "failed": 1, "cancelled": 1, "owed": len(owed) - 3}
    assert sum((Counter(mail.counts) for mail in mails), Counter()) == counted
    assert {mail.at for mail in mails if "sent" in mail.counts} == {later}


def test_what_is_read_elsewhere_or_taken_back_says_so(world: World, reviewed: QuickWin) -> None:
    digest, app, taken_back, *others = world.session.scalars(
        select(Notification).order_by(Notification.id)
    )
    digest.channel, app.channel, taken_back.cancelled_at = Channel.DIGEST, Channel.APP, NOW
    world.session.flush()

    mails = seen(world, reviewed, "admin").mails

    counted = Counter(one.outcome for mail in mails for one in mail.each)
    assert counted == {"digest": 1, "app": 1, "cancelled": 1, "owed": len(others)}


def test_a_failed_mail_shows_its_answer_and_a_button_to_admins_alone(
    visitor: Browser, world: World, reviewed: QuickWin
) -> None:
    one = world.session.scalars(select(Notification).order_by(Notification.id)).first()
    assert one is not None
    one.message = Message(
        recipient_id=one.recipient_id,
        message_id="<1@test.test>",
        created_at=NOW,
        not_before=NOW,
        failed_at=NOW,
        attempts=1,
        error="550 No such user",
    )
    world["inspector"].language = "en"
    world.session.commit()
    address = f"/quick-wins/{reviewed.id}"

    for show in ("", "?show=mails"):
        admin = text_of(visitor("admin").get(address + show))
        assert "Head: failed 1 July 2026, 10:00 WIB – 550 No such user" in admin
        assert "Send again" in admin
        assert f'name="next" value="{address}{show}#history"' in admin
        inspector = text_of(visitor("inspector").get(address + show))
        assert "550 No such user" in inspector
        assert "Send again" not in inspector
        chair = text_of(visitor("chair").get(address + show))
        assert "1 failed" in chair
        assert "550" not in chair


def test_what_is_written_or_uploaded_after_the_submission_is_known_inside_the_unit_only(
    world: World, reviewed: QuickWin
) -> None:
    later = NOW + timedelta(hours=1)
    world.act(reviewed, "request_revision", "chair", at=later)
    contents.save(
        world.session,
        reviewed.id,
        world["submitter"],
        {"risks": "Gagal panen."},
        version=None,
        at=later,
    )
    world.session.execute(update(Upload).values(at=later))

    def fields(who: str) -> set[str]:
        return {one.field for one in seen(world, reviewed, who).written}

    assert "risks" in fields("head")
    assert "risks" in fields("inspector")
    assert "risks" not in fields("chair")
    assert "problem" in fields("chair")
    assert len(seen(world, reviewed, "head").uploads) == 1
    assert len(seen(world, reviewed, "chair").uploads) == 0

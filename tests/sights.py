"""Every page of the product as somebody of the demo city sees it, by name: what `make screenshots`
takes pictures of, and what accessibility, weight and width are measured on.

A path may name a Quick Win by the account that is asked and the state it is in: {disnaker:draft};
{chair:key} is the key in the mails of that account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyotp
from browsing import PASSWORD, Somebody
from half_written import cannot_be_saved, half_written
from playwright.sync_api import Page
from reader import Reader
from running import Running
from sqlalchemy import create_engine, select

from workflow.models import Person

SECTIONS = (
    *("naming", "description", "measuring", "steps"),
    *("money", "people", "outlook", "evidence"),
)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page, who looks at it ("" for nobody who is logged in), and what is done there first."""

    name: str
    who: str
    path: str
    do: Callable[[Page], None] | None = None
    expects: int = 200  # the status of the first answer
    ends: int = 0  # of the last one, where it is another


def _press_main(page: Page) -> None:
    """Send the form of the page as it stands: empty, so that its errors are shown."""
    page.locator("main form[method=post] button.btn-primary:visible").last.click()
    page.wait_for_load_state()


def _check_chain(page: Page) -> None:
    """Of what something happened to lately."""
    page.locator(".rows a").last.click()
    page.wait_for_load_state()


def _first_row(page: Page) -> None:
    page.locator("main .rows a").first.click()
    page.wait_for_load_state()


def _first_period(page: Page) -> None:
    page.locator("main .period-foot a").first.click()
    page.wait_for_load_state()


def _extend_period(page: Page) -> None:
    _first_period(page)
    page.locator("main .page-tools a.btn-primary").click()
    page.wait_for_load_state()


def _set_numbers(page: Page) -> None:
    _first_period(page)
    page.locator("main .page-tools a.btn-light").click()
    page.wait_for_load_state()


def _preview_extension(page: Page) -> None:
    _extend_period(page)
    page.fill("[name=closes]", f"{datetime.now(UTC) + timedelta(days=120):%Y-%m-%d}")
    page.fill("[name=reason]", "Banyak OPD belum siap (contoh).")
    _press_main(page)


def _preview_numbers(page: Page) -> None:
    _set_numbers(page)
    page.fill("[name='parameters.remind_days']", "10, 3, 1")
    _press_main(page)


def _move_to_a_weekend(page: Page) -> None:
    page.fill("[name=to]", "2026-12-26")
    page.fill("[name=source]", "SKB contoh")
    _press_main(page)


def _paste_a_decree(page: Page) -> None:
    page.fill(
        "[name=rows]", "tanggal,hari kerja,nama,sumber\n2028-04-17,tidak,Cuti Bersama,SKB contoh"
    )
    _press_main(page)


def _first_link(page: Page) -> None:
    page.locator("main table a").first.click()
    page.wait_for_load_state()


def _too_late(page: Page) -> None:
    """Act on a page from before somebody else moved it."""
    forms = "document.querySelectorAll('.offers form input[name=version]')"
    page.evaluate(f"() => {forms}.forEach(one => {{ one.value = 1; }})")
    page.locator(".offers details summary").first.click()
    page.locator(".offers details[open] form button").first.click()
    page.wait_for_load_state()


def _wrong_budget(page: Page) -> None:
    page.fill("[name=budget]", "secukupnya")
    _press_main(page)


def _set_up(page: Page) -> None:
    """Unless it is begun already: a sight is looked at several times."""
    if page.locator("[name=old_password]").count():
        page.fill("[name=old_password]", PASSWORD)
        _press_main(page)


def _switch_on(page: Page) -> None:
    """With the code that the app on a phone would show; the page then gives the recovery codes."""
    page.goto("/profile/two-factor")
    _set_up(page)
    if page.locator("code.secret").count():
        secret = page.locator("code.secret").inner_text()
        page.fill("[name=code]", pyotp.TOTP(secret.replace(" ", "")).now())
        _press_main(page)


def _ask_for_codes(page: Page) -> None:
    _switch_on(page)
    page.goto("/profile/two-factor/recovery-codes")


def _ask_to_end(page: Page) -> None:
    _switch_on(page)
    page.goto("/profile/two-factor/off")


def _subscribe(page: Page) -> None:
    """Unless it is done already."""
    if page.locator("#feed-address").count() == 0:
        _press_main(page)


def _log_in_again(page: Page) -> None:
    """As far as the second step."""
    if page.locator("form[action$='/logout']").count():
        _switch_on(page)
        page.evaluate("() => document.querySelector('form[action$=\"/logout\"]').submit()")
        page.wait_for_url("**/login*")
    page.fill("[name=email]", "inspector@demo.test")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/login/code**")


def _choose_all(page: Page) -> None:
    for box in page.locator("main table input[type=checkbox]").all():
        box.check()
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_load_state()


SIGHTS: Sequence[Sight] = (
    Sight(name="login", who="", path="/login"),
    Sight(name="login-errors", who="", path="/login", do=_press_main, ends=422),
    Sight(name="guide", who="", path="/guide"),
    Sight(name="api-docs", who="", path="/api/docs"),
    Sight(name="outbox", who="", path="/outbox"),
    Sight(name="design", who="", path="/design"),
    # ------------------------------------------------ who proposes
    Sight(name="inbox-submitter", who="disnaker", path="/"),
    Sight(name="inbox-newcomer", who="dinsos", path="/"),
    Sight(name="propose", who="disnaker", path="/quick-wins/new"),
    Sight(name="propose-errors", who="disnaker", path="/quick-wins/new", do=_press_main, ends=422),
    Sight(name="proposal-tasks", who="disnaker", path="/quick-wins/{disnaker:draft}/edit"),
    *(
        Sight(
            name=f"proposal-{section}",
            who="disnaker",
            path=f"/quick-wins/{{disnaker:draft}}/edit/{section}",
        )
        for section in SECTIONS
    ),
    Sight(
        name="proposal-errors",
        who="disnaker",
        path="/quick-wins/{disnaker:draft}/edit/money",
        do=_wrong_budget,
        ends=422,
    ),
    Sight(
        name="proposal-not-saved",
        who="disnaker",
        path="/quick-wins/{disnaker:draft}/edit/people",
        do=cannot_be_saved,
    ),
    Sight(
        name="proposal-copy",
        who="disnaker",
        path="/quick-wins/{disnaker:draft}/edit/outlook",
        do=half_written,
    ),
    Sight(name="proposal-check", who="disnaker", path="/quick-wins/{disnaker:draft}/check"),
    Sight(name="proposal-revision", who="dpad", path="/quick-wins/{dpad:revision}/edit"),
    Sight(name="quick-win-draft", who="disnaker", path="/quick-wins/{disnaker:draft}"),
    Sight(name="quick-win-revision", who="dpad", path="/quick-wins/{dpad:revision}"),
    Sight(name="quick-win-running", who="dinkes", path="/quick-wins/{dinkes:implementation}"),
    Sight(name="report", who="dinkes", path="/quick-wins/{dinkes:implementation}/report"),
    Sight(
        name="report-errors",
        who="dinkes",
        path="/quick-wins/{dinkes:implementation}/report",
        do=_press_main,
        ends=422,
    ),
    # ------------------------------------------------ who endorses and verifies
    Sight(name="inbox-head", who="head.disparbud", path="/"),
    Sight(
        name="quick-win-endorsement",
        who="head.disparbud",
        path="/quick-wins/{head.disparbud:endorsement}",
    ),
    Sight(
        name="conflict",
        who="head.disparbud",
        path="/quick-wins/{head.disparbud:endorsement}",
        do=_too_late,
        ends=409,
    ),
    Sight(name="inbox-verifier", who="verifier", path="/"),
    Sight(
        name="quick-win-verification", who="verifier", path="/quick-wins/{verifier:verification}"
    ),
    Sight(name="checklist", who="verifier", path="/quick-wins/{verifier:verification}/checklist"),
    Sight(
        name="checklist-errors",
        who="verifier",
        path="/quick-wins/{verifier:verification}/checklist",
        do=_press_main,
        ends=422,
    ),
    Sight(name="extend", who="verifier", path="/quick-wins/{verifier:verification}/extend"),
    # ------------------------------------------------ who judges and decides
    Sight(name="inbox-reviewer", who="reviewer1", path="/"),
    Sight(name="quick-win-review", who="reviewer1", path="/quick-wins/{reviewer1:review}"),
    Sight(name="recuse", who="reviewer1", path="/quick-wins/{reviewer1:review}/recuse"),
    Sight(name="assign", who="verifier2", path="/quick-wins/{verifier2:review}/assign"),
    Sight(name="judge", who="reviewer1", path="/quick-wins/{reviewer1:review}/judge"),
    Sight(
        name="judge-errors",
        who="reviewer1",
        path="/quick-wins/{reviewer1:review}/judge",
        do=_press_main,
        ends=422,
    ),
    Sight(
        name="judge-copy",
        who="reviewer1",
        path="/quick-wins/{reviewer1:review}/judge",
        do=half_written,
    ),
    Sight(name="comment", who="mentor", path="/quick-wins/{mentor:review}/comment"),
    Sight(name="inbox-empty", who="mentor", path="/"),
    Sight(name="inbox-chair", who="chair", path="/"),
    Sight(name="quick-win-decision", who="chair", path="/quick-wins/{chair:decision}"),
    Sight(name="plenary", who="chair", path="/plenary"),
    Sight(name="plenary-preview", who="chair", path="/plenary", do=_choose_all),
    Sight(name="decrees", who="legal", path="/decrees"),
    Sight(name="decree", who="legal", path="/decrees", do=_first_link),
    Sight(name="decree-new", who="legal", path="/decrees/new"),
    Sight(name="decree-errors", who="legal", path="/decrees/new", do=_press_main, ends=422),
    Sight(name="quick-win-approved", who="legal", path="/quick-wins/{legal:approved}"),
    # ------------------------------------------------ who looks
    Sight(name="overview", who="mayor", path="/overview"),
    Sight(name="overview-sides", who="mayor", path="/overview/sides"),
    Sight(name="coverage", who="mayor", path="/coverage"),
    Sight(name="list", who="mayor", path="/quick-wins"),
    Sight(name="list-search", who="mayor", path="/quick-wins?q=pelayannan+warga&order=title"),
    Sight(name="list-empty", who="mayor", path="/quick-wins?q=tidakadasamasekali"),
    Sight(name="quick-win-completed", who="inspector", path="/quick-wins/{inspector:completed}"),
    Sight(name="changes", who="inspector", path="/quick-wins/{inspector:completed}/diff/1/2"),
    Sight(name="ledger", who="inspector", path="/ledger"),
    Sight(name="ledger-chain", who="inspector", path="/ledger", do=_check_chain),
    Sight(name="ledger-city", who="inspector", path="/ledger/1"),
    Sight(name="ledger-not-found", who="inspector", path="/ledger?number=QW-1", expects=404),
    # ------------------------------------------------ everybody
    Sight(name="profile", who="mayor", path="/profile"),
    Sight(name="notifications", who="chair", path="/notifications"),
    Sight(name="notifications-empty", who="inspector", path="/notifications"),
    Sight(name="preferences", who="dinkes", path="/profile/notifications"),
    Sight(name="calendar-feed", who="mentor", path="/profile/calendar"),
    Sight(name="calendar-feed-made", who="chair", path="/profile/calendar", do=_subscribe),
    Sight(name="unsubscribe", who="", path="/unsubscribe/{chair:key}/turn"),
    Sight(name="unsubscribed", who="", path="/unsubscribe/{chair:key}/comment", do=_press_main),
    Sight(name="password", who="mayor", path="/profile/password"),
    Sight(name="password-errors", who="mayor", path="/profile/password", do=_press_main, ends=422),
    Sight(name="periods", who="mayor", path="/periods"),
    Sight(name="periods-admin", who="admin", path="/periods"),
    Sight(name="periods-errors", who="admin", path="/periods", do=_press_main, ends=422),
    Sight(name="period", who="admin", path="/periods", do=_first_period),
    Sight(name="period-extend", who="admin", path="/periods", do=_extend_period),
    Sight(name="period-extended", who="admin", path="/periods", do=_preview_extension),
    Sight(name="period-numbers", who="admin", path="/periods", do=_set_numbers),
    Sight(name="period-numbered", who="admin", path="/periods", do=_preview_numbers),
    Sight(name="people", who="admin", path="/people"),
    Sight(name="people-empty", who="admin", path="/people?q=tidakadasamasekali"),
    Sight(name="person", who="admin", path="/people?q=chair", do=_first_row),
    Sight(name="calendar", who="mayor", path="/calendar"),
    Sight(name="calendar-admin", who="admin", path="/calendar?year=2028"),
    Sight(name="calendar-add", who="admin", path="/calendar/add"),
    Sight(name="calendar-errors", who="admin", path="/calendar/add", do=_press_main, ends=422),
    Sight(name="calendar-move", who="admin", path="/calendar/2026-12-24/move"),
    Sight(
        name="calendar-moved", who="admin", path="/calendar/2026-12-25/move", do=_move_to_a_weekend
    ),
    Sight(name="calendar-import", who="admin", path="/calendar/import"),
    Sight(name="calendar-preview", who="admin", path="/calendar/import", do=_paste_a_decree),
    Sight(name="calendar-hours", who="admin", path="/calendar/hours"),
    Sight(name="operations", who="admin", path="/operations"),
    Sight(name="quick-win-mails", who="admin", path="/quick-wins/{admin:decision}?show=mails"),
    Sight(name="delegations", who="admin", path="/delegations"),
    Sight(name="delegations-errors", who="chair", path="/delegations", do=_press_main, ends=422),
    Sight(name="two-factor", who="mayor", path="/profile/two-factor"),
    Sight(name="two-factor-begun", who="mayor", path="/profile/two-factor", do=_set_up),
    Sight(name="two-factor-codes", who="inspector", path="/profile/two-factor", do=_switch_on),
    Sight(name="two-factor-new-codes", who="inspector", path="/profile", do=_ask_for_codes),
    Sight(name="two-factor-off", who="inspector", path="/profile", do=_ask_to_end),
    Sight(name="login-code", who="inspector", path="/profile", do=_log_in_again),
    Sight(name="not-found", who="mayor", path="/nothing", expects=404),
    Sight(name="forbidden", who="mayor", path="/quick-wins/new", expects=403),
)

_NAMED = re.compile(r"\{([a-z0-9.]+):([a-z]+)\}")


def addresses(product: Running, sights: Sequence[Sight] = SIGHTS) -> dict[str, str]:
    """The address of each sight by its name, with its Quick Win found through the API."""
    readers: dict[str, Reader] = {}

    def found(match: re.Match[str]) -> str:
        who, state = match.groups()
        if state == "key":
            return _mail_key(product, who)
        reader = readers.get(who) or readers.setdefault(who, Reader(product, who))
        items = json.loads(reader.get(f"/api/v1/quick-wins?state={state}")[1])["items"]
        assert items, f"{who} sees nothing in {state}"
        return str(items[-1]["id"])

    named = {sight.name: _NAMED.sub(found, sight.path) for sight in sights}
    for reader in readers.values():
        reader.log_out()
    return named


def _mail_key(product: Running, who: str) -> str:
    engine = create_engine(product.settings()["QUICKWIN_DATABASE_OWNER_URL"])
    with engine.connect() as connection:
        key = select(Person.mail_key).where(Person.email == f"{who}@demo.test")
        found = str(connection.scalar(key))
    engine.dispose()
    return found


def visit(somebody: Somebody, sight: Sight, address: str) -> None:
    """Go there and do what is to be done; the page stands still afterwards."""
    answer = somebody.page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status == sight.expects, (sight.name, answer.status)
    if sight.do:
        sight.do(somebody.page)

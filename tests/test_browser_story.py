"""The whole story in a browser: from a new draft to completed, by everybody with a part in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser, Page, expect
from running import ROOT, Running, running
from story import INDICATOR, LONG, OPD, PIC, SCORES, STEPS, TITLE, Mails, Step, next_month

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("the product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_quick_win_goes_from_a_new_draft_to_completed(
    product: Running, browser: Browser, script: bool
) -> None:
    address = f"http://127.0.0.1:{product.port}"
    people = {
        name: Somebody(browser, address, name, java_script_enabled=script)
        for name in dict.fromkeys(step.who for step in STEPS)
    }
    mails = Mails(address)
    before_all = {name: mails.count(name) for step in STEPS for name in step.mails}
    path = _propose(people["dinsos"].page)

    for step in STEPS:
        before = {name: mails.count(name) for name in step.mails}
        somebody = people[step.who]
        _find_in_inbox(somebody, path, step)
        _do(somebody, path, step)
        assert mails.arrived(before).keys() == before.keys(), (step.action, before)

    history = people["dinsos"].page
    history.goto(path)
    assert "100" in history.locator("main").inner_text()
    assert people["dinsos"].offered() <= {"comment"}
    number = history.locator("main").inner_text().split("QW-")[1][:9]
    assert f"QW-{number}" in mails.text("dinsos")
    assert all(mails.count(name) > was for name, was in before_all.items())
    for somebody in people.values():
        somebody.close()
    _chains_are_whole(product)


def _propose(page: Page) -> str:
    """A new draft, complete; the path of its page."""
    page.goto("/quick-wins/new")
    page.select_option("select[name=unit]", OPD)
    page.fill("input[name=title]", TITLE)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/edit")
    path = page.url.removesuffix("/edit").removeprefix(page.url.split("/quick-wins")[0])
    page.locator(f'main a[href="{path}/edit/naming"]').first.click()
    for fill in (_naming, _description, _measuring, _steps, _money, _people):
        fill(page)
        before = page.url
        page.locator(".save-bar button[name=continue]").click()
        page.wait_for_url(lambda url, before=before: url != before)
    page.locator(".save-bar button[name=list]").click()
    page.wait_for_url("**/edit")
    assert "100" in page.locator(".meter-text").inner_text()
    return path


def _naming(page: Page) -> None:
    page.select_option("select[name=dimension]", "SOC")
    page.check("input[name=instrument][value=non_it]")


def _description(page: Page) -> None:
    for name, text in LONG.items():
        page.fill(f"textarea[name={name}]", text)


def _measuring(page: Page) -> None:
    """A row is added, and the first one removed: what was written in the other stays."""
    page.locator("button[name=add-indicators]").click()
    page.fill("[name=indicators-1-name]", INDICATOR["name"])
    page.select_option("[name=indicators-1-kind]", INDICATOR["kind"])
    page.fill("[name=indicators-1-baseline]", "12,5")
    page.fill("[name=indicators-1-target]", "100")
    page.fill("[name=indicators-1-unit]", INDICATOR["unit"])
    page.locator("button[name=remove-indicators-0]").click()
    expect(page.locator("[name=indicators-1-name]")).to_have_count(0)
    expect(page.locator("[name=indicators-0-name]")).to_have_value(INDICATOR["name"])


def _steps(page: Page) -> None:
    page.fill("[name=milestones-0-name]", "Peluncuran")
    page.fill("[name=milestones-0-date]", next_month().strftime("%d/%m/%Y"))


def _money(page: Page) -> None:
    page.fill("input[name=budget]", "50 juta")
    page.check("input[name=funding_source][value=apbd]")


def _people(page: Page) -> None:
    for name, text in PIC.items():
        page.fill(f"input[name=pic-{name}]", text)


def _find_in_inbox(somebody: Somebody, path: str, step: Step) -> None:
    """Everybody whose turn it is sees it among their tasks; completing is asked for by mail."""
    somebody.page.goto("/")
    link = somebody.page.locator(f'main a[href="{path}"]')
    if step.action == "complete":
        somebody.page.goto(path)
    else:
        expect(link.first).to_be_visible()
        link.first.click()
        somebody.page.wait_for_url(f"**{path}")


def _do(somebody: Somebody, path: str, step: Step) -> None:
    page = somebody.page
    if step.action == "establish":
        _issue_decree(page, path)
    elif step.action == "submit":
        page.goto(f"{path}/check")
        page.locator("form.send button").click()
        page.wait_for_url(_page_of(path))
    elif step.action in ("judge", "report"):
        assert step.action in somebody.offered()
        page.goto(f"{path}/{step.action}")
        (_judge if step.action == "judge" else _report)(page)
        page.locator("form.act-form button.btn-primary").click()
        page.wait_for_url(lambda url: not url.endswith(f"/{step.action}"))
        page.goto(path)  # a judgment leads on to the next one
    else:
        assert step.action in somebody.offered(), somebody.offered()
        somebody.act(step.action, note=step.note)
        page.wait_for_url(_page_of(path))
    assert step.action not in somebody.offered() or step.action == "report"


def _page_of(path: str) -> re.Pattern[str]:
    """After an act its address says that something else may wait."""
    return re.compile(rf"{re.escape(path)}(\?.*)?$")


def _judge(page: Page) -> None:
    page.check("input[name=verdict][value=approve]")
    for code in SCORES:
        page.check(f"input[name=score_{code}][value='3']")
    page.fill("textarea[name=note]", "Layak ditetapkan.")


def _report(page: Page) -> None:
    page.fill("input[name=percent]", "100")
    page.fill("textarea[name=summary]", "Semua lansia sudah dikunjungi.")
    page.fill("input[name=spent]", "48,5 juta")
    page.fill("input[name=actuals-0-value]", "100")


def _issue_decree(page: Page, path: str) -> None:
    page.goto("/decrees/new")
    page.check(f'input[name=establishes][value="{path.rsplit("/", maxsplit=1)[-1]}"]')
    page.fill("input[name=number]", f"503/Kep.{path.rsplit('/', maxsplit=1)[-1]}-DINSOS/2026")
    page.fill("input[name=date]", datetime.now(UTC).strftime("%d/%m/%Y"))
    page.locator("main form[method=post] button.btn-primary").click()
    page.wait_for_url(lambda url: "/decrees/" in url and not url.endswith("/new"))
    page.goto(path)


def _chains_are_whole(product: Running) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quickwin.cli", "verify"],
        cwd=ROOT,
        env={"QUICKWIN_DATA_DIR": str(product.folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

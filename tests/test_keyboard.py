"""Nobody needs a mouse: whoever proposes and whoever judges gets through with the keyboard alone,
and sees at every stop where the focus is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import PASSWORD, Somebody, chromium
from half_written import cannot_be_saved
from keyboard import Keyboard
from playwright.sync_api import Browser, expect
from running import Running, running
from sights import SIGHTS, addresses, visit
from story import INDICATOR, LONG, OPD, PIC, SCORES, TITLE, next_month

pytestmark = pytest.mark.long
REFUSED_ON_PURPOSE = re.compile("Failed to load resource.* 422 ")
SECTION = "**/edit/{}".format


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("the product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(product: Running, browser: Browser) -> Iterator[Somebody]:
    """Nobody yet, at the door. A page that glides to the focus would be looked at on its way."""
    address = f"http://127.0.0.1:{product.port}"
    somebody = Somebody(browser, address, "", reduced_motion="reduce")
    somebody.page.goto("/login")
    yield somebody
    broken = [one for one in somebody.complaints if not REFUSED_ON_PURPOSE.search(one)]
    assert broken == []
    somebody.context.close()


def log_in(keys: Keyboard, account: str) -> None:
    keys.type("input[name=email]", f"{account}@demo.test")
    keys.type("input[name=password]", PASSWORD)
    keys.press("Enter")
    keys.page.wait_for_url(lambda url: not url.endswith("/login"))
    keys.skip()


# ---------------------------------------------------------------- the frame of every page


def test_the_menu_opens_closes_by_escape_and_gives_the_focus_back(visitor: Somebody) -> None:
    keys, page = Keyboard(visitor.page), visitor.page
    log_in(keys, "mayor")
    menu = page.locator("details[data-menu]")

    keys.press_on("details[data-menu] > summary", back=True)
    expect(menu).to_have_attribute("open", "")
    keys.to("a[href='/profile']", most=1)
    keys.to("form[data-forget-copies] button")
    keys.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    assert keys.is_at("details[data-menu] > summary")
    keys.look()
    keys.press("Space")
    expect(menu).to_have_attribute("open", "")
    keys.follow("form[data-forget-copies] button")
    page.wait_for_url("**/login")


def test_the_skip_link_is_the_first_stop_and_leads_past_the_frame(visitor: Somebody) -> None:
    keys, page = Keyboard(visitor.page), visitor.page
    keys.to(".skip-link", most=1)
    keys.press("Enter")
    keys.press("Tab")

    keys.look()
    assert page.evaluate("document.activeElement.closest('main') !== null")


# ---------------------------------------------------------------- who proposes


def test_a_submitter_proposes_and_submits_with_the_keyboard_alone(visitor: Somebody) -> None:
    keys, page = Keyboard(visitor.page), visitor.page
    log_in(keys, OPD.lower())
    keys.follow("a[href='/quick-wins/new']")
    _begin(keys)
    draft = page.url.removesuffix("/edit")

    keys.skip()
    keys.follow(".task-link[href$='/edit/naming']")
    for section, write in {
        "naming": _naming,
        "description": _description,
        "measuring": _measuring,
        "steps": _steps,
        "money": _money,
        "people": _people,
    }.items():
        page.wait_for_url(SECTION(section))
        keys.skip()
        write(keys)
        keys.follow(".save-bar button[name=continue]")
    page.wait_for_url(SECTION("outlook"))
    keys.skip()
    keys.follow(".save-bar button[name=list]")
    expect(page.locator(".meter-text")).to_contain_text("100")

    keys.skip()
    keys.follow(f"a[href='{_path(draft)}/check']")
    keys.skip()
    keys.follow("form.send > button")
    page.wait_for_url(re.compile(rf"{re.escape(draft)}(\?.*)?$"))
    expect(page.locator(".notice.tone-success")).to_be_visible()


def _begin(keys: Keyboard) -> None:
    """What is missing is said first: the focus is there, and its link leads to the field."""
    page = keys.page
    keys.skip()
    keys.choose("select[name=unit]", OPD)
    keys.to("input[name=title]")
    keys.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    keys.look()
    keys.press_on("#error-summary a[href='#title']")
    assert keys.is_at("input[name=title]")
    keys.look()
    keys.write(TITLE)
    keys.follow("main form button.btn-primary")
    page.wait_for_url("**/edit")


def _naming(keys: Keyboard) -> None:
    keys.choose("select[name=dimension]", "SOC")
    keys.choose("input[name=instrument]", "non_it", arrow="ArrowRight")


def _description(keys: Keyboard) -> None:
    for name in ("summary", "problem", "objective", "benefit", "beneficiaries", "uniqueness"):
        keys.type(f"textarea[name={name}]", LONG[name])


def _measuring(keys: Keyboard) -> None:
    """A new row has the focus; where one is taken away, the button that adds has it."""
    page = keys.page
    keys.press_on("button[name=add-indicators]")
    expect(page.locator("[name=indicators-1-name]")).to_be_focused()
    keys.look()
    keys.write("Baris yang tidak jadi")
    keys.press_on("button[name=remove-indicators-1]", back=True)
    expect(page.locator("[name=indicators-1-name]")).to_have_count(0)
    expect(page.locator("button[name=add-indicators]")).to_be_focused()
    keys.look()

    keys.to("select[name=indicators-0-kind]", back=True)
    keys.to("[name=indicators-0-name]", back=True)
    keys.write(INDICATOR["name"])
    keys.choose("[name=indicators-0-kind]", INDICATOR["kind"])
    keys.type("[name=indicators-0-baseline]", "12,5")
    keys.type("[name=indicators-0-target]", "100")
    keys.type("[name=indicators-0-unit]", INDICATOR["unit"])


def _steps(keys: Keyboard) -> None:
    page = keys.page
    keys.press_on("button[name=add-milestones]")
    expect(page.locator("[name=milestones-1-name]")).to_be_focused()
    keys.write("Peluncuran")
    keys.type("[name=milestones-1-date]", next_month().strftime("%d/%m/%Y"))
    keys.press_on("button[name=remove-milestones-0]", back=True)
    expect(page.locator("[name=milestones-0-name]")).to_have_value("Peluncuran")


def _money(keys: Keyboard) -> None:
    keys.type("input[name=budget]", "50 juta")
    keys.choose("input[name=funding_source]", "apbd", arrow="ArrowRight")


def _people(keys: Keyboard) -> None:
    for name, text in PIC.items():
        keys.type(f"input[name=pic-{name}]", text)


def _path(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


# Of these heights of a window, some end at a field just where a sentence comes or goes above it.
HEIGHTS = range(780, 840, 9)


def test_what_is_said_while_somebody_moves_on_puts_nothing_out_of_sight(
    product: Running, visitor: Somebody
) -> None:
    keys, page = Keyboard(visitor.page), visitor.page
    log_in(keys, "disnaker")
    sight = next(each for each in SIGHTS if each.do is cannot_be_saved)
    address = addresses(product, [sight])[sight.name]
    unseen = []
    for height in HEIGHTS:
        page.set_viewport_size({"width": 1280, "height": height})
        visit(visitor, sight, address)
        unseen += keys.walk(pause=15)

    assert unseen == []


# ---------------------------------------------------------------- who judges


def test_a_reviewer_judges_with_the_keyboard_alone_and_is_led_to_the_next(
    visitor: Somebody,
) -> None:
    keys, page = Keyboard(visitor.page), visitor.page
    log_in(keys, "reviewer1")
    keys.follow("ul.rows a.row-link")
    keys.skip()
    keys.follow(".offers a[href$='/judge']")
    first = page.url

    keys.skip()
    keys.press_on("#field-problem summary")
    keys.type("#field-problem textarea", "Berapa orang yang mengalaminya?")
    expect(page.locator("[data-note-count]")).to_contain_text("1 ")
    keys.to("input[name=verdict]")
    keys.to("textarea[name=note]")
    keys.to(".act-buttons button.btn-primary")
    keys.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    keys.look()
    assert page.locator("#field-problem textarea").input_value()

    for code in SCORES:
        keys.choose(f"input[name=score_{code}]", "3", arrow="ArrowRight")
    keys.to("input[name=verdict]")
    keys.press("Space")
    keys.type("textarea[name=note]", "Layak, dengan satu pertanyaan.")
    keys.follow("button[name=straight_on]")

    assert page.url.endswith("/judge")
    expect(page.locator(".notice.tone-success")).to_be_visible()
    page.goto(first.removesuffix("/judge"))
    expect(page.locator("#field-problem")).to_contain_text("Berapa orang yang mengalaminya?")

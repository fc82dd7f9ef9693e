"""What a browser does for somebody who writes: nothing typed is lost, whatever the line does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser, Page, expect
from processes import wait_until
from running import Running, running

pytestmark = pytest.mark.long
SAVED = re.compile(r"^Disimpan \d\d\.\d\d$")
FEW_SECONDS = 15_000
COPIES = "Object.keys(localStorage).filter(key => key.startsWith('quickwin:copy:')).length"
NO_LINE = "() => { window.fetch = () => Promise.reject(new TypeError('there is no line')) }"
PDF = b"%PDF-1.7\n" + b"x" * 600_000
REFUSED_ON_PURPOSE = re.compile("Failed to load resource")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("the product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def writer(product: Running, browser: Browser) -> Iterator[Somebody]:
    """The submitter of DINSOS, at the task list of a new draft."""
    somebody = Somebody(browser, f"http://127.0.0.1:{product.port}", "dinsos")
    page = somebody.page
    page.goto("/quick-wins/new")
    page.select_option("select[name=unit]", "DINSOS")
    page.fill("input[name=title]", "Rumah Singgah")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/edit")
    yield somebody
    broken = [one for one in somebody.complaints if not REFUSED_ON_PURPOSE.search(one)]
    assert broken == []
    somebody.context.close()


def open_section(page: Page, section: str) -> str:
    """The address of the section, which is open then."""
    address = re.sub(r"/edit.*", f"/edit/{section}", page.url)
    page.goto(address)
    return address


def copies(page: Page) -> int:
    return int(page.evaluate(COPIES))


def note(page: Page) -> Any:
    return page.locator("#save-note")


def test_what_is_written_while_the_line_is_down_is_saved_when_it_is_back(writer: Somebody) -> None:
    page = writer.page
    address = open_section(page, "description")
    page.fill("[name=summary]", "Ditulis selagi tersambung.")
    expect(note(page)).to_have_text(SAVED, timeout=FEW_SECONDS)

    writer.context.set_offline(True)
    page.fill("[name=problem]", "Ditulis selagi terputus.")
    page.locator("[name=objective]").focus()
    expect(note(page)).to_contain_text("Tidak ada sambungan", timeout=FEW_SECONDS)
    expect(page.locator("[name=objective]")).to_be_focused()
    page.locator("button.btn[name=continue]").click()
    expect(page.locator("[name=problem]")).to_have_value("Ditulis selagi terputus.")
    assert copies(page) == 1
    writer.context.set_offline(False)

    expect(note(page)).to_have_text(SAVED, timeout=FEW_SECONDS)
    assert copies(page) == 0
    page.goto(address)
    expect(page.locator("[name=problem]")).to_have_value("Ditulis selagi terputus.")
    page.fill("[name=objective]", "Disimpan dengan tombol.")
    page.locator("button.btn[name=continue]").click()
    page.wait_for_url("**/edit/measuring")


def test_what_cannot_be_saved_yet_is_said_at_its_field_and_holds_nothing_up(
    writer: Somebody,
) -> None:
    page = writer.page
    address = open_section(page, "people")
    page.fill("[name=pic-nip]", "1980")
    page.fill("[name=pic-name]", "Rina")

    expect(note(page)).to_contain_text("kecuali 1 isian", timeout=FEW_SECONDS)
    expect(page.locator("#pic-nip-not-saved")).to_contain_text("Belum disimpan")
    expect(page.locator("#pic-nip")).to_have_attribute(
        "aria-describedby", re.compile("pic-nip-not-saved")
    )
    expect(page.locator("#pic-name")).to_be_focused()
    assert copies(page) == 1

    page.fill("[name=pic-nip]", "19800101 200501 1 001")
    expect(note(page)).to_have_text(SAVED, timeout=FEW_SECONDS)
    expect(page.locator(".not-saved")).to_have_count(0)
    page.goto(address)
    expect(page.locator("[name=pic-name]")).to_have_value("Rina")
    expect(page.locator(".copy-notice")).to_have_count(0)


def test_a_copy_is_offered_after_the_page_was_left_and_brings_back_rows_too(
    writer: Somebody,
) -> None:
    page = writer.page
    address = open_section(page, "people")
    for index in range(2):
        page.locator("button[name=add-partners]").click()
        expect(page.locator(f"[name=partners-{index}-name]")).to_be_visible()
    page.evaluate(NO_LINE)
    page.fill("[name=partners-0-name]", "PKK")
    page.fill("[name=partners-1-name]", "Poltekkes")
    page.fill("[name=pic-name]", "Rina")
    assert wait_until(lambda: copies(page) == 1)

    page.goto(address)
    expect(page.locator("[name=pic-name]")).to_have_value("")
    expect(page.locator(".copy-notice")).to_contain_text("belum sempat disimpan")
    page.locator("[data-restore]").click()

    expect(page.locator("[name=partners-1-name]")).to_have_value("Poltekkes")
    expect(page.locator("[name=partners-0-name]")).to_have_value("PKK")
    expect(page.locator("[name=pic-name]")).to_have_value("Rina")
    assert page.url == address
    expect(note(page)).to_contain_text("belum disimpan")
    assert copies(page) == 1
    elsewhere = writer.context.new_page()
    elsewhere.goto(address)
    expect(elsewhere.locator("[name=pic-name]")).to_have_value("")

    page.bring_to_front()
    page.locator("button.btn[name=continue]").click()
    page.wait_for_url("**/edit/outlook")
    page.goto(address)
    expect(page.locator("[name=pic-name]")).to_have_value("Rina")
    expect(page.locator("[name=partners-1-name]")).to_have_value("Poltekkes")
    assert copies(page) == 0


def test_what_came_back_with_its_rows_is_saved_once_the_writer_goes_on(writer: Somebody) -> None:
    page = writer.page
    address = open_section(page, "people")
    page.locator("button[name=add-partners]").click()
    page.evaluate(NO_LINE)
    page.fill("[name=partners-0-name]", "PKK")
    assert wait_until(lambda: copies(page) == 1)
    page.goto(address)
    page.locator("[data-restore]").click()
    expect(page.locator("[name=partners-0-name]")).to_have_value("PKK")

    page.fill("[name=pic-name]", "Rina")

    expect(note(page)).to_have_text(SAVED, timeout=FEW_SECONDS)
    assert copies(page) == 0
    page.goto(address)
    expect(page.locator("[name=partners-0-name]")).to_have_value("PKK")


def test_a_copy_that_is_discarded_is_gone(writer: Somebody) -> None:
    page = writer.page
    address = open_section(page, "money")
    page.evaluate(NO_LINE)
    page.fill("[name=budget]", "50 juta")
    assert wait_until(lambda: copies(page) == 1)

    page.goto(address)
    page.locator("[data-discard]").click()

    expect(page.locator(".copy-notice")).to_have_count(0)
    expect(page.locator("[name=budget]")).to_be_focused()
    assert copies(page) == 0
    page.goto(address)
    expect(page.locator(".copy-notice")).to_have_count(0)


def test_a_conflict_is_told_and_pressing_save_shows_it(writer: Somebody) -> None:
    page = writer.page
    open_section(page, "description")
    other = writer.context.new_page()
    other.goto(page.url)
    other.fill("[name=summary]", "Ditulis di jendela lain.")
    expect(note(other)).to_have_text(SAVED, timeout=FEW_SECONDS)

    page.fill("[name=summary]", "Ditulis di sini.")
    expect(note(page)).to_contain_text("diubah orang lain", timeout=FEW_SECONDS)
    page.locator("button.btn[name=continue]").click()

    expect(page.locator("#meanwhile")).to_contain_text("Ditulis di jendela lain.")
    expect(page.locator("[name=summary]")).to_have_value("Ditulis di sini.")
    page.locator("button.btn[name=continue]").click()
    page.wait_for_url("**/edit/measuring")
    assert copies(page) == 0


def test_writing_goes_on_after_logging_in_again_elsewhere(writer: Somebody) -> None:
    page = writer.page
    open_section(page, "description")
    writer.context.clear_cookies()
    page.fill("[name=summary]", "Ditulis setelah sesi berakhir.")
    expect(note(page)).to_contain_text("Anda sudah keluar", timeout=FEW_SECONDS)

    other = writer.context.new_page()
    writer.page, other = other, page
    writer.sign_in()

    expect(note(page)).to_have_text(SAVED, timeout=2 * FEW_SECONDS)


def test_files_are_looked_at_here_and_travel_one_by_one(writer: Somebody) -> None:
    page = writer.page
    address = open_section(page, "evidence")
    page.set_input_files(
        "input[type=file]",
        [
            {"name": "program.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"},
            {"name": "kosong.pdf", "mimeType": "application/pdf", "buffer": b""},
            {"name": "besar.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" * 2_200_000},
            {"name": "laporan.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "palsu.pdf", "mimeType": "application/pdf", "buffer": b"<html>"},
        ],
    )

    lines = page.locator(".upload-line")
    expect(lines).to_have_count(4, timeout=FEW_SECONDS)
    told = {line.split("\n")[0]: line for line in lines.all_inner_texts()}
    assert "hanya berkas PDF" in told["program.exe"]
    assert "kosong" in told["kosong.pdf"]
    assert "paling besar 10 MB" in told["besar.pdf"]
    expect(lines.last).to_contain_text("apa pun nama berkasnya", timeout=FEW_SECONDS)
    expect(page.locator(".evidence .choice")).to_contain_text("laporan.pdf")
    expect(note(page)).to_have_text(SAVED, timeout=FEW_SECONDS)
    page.goto(address)
    expect(page.locator(".evidence input:checked")).to_have_count(1)


def test_an_upload_shows_how_far_it_is_and_can_be_cancelled(writer: Somebody) -> None:
    page = writer.page
    open_section(page, "evidence")
    line = writer.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 100_000}
    line.send("Network.emulateNetworkConditions", slow)
    file: Any = {"name": "laporan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("input[type=file]", [file])

    meter = page.locator(".upload-line progress")
    assert wait_until(lambda: float(meter.evaluate("one => one.value")) > 0)
    expect(page.locator(".upload-told")).to_contain_text("persen")
    page.locator(".upload-line [data-part=cancel]").click()

    expect(meter).to_have_count(0)
    expect(page.locator(".upload-told")).to_contain_text("Dibatalkan")
    expect(page.locator(".evidence .choice")).to_have_count(0)


def test_logging_out_clears_all_copies_of_the_computer(writer: Somebody) -> None:
    page = writer.page
    address = open_section(page, "money")
    page.evaluate(NO_LINE)
    page.fill("[name=budget]", "50 juta")
    assert wait_until(lambda: copies(page) == 1)
    page.goto("/")
    assert copies(page) == 1, "leaving the page is no log-out"

    page.locator("details[data-menu] summary").click()
    page.locator("form[data-forget-copies] button").click()
    page.wait_for_url("**/login")

    assert copies(page) == 0
    writer.sign_in()
    page.goto(address)
    expect(page.locator(".copy-notice")).to_have_count(0)

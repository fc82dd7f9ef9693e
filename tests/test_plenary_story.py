"""The chair decides many at once in a real browser, and finds out what became of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Somebody, chromium
from running import running

pytestmark = pytest.mark.long


def test_the_chair_chooses_previews_and_decides(tmp_path: Path) -> None:
    with running(tmp_path) as product, chromium() as browser:
        address = f"http://127.0.0.1:{product.port}"
        chair = Somebody(browser, address, "chair")
        page = chair.page
        page.goto("/plenary")
        waiting = page.locator("input[name=chosen]").count()
        page.click("[data-choose=recommended]")
        page.wait_for_load_state()
        chosen = page.locator("input[name=chosen]:checked").count()
        assert 0 < chosen < waiting
        assert page.locator("[data-chosen]").inner_text() == f"{chosen} dipilih"

        page.click(".choose-bar button")
        page.wait_for_load_state()
        assert "Belum ada yang dilakukan." in page.inner_text("main")
        confirm = page.url
        page.click("form[method=post] .form-tools button")
        page.wait_for_load_state()
        assert f"Berhasil untuk {chosen} Quick Win" in page.inner_text("main")

        page.goto(confirm)
        assert "Anda sudah melakukannya." in page.inner_text("main")
        assert page.locator("main form[method=post]").count() == 0
        page.goto("/plenary")
        assert page.locator("input[name=chosen]").count() == waiting - chosen
        chair.close()

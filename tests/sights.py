"""Every page of the product as somebody of the demo city sees it, by name: what `make screenshots`
takes pictures of, and what accessibility, weight and width are measured on.

A path may name a Quick Win by the account that is asked and the state it is in: {disnaker:draft}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browsing import Somebody
from playwright.sync_api import Page
from program import Program
from running import Running


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page, who looks at it ("" for nobody who is logged in), and what is done there first."""

    name: str
    who: str
    path: str
    do: Callable[[Page], None] | None = None
    expects: int = 200  # the status of the first answer


def _press_main(page: Page) -> None:
    """Send the form of the page as it stands: empty, so that its errors are shown."""
    page.locator("main form[method=post] button.btn-primary").last.click()
    page.wait_for_load_state()


SIGHTS: Sequence[Sight] = (
    Sight(name="login", who="", path="/login"),
    Sight(name="login-errors", who="", path="/login", do=_press_main),
    Sight(name="inbox-submitter", who="dinkes", path="/"),
    Sight(name="inbox-head", who="head.dinkes", path="/"),
    Sight(name="inbox-verifier", who="verifier", path="/"),
    Sight(name="inbox-reviewer", who="reviewer1", path="/"),
    Sight(name="inbox-chair", who="chair", path="/"),
    Sight(name="inbox-empty", who="mentor", path="/"),
    Sight(name="list", who="chair", path="/quick-wins"),
    Sight(name="list-empty", who="chair", path="/quick-wins?q=tidakadasamasekali"),
    Sight(name="coverage", who="mayor", path="/coverage"),
    Sight(name="decrees", who="legal", path="/decrees"),
    Sight(name="decree-new", who="legal", path="/decrees/new"),
    Sight(name="outbox", who="", path="/outbox"),
    Sight(name="propose", who="dinkes", path="/quick-wins/new"),
    Sight(name="propose-errors", who="dinkes", path="/quick-wins/new", do=_press_main),
    Sight(name="quick-win-draft", who="disnaker", path="/quick-wins/{disnaker:draft}"),
    Sight(name="quick-win-review", who="reviewer1", path="/quick-wins/{reviewer1:review}"),
    Sight(name="quick-win-decision", who="chair", path="/quick-wins/{chair:decision}"),
    Sight(name="not-found", who="dinkes", path="/nothing", expects=404),
    Sight(name="api-docs", who="", path="/api/docs"),
)

_NAMED = re.compile(r"\{([a-z0-9.]+):([a-z]+)\}")


def addresses(product: Running, sights: Sequence[Sight] = SIGHTS) -> dict[str, str]:
    """The address of each sight by its name, with its Quick Win found through the API."""
    programs: dict[str, Program] = {}

    def found(match: re.Match[str]) -> str:
        who, state = match.groups()
        program = programs.setdefault(who, Program(product, who))
        items = program.call("GET", f"/quick-wins?state={state}")[1]["items"]
        assert items, f"{who} sees nothing in {state}"
        return str(items[-1]["id"])

    return {sight.name: _NAMED.sub(found, sight.path) for sight in sights}


def visit(somebody: Somebody, sight: Sight, address: str) -> None:
    """Go there and do what is to be done; the page stands still afterwards."""
    answer = somebody.page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status == sight.expects, (sight.name, answer.status)
    if sight.do:
        sight.do(somebody.page)

"""Somebody who has a keyboard and no mouse, and who looks where the focus is at every stop.

Nothing is filled or clicked here: there are only keys.
"""

from __future__ import annotations

from playwright.sync_api import Page

MOST = 150  # stops to where somebody wants to be
ALL = 1000  # stops of the longest page

# What is wrong with the place of the focus; "" where it is seen, or where it is nowhere.
_UNSEEN = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return '';
  const box = one.getBoundingClientRect();
  const name = `${one.tagName} ${one.name || one.id || one.textContent.trim().slice(0, 40)}`;
  const style = getComputedStyle(one);
  const lined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const inside = one.type === 'date' && !one.matches(':focus'); // the browser marks its calendar
  if (!lined && !inside && style.boxShadow === 'none') return `${name}: nothing shows the focus`;
  const pieces = [...one.getClientRects()].filter(each => each.width > 1 && each.height > 1);
  if (!pieces.length) return `${name}: it has no size`;
  const clear = (x, y) => {
    const found = document.elementFromPoint(x, y);
    return !!found && (one.contains(found) || found.closest('label')?.control === one);
  };
  for (const { left, right, top, bottom } of pieces) {
    const [x, inset] = [(left + right) / 2, Math.min(6, (bottom - top) / 4)];
    // Of a text a browser shows the line that is written, of what fills the window where it begins.
    const begins = one.matches('textarea') || bottom - top > innerHeight / 2;
    for (const y of begins ? [top + inset] : [top + inset, bottom - inset]) {
      if (!clear(x, y)) return `${name}: not in sight at ${Math.round(x)}, ${Math.round(y)}`;
    }
  }
  return '';
}
"""
_IS_AT = "selector => document.activeElement?.matches(selector) ?? false"
_VALUE = """
() => {
  const one = document.activeElement;
  if (one.type !== 'radio') return one.value;
  const all = one.form.elements.namedItem(one.name);
  return all instanceof RadioNodeList ? all.value : all.checked ? all.value : '';
}
"""


class Keyboard:
    """Of one page. Every stop on the way has to be seen: marked, in sight, covered by nothing."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def look(self) -> None:
        """The focus is seen where it is."""
        unseen = self.page.evaluate(_UNSEEN)
        assert unseen == "", f"{self.page.url}: {unseen}"

    def is_at(self, selector: str) -> bool:
        return bool(self.page.evaluate(_IS_AT, selector))

    def to(self, selector: str, *, back: bool = False, most: int = MOST) -> None:
        """On to the next stop that the selector names, or back to one."""
        for _ in range(most):
            self.press("Shift+Tab" if back else "Tab")
            self.look()
            if self.is_at(selector):
                return
        raise AssertionError(f"{self.page.url}: {selector} is not reached with the keyboard")

    def press_on(self, selector: str, key: str = "Enter", *, back: bool = False) -> None:
        self.to(selector, back=back)
        self.press(key)

    def walk(self, *, pause: int = 0) -> list[str]:
        """On to the end of the page, resting at each stop for so many milliseconds; what is wrong
        with the stops that are not seen."""
        unseen: dict[str, None] = {}
        for _ in range(ALL):
            self.press("Tab")
            self.page.wait_for_timeout(pause)
            if self.is_at("body"):
                return [each for each in unseen if each]
            unseen[self.page.evaluate(_UNSEEN)] = None
        raise AssertionError(f"{self.page.url}: the keyboard does not come out of it")

    def skip(self) -> None:
        """Past the frame of the page that was just loaded."""
        self.press_on(".skip-link")
        assert self.is_at("#content")

    def type(self, selector: str, text: str) -> None:
        self.to(selector)
        self.write(text)

    def write(self, text: str) -> None:
        """Where the focus is; a line that is reached is selected as a whole, so it is replaced."""
        self.page.keyboard.type(text)

    def choose(self, selector: str, value: str, *, arrow: str = "ArrowDown") -> None:
        """One of a list or of a group, by arrows."""
        self.to(selector)
        for _ in range(MOST):
            if self.page.evaluate(_VALUE) == value:
                return
            self.press(arrow)
        raise AssertionError(f"{self.page.url}: {selector} has no {value}")

    def follow(self, selector: str, *, back: bool = False) -> None:
        """Press what leads to another page, and wait for it."""
        before = self.page.url
        self.press_on(selector, back=back)
        self.page.wait_for_url(lambda url: url != before)
        self.page.wait_for_load_state()

"""Forms as they stand on a page, with anything at all typed into them, as a browser sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from hypothesis import strategies as st
from werkzeug.test import TestResponse

NASTY = (
    "Layanan & \"warga\" <b>'kota'</b>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} %(name)s %s %",
    "'; DROP TABLE quick_wins; --",
    "&lt;b&gt; &amp;",
    "baris satu\r\nbaris dua",
    "a\x00b",
    "   ",
    "\u202ekanan ke kiri \u0645\u0631\u062d\u0628\u0627 \U0001f600",
    "x" * 4_001,
    "kata " * 300,
    "9" * 40,
    "-1",
    "0",
    "50 juta",
    "12,5",
    "1e9",
    "07/08/2026",
    "2026-08-07",
    "99/99/9999",
    "../../etc/passwd",
    "=1+1",
)
TEXT = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40
)
Sent = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Control:
    """A name of a form: what kind of thing it is, what stands there, and what can be chosen."""

    name: str
    kind: str  # text, secret, number, hidden, choice, button
    values: tuple[str, ...]


@dataclass
class PageForm:
    controls: list[Control] = field(default_factory=list)

    def names(self, kind: str) -> list[str]:
        return [control.name for control in self.controls if control.kind == kind]


def form_of(answer: TestResponse, action: str) -> PageForm | None:
    """The form of the page that posts to `action`, or one that names no address."""
    reader = _Reader(action)
    reader.feed(answer.get_data(as_text=True))
    reader.close()
    return reader.found


@st.composite
def filled(draw: st.DrawFn, form: PageForm) -> Sent:
    """What a browser, or somebody who is none, could send with that form."""
    sent: Sent = {}
    buttons = [each for each in form.controls if each.kind == "button"]
    for control in form.controls:
        if control.kind == "button" or draw(st.integers(0, 15)) == 0:
            continue  # left out, as a broken browser would
        if control.kind == "hidden":
            value = st.just(control.values[0])
            sent[control.name] = [draw(value if draw(st.integers(0, 9)) else TEXT)]
        elif control.kind == "choice":
            known = st.lists(st.sampled_from(control.values), max_size=3)
            sent[control.name] = draw(known if draw(st.integers(0, 9)) else st.lists(TEXT))
        else:
            sent.setdefault(control.name, []).append(draw(TEXT))
    if buttons and draw(st.booleans()):
        button = draw(st.sampled_from(buttons))
        sent.setdefault(button.name, []).append(button.values[0])
    return sent


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.action, self.found = action, None
        self._form: PageForm | None = None
        self._choices: dict[str, list[str]] = {}
        self._select = ""

    found: PageForm | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("action", self.action).partition("#")[0] == self.action:
            if given.get("method", "get").lower() == "post" and self.found is None:
                self._form, self._choices = PageForm(), {}
            return
        name = given.get("name", "")
        if self._form is None or name == "csrf_token":
            return
        if tag == "option" and self._select:
            self._choices[self._select].append(given.get("value", ""))
        elif tag == "select":
            self._select = name
            self._choices.setdefault(name, [])
        elif tag == "textarea" and name:
            self._add(name, "text")
        elif tag == "button" and name:
            self._add(name, "button", given.get("value", ""))
        elif tag == "input" and name:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox"):
            self._choices.setdefault(name, []).append(given.get("value", "on"))
        elif kind == "hidden":
            self._add(name, "hidden", given.get("value", ""))
        elif kind == "password" or given.get("autocomplete") == "one-time-code":
            self._add(name, "secret")
        elif kind != "file":
            numeric = kind in ("date", "number") or "inputmode" in given
            self._add(name, "number" if numeric else "text")

    def _add(self, name: str, kind: str, *values: str) -> None:
        assert self._form is not None
        self._form.controls.append(Control(name=name, kind=kind, values=values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "form" and self._form is not None:
            for name, values in self._choices.items():
                if values:
                    self._form.controls.append(
                        Control(name=name, kind="choice", values=tuple(values))
                    )
            self.found, self._form = self._form, None

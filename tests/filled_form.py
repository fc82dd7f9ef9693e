"""Reading a form out of a page as a browser would send it: what stands in every field."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import TestResponse

Sent = dict[str, list[str]]


def sent_by(answer: TestResponse, action: str) -> Sent:
    """The fields of the form that posts to `action`, without its buttons and its token."""
    reader = _Reader(action)
    reader.feed(answer.get_data(as_text=True))
    reader.close()
    assert reader.found, f"the page has no form for {action}"
    return reader.sent


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.action, self.inside, self.found = action, False, False
        self.sent: Sent = {}
        self._template = False  # what stands in one is no part of the form
        self._select = self._area = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action") == self.action
            self.found |= self.inside
        elif tag == "template":
            self._template = True
        elif not self.inside or self._template:
            return
        elif tag == "input" and given.get("name", "csrf_token") != "csrf_token":
            if given["type"] != "file" and (
                given["type"] not in ("radio", "checkbox") or "checked" in given
            ):
                self._add(given["name"], given.get("value", "on"))
        elif tag == "select":
            self._select = given["name"]
            self.sent.setdefault(self._select, [])
        elif tag == "option" and (not self.sent[self._select] or "selected" in given):
            self.sent[self._select] = [given["value"]]
        elif tag == "textarea":
            self._area, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "template":
            self._template = False
        elif tag == "textarea" and self._area:
            text = self._text.replace("\r\n", "\n").removeprefix("\n")
            self._add(self._area, text.replace("\n", "\r\n"))
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)

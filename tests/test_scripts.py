"""The scripts of the pages, and how templates bind them: all of it fits the security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web

STATIC = Path(web.__file__).parent / "static"
TEMPLATES = Path(web.__file__).parent / "templates"
OWN = sorted(STATIC.glob("*.js"))
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html"))}

NEVER_IN_A_SCRIPT = {
    "text as code": r"\beval\s*\(|\bnew\s+Function\b|\bsetTimeout\s*\(\s*[\"'`]",
    "data as markup": r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|\bsetHTMLUnsafe",
    "a style of its own": r"\.style\b|setAttribute\(\s*[\"']style",
    # The address of an imported file has no digest, so a browser would keep an old one for a year.
    "an imported file": r"^\s*import\b|\bimport\s*\(",
    "an address outside": r"[\"'`](https?:)?//",
}
NEVER_IN_A_TEMPLATE = {
    "a condition in hx-trigger": r"hx-trigger(:inherited)?\s*=\s*(\"[^\"]*\[|'[^']*\[)",
    "hx-on": r"\bhx-on\b",
    "an expression of htmx": r"\bhx-[a-z:-]+\s*=\s*[\"']\s*(js|javascript):",
    "a script without defer": r"<script\b(?![^>]*\b(defer|type=\"module\"))",
    "an own script that is no module": r"<script\b(?![^>]*\btype=\"module\")[^>]*filename='[^/']+'",
}


def found(rules: dict[str, str], source: str) -> set[str]:
    return {name for name, rule in rules.items() if re.search(rule, source, re.MULTILINE)}


@pytest.mark.parametrize("script", OWN, ids=lambda script: script.name)
def test_a_script_makes_no_code_and_no_markup_out_of_data(script: Path) -> None:
    assert found(NEVER_IN_A_SCRIPT, script.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("page", SOURCES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_binds_scripts_as_the_policy_allows(page: Path) -> None:
    assert found(NEVER_IN_A_TEMPLATE, SOURCES[page]) == set()


def test_the_search_for_what_is_forbidden_finds_it() -> None:
    script = """import { a } from "./a.js";
    eval(a); one.innerHTML = a; one.style.color = "red"; fetch("https://example.org")"""
    page = """<p hx-trigger="click[ctrlKey]" hx-on:click="go()" hx-vals="js:{a: 1}">
    <script src="{{ url_for('static', filename='a.js') }}"></script>"""
    assert found(NEVER_IN_A_SCRIPT, script) == set(NEVER_IN_A_SCRIPT)
    assert found(NEVER_IN_A_TEMPLATE, page) == set(NEVER_IN_A_TEMPLATE)


@pytest.mark.parametrize("script", OWN, ids=lambda script: script.name)
def test_every_script_is_loaded_by_some_page(script: Path) -> None:
    assert [page for page, source in SOURCES.items() if f"filename='{script.name}'" in source]


@pytest.mark.parametrize("script", OWN, ids=lambda script: script.name)
def test_a_script_has_no_text_for_people(script: Path) -> None:
    """The templates have them, translated. A string with a space in it is a text, or a selector."""
    source = re.sub(r"(?s:/\*.*?\*/)|//.*", "", script.read_text(encoding="utf-8"))
    texts = re.findall(r"""(["'`])([A-Z][a-z]+ [^"'`]*)\1""", source)
    assert texts == []

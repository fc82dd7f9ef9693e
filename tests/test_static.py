"""What the browser is given: vendored files, styles and templates that fit the security policy."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import web
from web.assets import SHEETS, read

STATIC = Path(web.__file__).parent / "static"
TEMPLATES = Path(web.__file__).parent / "templates"
VENDORED = json.loads((STATIC / "vendor/manifest.json").read_text(encoding="utf-8"))
STYLES = tuple(name for name in SHEETS if not name.startswith("vendor/"))
FIRST_LOAD = 150 * 1024
"""Bytes over the wire, compressed, that the first page of a visit may take."""

SYMBOL = "{http://www.w3.org/2000/svg}symbol"
AGAINST_THE_POLICY = {
    "a style attribute": r"""<[^>]*\sstyle\s*=""",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\bsrc\s*=)",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "a js: or javascript: expression": r"""["']\s*(js|javascript):""",
    "an address outside": r"""(src|href|action)\s*=\s*["']?\s*(https?:)?//""",
}
"""What the content security policy forbids, and htmx features that need eval."""

NAMED_ICON = re.compile(
    r"""(?:\bicon\(\s*|\b_sign\(\s*|\bicon['"]?\s*[=:]\s*)['"]([a-z0-9-]+)['"]"""
)
QUOTED = re.compile(r"""['"]([a-z0-9-]+)['"]""")


def pages() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def block_after(start: str, styles: str) -> list[str]:
    """The declarations of the first rule whose selector is `start`."""
    inside = styles[styles.index(start) + len(start) :]
    return re.findall(r"(--[\w-]+|color-scheme): (.+);", inside[: inside.index("}")])


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["name"])
def test_a_vendored_file_is_the_one_of_the_manifest(entry):
    assert sorted(entry) == ["file", "licence", "licence_file", "name", "sha256", "version"]
    assert hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (STATIC / entry["licence_file"]).stat().st_size > 500


def test_every_vendored_file_has_its_origin_and_licence_in_the_manifest():
    files = {path for path in (STATIC / "vendor").iterdir() if path.is_file()}
    named = {STATIC / entry["file"] for entry in VENDORED}
    licences = {STATIC / entry["licence_file"] for entry in VENDORED}
    assert files - {STATIC / "vendor/manifest.json"} <= named
    assert set((STATIC / "vendor/licences").iterdir()) == licences


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_has_nothing_the_security_policy_forbids(page):
    source = page.read_text(encoding="utf-8")
    found = {name for name, pattern in AGAINST_THE_POLICY.items() if re.search(pattern, source)}
    assert found == set()


def test_the_search_for_what_is_forbidden_finds_it():
    bad = """<p class="a" style="color: red"><style></style><script>go()</script>
    <a onclick="go()" href="https://example.org"><i hx-on:click="a" hx-vals='js:{a: 1}'>"""
    assert {name for name, rule in AGAINST_THE_POLICY.items() if re.search(rule, bad)} == set(
        AGAINST_THE_POLICY
    )


def icons() -> set[str]:
    sprite = ElementTree.parse(STATIC / "icons.svg").getroot()
    return {symbol.attrib["id"] for symbol in sprite.iter(SYMBOL)}


def sources() -> dict[str, str]:
    """What may name an icon, by file."""
    files = [*pages(), *TEMPLATES.parent.rglob("*.py")]
    return {str(file): file.read_text(encoding="utf-8") for file in files}


def test_every_icon_that_is_named_is_in_the_sprite():
    named = {(name, file) for file, text in sources().items() for name in NAMED_ICON.findall(text)}
    assert len(named) > 20
    assert {(name, file) for name, file in named if name not in icons()} == set()


def test_every_icon_in_the_sprite_is_named():
    quoted = {name for text in sources().values() for name in QUOTED.findall(text)}
    assert icons() - quoted == set()


def test_every_static_file_that_is_named_exists():
    named = {
        name
        for page in pages()
        for name in re.findall(
            r"url_for\('static', filename='([^']+)'", page.read_text(encoding="utf-8")
        )
    }
    assert {"style.css", "icons.svg", "vendor/inter-latin.woff2"} <= named
    assert named - read(STATIC).keys() == set()


def test_styles_load_nothing_from_outside():
    for name in STYLES:
        styles = (STATIC / name).read_text(encoding="utf-8")
        assert "@import" not in styles, name
        addresses = re.findall(r"""url\(\s*["']?([^"')]+)""", styles)
        assert all(one.startswith(("data:", "vendor/")) for one in addresses), name


def test_dark_by_choice_and_dark_by_the_system_are_the_same_dark():
    styles = (STATIC / "styles/tokens.css").read_text(encoding="utf-8")
    chosen = block_after('[data-bs-theme="dark"] {', styles)
    assert len(chosen) > 40
    assert chosen == block_after('[data-bs-theme="auto"] {', styles)


def test_dark_names_every_token_that_light_names():
    styles = (STATIC / "styles/tokens.css").read_text(encoding="utf-8")
    light = [name for name, _ in block_after(":root,\n[data-bs-theme] {", styles)]
    assert light == [name for name, _ in block_after('[data-bs-theme="dark"] {', styles)]


def test_every_colour_of_bootstraps_dark_is_one_of_ours():
    bootstrap = (STATIC / "vendor/bootstrap.min.css").read_text(encoding="utf-8")
    theirs = re.search(r"\[data-bs-theme=dark\]\{(color-scheme[^}]*)\}", bootstrap)
    assert theirs is not None
    names = set(re.findall(r"(--bs-[\w-]+):", theirs[1]))
    ours = set(
        re.findall(r"(--bs-[\w-]+):", (STATIC / "styles/tokens.css").read_text(encoding="utf-8"))
    )
    assert names - ours == {
        "--bs-tertiary-color-rgb"
    }  # nothing in Bootstrap's style sheet reads it
    assert "var(--bs-tertiary-color-rgb)" not in bootstrap


def test_every_token_that_is_used_is_defined():
    ours = "".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
    bootstrap = (STATIC / "vendor/bootstrap.min.css").read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[\w-]+):", ours + bootstrap))
    assert set(re.findall(r"var\((--[\w-]+)", ours)) - defined == set()


def test_the_first_visit_is_light():
    files = [STATIC / name for name in (*STYLES, "icons.svg", "favicon.svg")]
    files += [STATIC / "vendor/bootstrap.min.css", STATIC / "vendor/inter-latin.woff2"]
    total = sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert total < FIRST_LOAD - 20 * 1024, "20 KB are left for the page itself"

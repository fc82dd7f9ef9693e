"""The style sheet that pages load has what a page of ours could match, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import web
from web.assets import BUNDLE, read
from web.trimming import Named, classes, named_in, trimmed

WEB = Path(web.__file__).parent
NAMED = Named({"card", "btn-", "table", "is-invalid"})


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        (".card{a:b}.modal{a:b}", ".card{a:b}"),
        (".card,.modal{a:b}", ".card{a:b}"),
        (".card .modal{a:b}", ""),
        (".btn-danger{a:b}", ".btn-danger{a:b}"),
        (":root,[data-bs-theme=light]{a:b}", ":root,[data-bs-theme=light]{a:b}"),
        (".table>:not(caption)>*{a:b}", ".table>:not(caption)>*{a:b}"),
        (".card:not(.modal,.toast){a:b}", ".card:not(.modal,.toast){a:b}"),
        (".card:is(.modal,.card){a:b}", ""),
        ("@media print{.modal{a:b}.card{a:b}}", "@media print{.card{a:b}}"),
        ("@media print{.modal{a:b}}", ""),
        ("@keyframes turn{to{a:b}}", "@keyframes turn{to{a:b}}"),
        ('@charset "UTF-8";/*! A .licence */.modal{a:b}', '@charset "UTF-8";/*! A .licence */'),
        ("/* ours */ .card { a: b; }", ".card{ a: b; }"),
        (".w-1\\/2{a:b}", ""),
    ],
)
def test_a_rule_stays_where_something_could_match_it(sheet: str, kept: str) -> None:
    assert trimmed(sheet, NAMED) == kept


def used_classes() -> Iterator[str]:
    """Those that stand in the templates as they are."""
    for page in (WEB / "templates").rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', page.read_text(encoding="utf-8")):
            yield from re.sub(r"\{[{%].*?[}%]\}", " ", value).split()


def all_classes(sheet: str) -> set[str]:
    found = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    return {name for one in found if "@" not in one for name in classes(one)}


def test_no_class_that_a_page_has_loses_its_rules() -> None:
    bootstrap = (WEB / "static/vendor/bootstrap.min.css").read_text(encoding="utf-8")
    sent = read(WEB / "static")[BUNDLE].body.decode()

    wanted = set(used_classes()) & all_classes(bootstrap)

    assert {"card", "btn", "visually-hidden", "form-control"} <= wanted
    assert wanted - all_classes(sent) == set()


def test_no_rule_of_ours_is_left_over() -> None:
    named = named_in(WEB)
    left = {
        (path.name, name)
        for path in (WEB / "static").rglob("*.css")
        if "vendor" not in path.parts
        for name in all_classes(path.read_text(encoding="utf-8"))
        if not named.has(name)
    }

    assert left == set()


def test_the_shared_styles_are_light() -> None:
    sheet = read(WEB / "static")[BUNDLE]

    assert sheet.zipped is not None
    assert len(sheet.zipped) < 20_000
    assert sheet.body.count(b"{") == sheet.body.count(b"}")

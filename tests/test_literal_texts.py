"""No page and no mail has a text that cannot be translated."""

import pytest

from quickwin.literal_texts import literal_texts


@pytest.fixture
def found(tmp_path):
    """The literal texts of one template, as (line, text)."""

    def of(source: str, path: str = "web/templates/page.html") -> list[tuple[int, str]]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source, encoding="utf-8")
        return [(literal.line, literal.text) for literal in literal_texts(tmp_path)]

    return of


@pytest.mark.parametrize(
    "source",
    [
        "{% extends 'base.html' %}{% block title %}{{ _('Inbox') }}{% endblock %}",
        "<p>{% trans name=person.name %}Hello {{ name }}, <b>welcome</b>{% endtrans %}</p>",
        "{% trans n=3 %}one{% pluralize %}many{% endtrans %}",
        "<p>{{ a }} – {{ b }}: 12.5 %</p>",
        "<{{ tag }} class='big' {{ attributes }}>{# a comment #}</{{ tag }}>",
        "<option value=x {% if x %}selected{% endif %} data-kind='kind'></option>",
        "<!doctype html><!-- not shown --><style>p { color: red }</style>",
        "<script>const text = 'not a text node'; if (a < b) go()</script>",
        "{% raw %}{% endraw %}<h1>Quick Win</h1><title>– quickwin</title>",
        "<img alt='{{ _('A picture') }}' title=''><br>&nbsp;&middot;",
        "{% if a > 1 and b < 2 %}<i></i>{% elif c %}{% else %}{% endif %}",
    ],
)
def test_what_is_translated_or_not_shown_is_no_finding(found, source):
    assert found(source) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Hello</p>", "Hello"),
        ("<p>Hello {{ name }}!</p>", "Hello !"),
        ("{% block title %}Inbox{% endblock %}", "Inbox"),
        ("<p>{% if late %}late{% endif %}</p>", "late"),
        ("{% trans %}one{% endtrans %} two", "two"),
        ("<img alt='A picture'>", "A picture"),
        ("<input placeholder='{{ x }} or so'>", "or so"),
        ("<button aria-label=Close></button>", "Close"),
        ("<i title='Due'></i>", "Due"),
        ("<script>a()</script><b>after</b>", "after"),
        ("<p>caf&eacute;</p>", "café"),
        ("<p>Quick Wins</p>", "Quick Wins"),
        ("{% raw %}<p>{{ raw }}</p>{% endraw %}", "{{ raw }}"),
    ],
)
def test_every_text_that_is_shown_as_it_stands_is_found(found, source, text):
    assert found(source) == [(1, text)]


def test_a_finding_names_the_line(found):
    source = "{# one\ntwo #}\n<p>\n  {{ _('x') }}\n</p>\n\n<p>\n  Here\n</p>\n{%- if a -%}\n\nThere"

    assert found(source) == [(8, "Here"), (12, "There")]


def test_plain_text_mails_are_read_too(found):
    source = "{{ _('Dear') }} {{ name }},\n\n1 < 2 and <b>\n-- \n{{ city }}"

    assert found(source, "tasks/templates/mail.txt") == [(3, "1 < 2 and <b>")]


def test_a_finding_is_a_line_with_the_file(tmp_path):
    (tmp_path / "web/templates/macros").mkdir(parents=True)
    (tmp_path / "web/templates/macros/ui.html").write_text("\n<p>Hello")

    assert [str(literal) for literal in literal_texts(tmp_path)] == [
        "web/templates/macros/ui.html:2: not in the catalogue: 'Hello'"
    ]

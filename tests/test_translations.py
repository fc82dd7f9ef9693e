"""The catalogue has exactly the texts of the code, and each translation fits."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from quickwin.translations import CATALOGUE, ROOT, Finding, Kind, check, extract, main, update
from workflow.language import Sentence, say

HEADER = (ROOT / CATALOGUE).read_text(encoding="utf-8").split("\n\n")[0]
DAYS = 'ngettext("%(num)d day", "%(num)d days", n)'
PLURAL = """\
msgid "%(num)d day"
msgid_plural "%(num)d days"
msgstr[0] "{}"
"""


@pytest.fixture
def checkout(tmp_path):
    """A small checkout with the real configuration and an empty catalogue."""
    root = tmp_path / "a folder"
    (root / CATALOGUE).parent.mkdir(parents=True)
    (root / "babel.cfg").write_text((ROOT / "babel.cfg").read_text(encoding="utf-8"))
    catalogue(root, "")
    return root


def catalogue(root: Path, *entries: str) -> None:
    (root / CATALOGUE).write_text("\n\n".join([HEADER, *entries, ""]), encoding="utf-8")


def entry(text: str, translation: str) -> str:
    return f'msgid "{text}"\nmsgstr "{translation}"\n'


def source(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def texts(root: Path) -> set:
    return {message.id for message in extract(root) if message.id}


def test_every_way_to_mark_a_text_is_seen(checkout):
    source(checkout, "workflow/a.py", 'A = N_("one")\nB = Sentence("two %(n)s", {"n": 2})\n')
    source(
        checkout, "web/api/b.py", '_("three"); lazy_gettext("four"); ngettext("5", "fives", n)\n'
    )
    source(checkout, "tasks/c.py", '_("six "\n  "seven")\n')
    source(checkout, "web/templates/x/d.html", "{{ _('eight') }}{% trans %}nine{% endtrans %}")
    source(checkout, "tasks/templates/e.txt", "{{ _('ten') }}")
    source(checkout, "tasks/templates/e.html", "{{ ngettext('11', 'elevens', n) }}")

    assert texts(checkout) == {
        *("one", "two %(n)s", "three", "four", ("5", "fives"), "six seven"),
        *("eight", "nine", "ten", ("11", "elevens")),
    }


def test_nothing_outside_of_the_product_is_read(checkout):
    for path in ("tests/a.py", "var/web/a.py", "build/workflow/a.py", ".venv/web/a.py"):
        source(checkout, path, '_("not a text of the product")')

    assert texts(checkout) == set()


def test_a_template_that_cannot_be_parsed_is_an_error_and_not_left_out(checkout):
    source(checkout, "web/templates/broken.html", "{{ _('text') }}{% if %}")

    with pytest.raises(Exception, match="Expected an expression"):
        extract(checkout)


def test_a_catalogue_that_has_everything_has_no_findings(checkout):
    source(
        checkout,
        "web/a.py",
        '_("Save"); _("For %(name)s: 5 %%"); ngettext("%(num)d day", "%(num)d days", n)',
    )
    catalogue(
        checkout,
        entry("Save", "Simpan"),
        entry("For %(name)s: 5 %%", "5 %% untuk %(name)s"),
        PLURAL.format("%(num)d hari"),
    )

    assert check(checkout) == []


def test_a_text_without_a_translation_is_found(checkout):
    source(checkout, "web/a.py", f'_("Save"); _("Send"); {DAYS}')
    catalogue(checkout, entry("Save", ""), PLURAL.format(""))

    assert sorted(finding.text for finding in check(checkout)) == ["%(num)d day", "Save", "Send"]
    assert {finding.kind for finding in check(checkout)} == {Kind.MISSING}


def test_a_guessed_translation_is_found_since_it_is_not_used(checkout):
    source(checkout, "web/a.py", '_("Save")')
    catalogue(checkout, "#, fuzzy\n" + entry("Save", "Simpan"))

    assert check(checkout) == [Finding(kind=Kind.FUZZY, text="Save")]


def test_a_header_marked_as_fuzzy_is_found_since_nothing_is_used(checkout):
    (checkout / CATALOGUE).write_text(HEADER.replace('msgid ""', '#, fuzzy\nmsgid ""', 1))

    assert [(finding.kind, finding.text) for finding in check(checkout)] == [(Kind.FUZZY, "")]


def test_a_text_that_left_the_code_is_found(checkout):
    catalogue(checkout, entry("Save", "Simpan"))

    assert check(checkout) == [Finding(kind=Kind.STALE, text="Save")]


@pytest.mark.parametrize(
    "translation",
    [
        "Untuk %(nama)s: 5 %%",
        "Untuk: 5 %%",
        "Untuk %(name)d: 5 %%",
        "Untuk %(name)s: 5 %",
        "Untuk %(name)s",
        "Untuk %s: 5 %%",
    ],
)
def test_a_translation_with_other_places_than_the_text_is_found(checkout, translation):
    source(checkout, "web/a.py", '_("For %(name)s: 5 %%")')
    catalogue(checkout, entry("For %(name)s: 5 %%", translation))

    assert {finding.kind for finding in check(checkout)} == {Kind.MISMATCH}


def test_the_number_is_kept_in_the_only_form_that_indonesian_has(checkout):
    source(checkout, "web/a.py", 'ngettext("one day", "%(num)d days", n)')
    lone = 'msgid "one day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "{}"\n'

    catalogue(checkout, lone.format("%(num)d hari"))
    assert check(checkout) == []

    catalogue(checkout, lone.format("satu hari"))
    assert [finding.kind for finding in check(checkout)] == [Kind.MISMATCH]


def test_updating_adds_new_texts_drops_old_ones_and_keeps_translations(checkout):
    source(
        checkout, "web/a.py", '_("Save")\n_("Save all")\nngettext("%(num)d day", "%(num)d days", n)'
    )
    catalogue(checkout, entry("Save", "Simpan"), entry("Gone", "Hilang"))

    update(checkout)

    written = (checkout / CATALOGUE).read_text(encoding="utf-8")
    assert entry("Save", "Simpan") in written
    assert entry("Save all", "") in written
    assert PLURAL.format("") in written
    assert "Gone" not in written
    assert "fuzzy" not in written


def test_updating_twice_changes_nothing_and_keeps_the_one_plural_form(checkout):
    source(checkout, "web/a.py", f'_("Save")\n{DAYS}')

    update(checkout)
    once = (checkout / CATALOGUE).read_text(encoding="utf-8")
    update(checkout)

    assert (checkout / CATALOGUE).read_text(encoding="utf-8") == once
    assert once.startswith(HEADER)
    assert r"Plural-Forms: nplurals=1; plural=0;\n" in HEADER


def test_moving_a_text_inside_its_file_does_not_change_the_catalogue(checkout):
    source(checkout, "web/a.py", '_("Save")')
    update(checkout)
    before = (checkout / CATALOGUE).read_text(encoding="utf-8")

    source(checkout, "web/a.py", '\n\n\n_("Save")')
    update(checkout)

    assert (checkout / CATALOGUE).read_text(encoding="utf-8") == before


def test_the_shipped_catalogue_compiles_and_is_what_people_read(tmp_path):
    compiled = tmp_path / "id" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with (ROOT / CATALOGUE).open("rb") as po, compiled.open("wb") as mo:
        write_mo(mo, read_po(po, locale="id"))

    said = say(Sentence("Write a number like 1.250 or 12,5."), "id", translations=tmp_path)
    assert said == "Tuliskan angka, misalnya 1.250 atau 12,5."


def test_the_texts_of_the_product_can_be_extracted():
    assert "Write a number like 1.250 or 12,5." in texts(ROOT)


def test_the_command_lists_what_is_wrong_and_ends_with_1_until_nothing_is(checkout, capsys):
    source(checkout, "web/a.py", '_("Save")')
    source(checkout, "web/templates/a.html", "<p>Send</p>")

    assert main(["check"], checkout) == 1
    catalogue_line, template_line = capsys.readouterr().out.splitlines()
    assert catalogue_line == f"{CATALOGUE}: not translated: 'Save'"
    assert template_line == "web/templates/a.html:1: not in the catalogue: 'Send'"

    source(checkout, "web/templates/a.html", "<p>{{ _('Save') }}</p>")
    assert main(["update"], checkout) == 0
    catalogue(checkout, entry("Save", "Simpan"))
    assert main(["check"], checkout) == 0
    assert capsys.readouterr().out == ""


def test_the_command_refuses_what_it_does_not_know(capsys):
    assert main(["compile"]) == 2
    assert "check|update" in capsys.readouterr().err


def test_a_finding_is_a_line_that_says_where_and_what():
    finding = Finding(kind=Kind.MISMATCH, text="For %(name)s", detail="%(name)s only on one side")

    assert str(finding) == (
        "workflow/translations/id/LC_MESSAGES/messages.po: the translation does not fit "
        "(%(name)s only on one side): 'For %(name)s'"
    )

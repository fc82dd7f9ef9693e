"""The pages of a proposal: what they save, what they refuse, and that nothing typed is lost."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from filled_form import Sent, sent_by
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page import stop_the_clock, text_of, words_of
from sqlalchemy import func, select
from visitor import Visitor
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart
from world import NOW, World, proposal

from web.proposal_form import typed
from web.proposal_texts import tidy
from workflow import content as contents
from workflow.language import LANGUAGES, NO_RUPIAH, say
from workflow.models import Authorship, Period, QuickWin, Upload

Browser = Callable[[str], Visitor]
PDF = b"%PDF-1.7 an example"
EVERYTHING = proposal(
    title_expansion="Gerakan Makan Pangan Intensif",
    subdimension="health",
    initiator="civil_servant",
    form="public_service",
    rpjmd_program='Program <Gizi> & "Pangan"',
    executing_unit="UPTD",
    problem="Baris pertama.\n\nBaris kedua: 50% <b>anak</b>.",
    partners=[{"name": "PKK", "role": "Kader"}, {"name": "Poltekkes"}],
    potential="Bisa di kota lain.",
    sustainability="Dianggarkan.",
    risks="Hujan.",
    readiness={"regulation": "yes", "application": "not_yet"},
    budget=2**63 - 1,
)


@pytest.fixture(autouse=True)
def _while_the_period_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


@pytest.fixture
def draft(world: World) -> QuickWin:
    quick_win = world.propose()
    world.session.commit()
    return quick_win


# ---------------------------------------------------------------- beginning


def test_a_draft_begins_with_a_unit_and_a_name(visitor: Browser, world: World) -> None:
    submitter = visitor("submitter")
    form = sent_by(submitter.get("/quick-wins/new"), "/quick-wins/new")
    assert form == {"unit": ["DINKES"], "title": [""]}

    answer = submitter.post("/quick-wins/new", {"unit": "UPTD", "title": " Gempita "})

    made = world.session.scalars(select(QuickWin)).one()
    assert answer.status_code == 303
    assert answer.location == f"/quick-wins/{made.id}/edit"
    assert (made.content, made.unit.code, made.state) == ({"title": "Gempita"}, "UPTD", "draft")
    assert submitter.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("entered", "status"),
    [
        ({"unit": "DINKES", "title": ""}, 422),
        ({"unit": "DINKES", "title": "x" * 121}, 422),
        ({"unit": "DINKES", "title": "nol\x00"}, 422),
        ({"unit": "DKISS", "title": "Milik orang lain"}, 403),
        ({"unit": "tak ada", "title": "Entah"}, 403),
    ],
)
def test_a_beginning_that_does_not_fit_comes_back_with_what_was_typed(
    visitor: Browser, world: World, entered: dict[str, str], status: int
) -> None:
    answer = visitor("submitter").post("/quick-wins/new", entered)

    assert answer.status_code == status
    assert sent_by(answer, "/quick-wins/new")["title"] == [entered["title"]]
    assert 'id="error-summary"' in answer.get_data(as_text=True)
    assert _count(world) == 0


def test_who_writes_for_no_unit_is_told_who_does(visitor: Browser) -> None:
    for name in ("verifier", "mayor", "admin", "head"):
        answer = visitor(name).get("/quick-wins/new")
        assert answer.status_code == 403
        assert "Pengusul" in text_of(answer)


def test_the_way_to_a_proposal_is_shown_to_who_can_go_it(visitor: Browser, draft: QuickWin) -> None:
    for page, way in (("/", "new"), ("/quick-wins", "new"), (f"/quick-wins/{draft.id}", "edit")):
        assert f'{way}"' in _links(visitor("submitter"), page)
        assert f'{way}"' not in _links(visitor("head"), page)


def test_without_an_open_period_the_page_says_so_and_keeps_the_name(
    visitor: Browser, world: World
) -> None:
    for period in world.session.scalars(select(Period)):
        period.closes_at = period.opens_at.replace(year=2025, month=12)
        period.opens_at = period.opens_at.replace(year=2024)
    world.session.commit()
    submitter = visitor("submitter")

    assert submitter.get("/quick-wins/new").status_code == 409
    answer = submitter.post("/quick-wins/new", {"unit": "DINKES", "title": "Terlambat"})

    assert answer.status_code == 409
    assert "Terlambat" in text_of(answer)


# ---------------------------------------------------------------- saving


def test_everything_comes_back_and_saving_it_again_changes_nothing(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose(**EVERYTHING)
    world.session.commit()
    before = (quick_win.version, quick_win.digest, quick_win.content)
    submitter = visitor("submitter")

    form = _form(submitter, quick_win)
    assert _save(submitter, quick_win, form).status_code == 303

    world.session.refresh(quick_win)
    assert (quick_win.version, quick_win.digest, quick_win.content) == before


def test_what_one_page_holds_another_draft_can_be_filled_with(
    visitor: Browser, world: World
) -> None:
    full, empty = world.propose(**EVERYTHING), world.propose(**dict.fromkeys(EVERYTHING))
    world.session.commit()
    submitter = visitor("submitter")
    filled = {**_form(submitter, full), "version": ["1"]}

    assert _save(submitter, empty, filled).status_code == 303

    world.session.refresh(empty)
    assert empty.digest == full.digest
    assert _without_marks(_form(submitter, empty)) == _without_marks(_form(submitter, full))
    authors = select(Authorship.field).where(Authorship.quick_win_id == empty.id)
    assert set(world.session.scalars(authors)) == set(EVERYTHING)


def test_values_are_written_as_people_write_them(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = {
        **_form(submitter, draft),
        "budget": ["12,5 juta"],
        "indicators-0-target": ["12,5"],
        "milestones-0-date": ["7 Agustus 2026"],
    }

    answer = submitter.post(_address(draft), {**form, "continue": "1"})

    assert answer.location == f"/quick-wins/{draft.id}"
    world.session.refresh(draft)
    assert draft.version == 2
    assert draft.content["budget"] == 12_500_000
    assert draft.content["indicators"][0]["target"] == "12.5"
    assert draft.content["milestones"][0]["date"] == "2026-08-07"


def test_a_draft_may_be_incomplete_and_the_page_names_what_is_missing(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose(pic={"name": "Rina"}, budget=None, indicators=[{"name": "Gizi"}])
    world.session.commit()
    submitter = visitor("submitter")

    assert _save(submitter, quick_win, _form(submitter, quick_win)).status_code == 303
    page = submitter.get(_address(quick_win)).get_data(as_text=True)

    for anchor in ("budget", "pic-position", "pic-contact", "indicators-0-target"):
        assert f'<li><a href="#{anchor}">' in page
        assert f' id="{anchor}"' in page
    assert '<li><a href="#pic-name">' not in page
    assert 'value="78"' in page


def test_only_what_was_sent_is_changed(visitor: Browser, world: World, draft: QuickWin) -> None:
    content = dict(draft.content)

    visitor("submitter").post(_address(draft), {"version": "1", "risks": "Hujan."})

    world.session.refresh(draft)
    assert draft.content == {**content, "risks": "Hujan."}


def test_looking_at_the_form_changes_nothing(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    before = (draft.version, draft.content, _count(world))
    submitter = visitor("submitter")

    submitter.get("/quick-wins/new")
    submitter.get(f"{_address(draft)}?add-indicators=1&title=Lain&save=1")

    world.session.refresh(draft)
    assert (draft.version, draft.content, _count(world)) == before


# ---------------------------------------------------------------- rows


def test_rows_come_and_go_by_buttons_and_only_saving_saves(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter, before = visitor("submitter"), dict(draft.content)
    form = {**_form(submitter, draft), "title": ["Belum disimpan"]}

    added = submitter.post(_address(draft), {**form, "add-milestones": "1"})
    more = {**sent_by(added, _address(draft)), "milestones-1-name": ["Evaluasi"]}
    removed = submitter.post(_address(draft), {**more, "remove-milestones-0": "1"})
    left = sent_by(removed, _address(draft))

    assert (added.status_code, removed.status_code) == (200, 200)
    assert left["milestones-0-name"] == ["Evaluasi"]
    assert "milestones-1-name" not in left
    world.session.refresh(draft)
    assert draft.content == before

    _save(submitter, draft, left)

    world.session.refresh(draft)
    assert draft.content["milestones"] == [{"name": "Evaluasi"}]
    assert draft.content["title"] == "Belum disimpan"


def test_the_last_row_can_be_removed(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft)

    removed = submitter.post(_address(draft), {**form, "remove-milestones-0": "1"})
    _save(submitter, draft, sent_by(removed, _address(draft)))

    world.session.refresh(draft)
    assert "milestones" not in draft.content


# ---------------------------------------------------------------- what does not fit


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("title", "x" * 121),
        pytest.param("title", "J" * (5 * 1024 * 1024), id="title of 5 MB"),
        ("problem", "nol\x00di tengah"),
        ("budget", "-50000"),
        ("budget", "lima puluh juta"),
        ("budget", "99999999999999999999"),
        ("milestones-0-date", "31/02/2026"),
        ("milestones-0-date", "01/01/2031"),
        ("indicators-0-target", "banyak"),
        ("indicators-0-target", "1234567890123456"),
        ("indicators-1-unit", "x" * 121),
        ("pic-nip", "123"),
        ("dimension", "NIRWANA"),
        ("subdimension", "NIRWANA"),
        ("instrument", "ajaib"),
        ("executing_unit", "DKISS"),
        ("readiness-staff", "mungkin"),
        ("indicators-0-kind", "lain"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field_and_nothing_is_lost_or_written(
    visitor: Browser, world: World, draft: QuickWin, name: str, text: str
) -> None:
    submitter, before = visitor("submitter"), dict(draft.content)
    form = {**_form(submitter, draft), name: [text], "benefit": ["Juga diubah."]}

    answer = _save(submitter, draft, form)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="error-summary"' in page
    anchor = f"{name}-0" if name == "instrument" else name
    assert f'<li><a href="#{anchor}">' in page[page.index('id="error-summary"') :]
    assert _without_marks(sent_by(answer, _address(draft))) == _without_marks(form)
    world.session.refresh(draft)
    assert (draft.version, draft.content) == (1, before)


def test_too_many_rows_are_refused_and_all_of_them_come_back(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    rows = {f"partners-{n}-name": [f"Mitra {n}"] for n in range(21)}

    answer = _save(submitter, draft, {**_form(submitter, draft), **rows})

    assert answer.status_code == 422
    assert sent_by(answer, _address(draft)).keys() >= rows.keys()
    assert "20" in words_of(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_speaks_the_language_of_the_reader(
    visitor: Browser, world: World, draft: QuickWin, language: str
) -> None:
    world["submitter"].language = language
    world.session.commit()
    submitter = visitor("submitter")
    form = {**_form(submitter, draft), "pic-nip": ["1"], "budget": ["x"], "title": ["x" * 121]}

    page = text_of(_save(submitter, draft, form))

    assert say("A NIP has exactly 18 digits.", language) in page
    assert say(NO_RUPIAH, language) in page
    assert (
        say("At most %(max_length)s characters are possible here.", language).replace(
            "%(max_length)s", "120"
        )
        in page
    )


# ---------------------------------------------------------------- somebody else was faster


def test_both_writers_keep_their_words(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft)
    changes = {"title": "Dari rekan", "benefit": "Manfaat dari rekan."}
    contents.save(world.session, draft.id, world["submitter"], changes, version=1, at=world.now)
    world.session.commit()

    answer = _save(submitter, draft, {**form, "title": ["Dari saya"], "risks": ["Hujan."]})

    again = sent_by(answer, _address(draft))
    assert answer.status_code == 409
    assert (again["title"], again["risks"]) == (["Dari saya"], ["Hujan."])
    assert again["benefit"] == ["Manfaat dari rekan."]
    page = words_of(answer)
    meanwhile = page[: page.index("Gerakan")] if "Gerakan" in page else page
    assert "Dari rekan" in meanwhile
    assert "Submitter" in meanwhile

    assert _save(submitter, draft, again).status_code == 303
    world.session.refresh(draft)
    assert draft.content == {
        **proposal(),
        "title": "Dari saya",
        "risks": "Hujan.",
        "benefit": "Manfaat dari rekan.",
    }


@pytest.mark.parametrize("version", ["", "x", "0", "99", "9" * 30, "²"])
def test_without_the_right_version_nothing_is_written(
    visitor: Browser, world: World, draft: QuickWin, version: str
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft), "version": [version], "title": ["Tanpa versi"]}

    answer = _save(submitter, draft, form)

    assert answer.status_code == 409
    assert sent_by(answer, _address(draft))["title"] == ["Tanpa versi"]
    world.session.refresh(draft)
    assert draft.content["title"] == "Gempita Beras Merah"


def test_adding_a_row_to_a_stale_page_does_not_make_it_a_fresh_one(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft)
    changes = {"title": "Dari rekan"}
    contents.save(world.session, draft.id, world["submitter"], changes, version=1, at=world.now)
    world.session.commit()

    added = submitter.post(_address(draft), {**form, "add-partners": "1"})

    assert _save(submitter, draft, sent_by(added, _address(draft))).status_code == 409


# ---------------------------------------------------------------- not open


def test_a_frozen_proposal_is_not_edited_and_what_was_typed_can_be_copied(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft), "title": ["Sempat diketik"], "partners-0-name": ["PKK"]}
    world.act(draft, "submit", "submitter")
    world.session.commit()

    assert submitter.get(_address(draft)).status_code == 423
    late = _save(submitter, draft, form)
    fresh = _save(submitter, draft, {**form, "version": [str(draft.version)]})

    assert (late.status_code, fresh.status_code) == (409, 423)
    for answer in (late, fresh):
        assert "Sempat diketik" in text_of(answer)
        assert "PKK" in text_of(answer)
        assert f'href="/quick-wins/{draft.id}"' in text_of(answer)
    world.session.refresh(draft)
    assert draft.content["title"] == "Gempita Beras Merah"


def test_who_does_not_write_it_is_refused_and_who_does_not_see_it_finds_nothing(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    form = _form(visitor("submitter"), draft)
    expected = {"head": 403, "inspector": 403, "submitter.dkiss": 404, "verifier": 404}

    for name, status in expected.items():
        other = visitor(name)
        assert other.get(_address(draft)).status_code == status
        answer = _save(other, draft, {**form, "title": ["Dari luar"]})
        assert answer.status_code == status
        assert "Dari luar" in text_of(answer)
        added = other.post(_address(draft), {**form, "add-partners": "1"})
        assert added.status_code == status
    assert visitor("submitter").get("/quick-wins/987654321/edit").status_code == 404
    world.session.refresh(draft)
    assert draft.version == 1


# ---------------------------------------------------------------- evidence


def test_files_are_added_and_left_out(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")

    _save(submitter, draft, _form(submitter, draft), ("surat.pdf", PDF), ("foto.png", _PNG))

    world.session.refresh(draft)
    names = {each.sha256: each.name for each in world.session.scalars(select(Upload))}
    assert [names[sha256] for sha256 in draft.content["files"]] == ["surat.pdf", "foto.png"]
    form = _form(submitter, draft)
    assert form["files"] == ["", *draft.content["files"]]

    _save(submitter, draft, {**form, "files": ["", form["files"][2]]})

    world.session.refresh(draft)
    assert [names[sha256] for sha256 in draft.content["files"]] == ["foto.png"]


@pytest.mark.parametrize(
    "file",
    [
        ("surat.pdf", b"MZ this is a program"),
        ("kosong.pdf", b""),
        pytest.param(("besar.pdf", PDF + bytes(10 * 1024 * 1024)), id="over 10 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_nothing_else_is_lost(
    visitor: Browser, world: World, draft: QuickWin, file: tuple[str, bytes]
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft), "title": ["Dengan berkas"]}

    answer = _save(submitter, draft, form, file, ("baik.pdf", PDF))

    again = sent_by(answer, _address(draft))
    assert answer.status_code == 422
    assert file[0] in words_of(answer)
    assert again["title"] == ["Dengan berkas"]
    good = world.session.scalars(select(Upload)).one()
    assert (good.name, again["files"]) == ("baik.pdf", ["", good.sha256])
    world.session.refresh(draft)
    assert (draft.version, draft.content.get("files")) == (1, None)

    assert _save(submitter, draft, again).status_code == 303
    world.session.refresh(draft)
    assert draft.content["files"] == [good.sha256]


def test_a_file_survives_that_a_row_is_added(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft), "add-partners": "1"}

    answer = _save(submitter, draft, form, ("surat.pdf", PDF))

    kept = world.session.scalars(select(Upload.sha256)).one()
    assert sent_by(answer, _address(draft))["files"] == ["", kept]


def test_files_of_others_are_not_attached(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft), "files": ["", "f" * 64]}

    assert _save(submitter, draft, form).status_code == 422
    assert _save(visitor("head"), draft, form, ("surat.pdf", PDF)).status_code == 403
    assert world.session.scalar(select(func.count()).select_from(Upload)) == 0


# ---------------------------------------------------------------- anything at all

_texts = st.text(st.characters(codec="utf-8"), max_size=40)
_buttons = st.sampled_from(
    ["save", "continue"]
    + [f"add-{name}" for name in ("indicators", "milestones", "partners")]
    + [f"remove-{name}-{n}" for name in ("indicators", "milestones", "partners") for n in (0, 5)]
)


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_typed_and_pressed_stays_in_the_page(
    visitor: Browser, world: World, data: st.DataObject
) -> None:
    quick_win = world.propose()
    world.session.commit()
    submitter = visitor("submitter")
    form = _form(submitter, quick_win)
    names = data.draw(st.sets(st.sampled_from(sorted(form)), max_size=6)) - {"files"}
    button = data.draw(_buttons)
    entered = {**form, **{name: [data.draw(_texts, label=name)] for name in names}}

    answer = submitter.post(_address(quick_win), {**entered, button: "1"})

    assert answer.status_code in (200, 303, 409, 422)
    if answer.status_code == 303:
        world.session.refresh(quick_win)
        return
    there, sent = sent_by(answer, _address(quick_win)), _texts_of(entered)
    if button.startswith("remove"):
        _, name, index = button.split("-")
        sent[name] = [row for n, row in enumerate(sent[name]) if n != int(index)]
    if answer.status_code == 200:
        assert tidy(typed(MultiDict(there))) == tidy(sent)
    else:
        assert _texts_of(there) == tidy(sent)


# ---------------------------------------------------------------- what the tests share

_PNG = b"\x89PNG\r\n\x1a\n an example"


def _address(quick_win: QuickWin) -> str:
    return f"/quick-wins/{quick_win.id}/edit"


def _form(browser: Visitor, quick_win: QuickWin) -> Sent:
    return sent_by(browser.get(_address(quick_win)), _address(quick_win))


def _save(
    browser: Visitor, quick_win: QuickWin, form: Sent, *files: tuple[str, bytes]
) -> TestResponse:
    """As a browser does it, in memory: a client that encodes large bodies leaves files open."""
    sent = [FileStorage(BytesIO(content), name) for name, content in files]
    values = MultiDict({**form, "csrf_token": browser.csrf_token, "save": "1", "upload": sent})
    boundary, body = encode_multipart(values)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.client.post(_address(quick_win), data=body, content_type=kind)


def _links(browser: Visitor, page: str) -> str:
    return " ".join(re.findall('href="/quick-wins/[^"]*"', text_of(browser.get(page))))


def _without_marks(form: Sent) -> Sent:
    return {name: value for name, value in form.items() if name not in ("version", "seen")}


def _texts_of(form: Sent) -> dict[str, Any]:
    return tidy(typed(MultiDict(form)))


def _count(world: World) -> int:
    return world.session.scalar(select(func.count()).select_from(QuickWin)) or 0

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
from web.proposal_sections import SECTIONS
from web.proposal_texts import ROWS, tidy
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

    for section in IDS:
        form = _form(submitter, quick_win, section)
        assert _save(submitter, quick_win, section, form).status_code == 303

    world.session.refresh(quick_win)
    assert (quick_win.version, quick_win.digest, quick_win.content) == before


def test_what_one_draft_holds_another_can_be_filled_with(visitor: Browser, world: World) -> None:
    full, empty = world.propose(**EVERYTHING), world.propose(**dict.fromkeys(EVERYTHING))
    world.session.commit()
    submitter = visitor("submitter")

    for section in IDS:
        marks = _form(submitter, empty, section)
        filled = {**marks, **_without_marks(_form(submitter, full, section))}
        assert _save(submitter, empty, section, filled).status_code == 303

    world.session.refresh(empty)
    assert empty.digest == full.digest
    for section in IDS:
        first, second = (_form(submitter, each, section) for each in (empty, full))
        assert _without_marks(first) == _without_marks(second)
    authors = select(Authorship.field).where(Authorship.quick_win_id == empty.id)
    assert set(world.session.scalars(authors)) == set(EVERYTHING)


def test_values_are_written_and_shown_as_people_write_them(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    entered = {
        "money": {"budget": "Rp12,5 juta"},
        "measuring": {"indicators-0-target": "1.250,5"},
        "steps": {"milestones-0-date": "7 Agustus 2026"},
    }

    for section, typed_in in entered.items():
        form = _form(submitter, draft, section)
        _save(submitter, draft, section, {**form, **{k: [v] for k, v in typed_in.items()}})

    world.session.refresh(draft)
    assert draft.version == 4
    assert draft.content["budget"] == 12_500_000
    assert draft.content["indicators"][0]["target"] == "1250.5"
    assert draft.content["milestones"][0]["date"] == "2026-08-07"
    assert _form(submitter, draft, "money")["budget"] == ["12.500.000"]
    assert _form(submitter, draft, "measuring")["indicators-0-target"] == ["1.250,5"]
    assert _form(submitter, draft, "steps")["milestones-0-date"] == ["07/08/2026"]


def test_saving_leads_on_or_back_to_the_list(visitor: Browser, draft: QuickWin) -> None:
    submitter, after = visitor("submitter"), [*IDS[1:], None]

    for section, following in zip(IDS, after, strict=True):
        form = _form(submitter, draft, section)
        on = submitter.post(_address(draft, section), {**form, "continue": "1"})
        back = submitter.post(_address(draft, section), {**form, "list": "1"})
        assert back.location == f"/quick-wins/{draft.id}/edit"
        check = f"/quick-wins/{draft.id}/check"
        assert on.location == (_address(draft, following) if following else check)


def test_a_draft_may_be_incomplete_and_each_missing_thing_has_a_link_to_its_field(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose(
        pic={"name": "Rina"}, budget=None, instrument=None, indicators=[{"name": "Gizi"}]
    )
    world.session.commit()
    submitter = visitor("submitter")
    missing = {
        "budget": "money",
        "instrument-0": "naming",
        "pic-position": "people",
        "pic-contact": "people",
        "indicators-0-target": "measuring",
    }

    for page in ("edit", "check"):
        told = submitter.get(f"/quick-wins/{quick_win.id}/{page}").get_data(as_text=True)
        for anchor, section in missing.items():
            assert f'<a href="{_address(quick_win, section)}#{anchor}">' in told
        assert f'<a href="{_address(quick_win, "people")}#pic-name">' not in told
    for anchor, section in missing.items():
        form = submitter.get(_address(quick_win, section)).get_data(as_text=True)
        assert f' id="{anchor}"' in form


def test_the_list_says_how_far_each_section_is(visitor: Browser, world: World) -> None:
    empty = dict.fromkeys(("indicators", "milestones", "pic", "funding_source", "budget"))
    quick_win = world.propose(**empty | {"benefit": None, "budget": 0})
    world.session.commit()

    told = words_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}/edit"))

    states = re.findall("Selesai|Sedang diisi|Belum diisi|Opsional", told)
    assert states == [
        *("Selesai", "Sedang diisi", "Belum diisi", "Belum diisi", "Sedang diisi"),
        *("Belum diisi", "Opsional", "Opsional"),
    ]
    assert "64 persen" in told


def test_a_post_writes_its_section_and_leaves_the_others_alone(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    content = dict(draft.content)

    visitor("submitter").post(
        _address(draft, "outlook"), {"version": "1", "risks": "Hujan.", "title": "Bukan di sini"}
    )

    world.session.refresh(draft)
    assert draft.content == {**content, "risks": "Hujan."}


def test_looking_at_the_pages_changes_nothing(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    before = (draft.version, draft.content, _count(world))
    submitter = visitor("submitter")

    submitter.get("/quick-wins/new")
    submitter.get(f"/quick-wins/{draft.id}/edit")
    submitter.get(f"/quick-wins/{draft.id}/check")
    for section in IDS:
        submitter.get(f"{_address(draft, section)}?add-indicators=1&title=Lain&save=1")

    world.session.refresh(draft)
    assert (draft.version, draft.content, _count(world)) == before


def test_a_section_that_does_not_exist_is_not_found(visitor: Browser, draft: QuickWin) -> None:
    assert visitor("submitter").get(_address(draft, "nirwana")).status_code == 404


# ---------------------------------------------------------------- rows


def test_rows_come_and_go_by_buttons_and_only_saving_saves(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter, before = visitor("submitter"), dict(draft.content)
    form = {**_form(submitter, draft, "steps"), "milestones-0-name": ["Belum disimpan"]}

    added = submitter.post(_address(draft, "steps"), {**form, "add-milestones": "1"})
    more = {**sent_by(added, _address(draft, "steps")), "milestones-1-name": ["Evaluasi"]}
    removed = submitter.post(_address(draft, "steps"), {**more, "remove-milestones-0": "1"})
    left = sent_by(removed, _address(draft, "steps"))

    assert (added.status_code, removed.status_code) == (200, 200)
    assert more["milestones-0-name"] == ["Belum disimpan"]
    assert left["milestones-0-name"] == ["Evaluasi"]
    assert "milestones-1-name" not in left
    world.session.refresh(draft)
    assert draft.content == before

    _save(submitter, draft, "steps", left)

    world.session.refresh(draft)
    assert draft.content["milestones"] == [{"name": "Evaluasi"}]


def test_a_new_row_has_the_focus_and_is_announced(visitor: Browser, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "steps")

    added = submitter.post(_address(draft, "steps"), {**form, "add-milestones": "1"})
    removed = submitter.post(_address(draft, "steps"), {**form, "remove-milestones-0": "1"})

    page = added.get_data(as_text=True)
    assert re.findall(r'<[^>]* autofocus[^>]* id="([^"]*)"', page) == ["milestones-1-name"]
    assert "Tonggak 2 ditambahkan." in page
    assert re.findall(r'name="([^"]*)"[^>]* autofocus', removed.get_data(as_text=True)) == [
        "add-milestones"
    ]


def test_the_last_row_can_be_removed(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "steps")

    removed = submitter.post(_address(draft, "steps"), {**form, "remove-milestones-0": "1"})
    _save(submitter, draft, "steps", sent_by(removed, _address(draft, "steps")))

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
    section = _section_of(name)
    form = {**_form(submitter, draft, section), **ALSO_CHANGED[section], name: [text]}

    answer = _save(submitter, draft, section, form)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="error-summary"' in page
    anchor = f"{name}-0" if name == "instrument" else name
    assert f'<li><a href="#{anchor}">' in page[page.index('id="error-summary"') :]
    assert _without_marks(sent_by(answer, _address(draft, section))) == _without_marks(form)
    world.session.refresh(draft)
    assert (draft.version, draft.content) == (1, before)


def test_too_many_rows_are_refused_and_all_of_them_come_back(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    rows = {f"partners-{n}-name": [f"Mitra {n}"] for n in range(21)}

    answer = _save(submitter, draft, "people", {**_form(submitter, draft, "people"), **rows})

    assert answer.status_code == 422
    assert sent_by(answer, _address(draft, "people")).keys() >= rows.keys()
    assert "20" in words_of(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_speaks_the_language_of_the_reader(
    visitor: Browser, world: World, draft: QuickWin, language: str
) -> None:
    world["submitter"].language = language
    world.session.commit()
    submitter = visitor("submitter")
    wrong = {
        "people": {"pic-nip": ["1"]},
        "money": {"budget": ["x"]},
        "naming": {"title": ["x" * 121]},
    }

    page = "".join(
        text_of(_save(submitter, draft, section, {**_form(submitter, draft, section), **entered}))
        for section, entered in wrong.items()
    )

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
    form = _form(submitter, draft, "description")
    changes = {"problem": "Dari rekan.", "benefit": "Manfaat dari rekan."}
    contents.save(world.session, draft.id, world["submitter"], changes, version=1, at=world.now)
    world.session.commit()

    mine = {**form, "problem": ["Dari saya."], "summary": ["Ringkas."]}
    answer = _save(submitter, draft, "description", mine)

    again = sent_by(answer, _address(draft, "description"))
    assert answer.status_code == 409
    assert (again["problem"], again["summary"]) == (["Dari saya."], ["Ringkas."])
    assert again["benefit"] == ["Manfaat dari rekan."]
    page = text_of(answer)
    meanwhile = page[page.index('id="meanwhile"') : page.index('id="proposal-form"')]
    assert "Dari rekan." in meanwhile
    assert "Submitter" in meanwhile

    assert _save(submitter, draft, "description", again).status_code == 303
    world.session.refresh(draft)
    assert draft.content == {
        **proposal(),
        "problem": "Dari saya.",
        "summary": "Ringkas.",
        "benefit": "Manfaat dari rekan.",
    }


def test_who_writes_in_another_section_disturbs_nobody(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "naming")
    changes = {"problem": "Dari rekan."}
    contents.save(world.session, draft.id, world["submitter"], changes, version=1, at=world.now)
    world.session.commit()

    answer = _save(submitter, draft, "naming", {**form, "title": ["Dari saya"]})

    assert answer.status_code == 303
    world.session.refresh(draft)
    assert draft.version == 3
    assert draft.content == {**proposal(), "title": "Dari saya", "problem": "Dari rekan."}


@pytest.mark.parametrize("version", ["", "x", "0", "99", "9" * 30, "²"])
def test_without_the_right_version_nothing_is_written(
    visitor: Browser, world: World, draft: QuickWin, version: str
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft, "naming"), "version": [version], "title": ["Tanpa versi"]}

    answer = _save(submitter, draft, "naming", form)

    assert answer.status_code == 409
    assert sent_by(answer, _address(draft, "naming"))["title"] == ["Tanpa versi"]
    world.session.refresh(draft)
    assert draft.content["title"] == "Gempita Beras Merah"


def test_a_copy_with_rows_is_drawn_again_and_saves_nothing(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "people")
    form |= {"pic-name": ["Rina"], "partners-0-name": ["PKK"], "partners-1-name": ["Poltekkes"]}

    answer = submitter.post(_address(draft, "people"), {**form, "draw": "1"})

    assert answer.status_code == 200
    drawn = sent_by(answer, _address(draft, "people"))
    assert {name: drawn[name] for name in form} == form
    assert "belum disimpan" in words_of(answer)
    world.session.refresh(draft)
    assert (draft.version, draft.content) == (1, proposal())


def test_adding_a_row_to_a_stale_page_does_not_make_it_a_fresh_one(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "people")
    changes = {"partners": [{"name": "Dari rekan"}]}
    contents.save(world.session, draft.id, world["submitter"], changes, version=1, at=world.now)
    world.session.commit()

    added = submitter.post(_address(draft, "people"), {**form, "add-partners": "1"})
    again = sent_by(added, _address(draft, "people"))

    assert _save(submitter, draft, "people", again).status_code == 409


def test_a_refused_page_that_was_stale_stays_a_stale_one(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft, "people"), "pic-nip": ["1"]}
    refused = _save(submitter, draft, "people", form)
    changes = {"pic": {"name": "Dari rekan"}}
    contents.save(world.session, draft.id, world["submitter"], changes, version=1, at=world.now)
    world.session.commit()

    again = {**sent_by(refused, _address(draft, "people")), "pic-nip": [""]}

    assert refused.status_code == 422
    assert _save(submitter, draft, "people", again).status_code == 409


# ---------------------------------------------------------------- not open


def test_a_frozen_proposal_is_not_edited_and_what_was_typed_can_be_copied(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "people")
    form |= {"pic-name": ["Sempat diketik"], "partners-0-name": ["PKK"]}
    world.act(draft, "submit", "submitter")
    world.session.commit()

    for page in ("edit", "check", "edit/people"):
        assert submitter.get(f"/quick-wins/{draft.id}/{page}").status_code == 423
    late = _save(submitter, draft, "people", form)
    fresh = _save(submitter, draft, "people", {**form, "version": [str(draft.version)]})

    assert (late.status_code, fresh.status_code) == (409, 423)
    for answer in (late, fresh):
        assert "Sempat diketik" in text_of(answer)
        assert "PKK" in text_of(answer)
        assert f'href="/quick-wins/{draft.id}"' in text_of(answer)
    world.session.refresh(draft)
    assert draft.content == proposal()


def test_who_does_not_write_it_is_refused_and_who_does_not_see_it_finds_nothing(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    form = _form(visitor("submitter"), draft, "naming")
    expected = {"head": 403, "inspector": 403, "submitter.dkiss": 404, "verifier": 404}

    for name, status in expected.items():
        other = visitor(name)
        for page in ("edit", "check", "edit/naming"):
            assert other.get(f"/quick-wins/{draft.id}/{page}").status_code == status
        answer = _save(other, draft, "naming", {**form, "title": ["Dari luar"]})
        assert answer.status_code == status
        assert "Dari luar" in text_of(answer)
        added = other.post(_address(draft, "people"), {"version": "1", "add-partners": "1"})
        assert added.status_code == status
    for page in ("edit", "check", "edit/naming"):
        assert visitor("submitter").get(f"/quick-wins/987654321/{page}").status_code == 404
    world.session.refresh(draft)
    assert draft.version == 1


def test_who_was_logged_out_meanwhile_finds_what_was_typed_by_its_names(
    visitor: Browser, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft, "steps"), "milestones-0-name": ["Sempat diketik"]}
    submitter.client.delete_cookie("quickwin")

    answer = submitter.post(_address(draft, "steps"), {**form, "add-milestones": "1"})

    told = words_of(answer)
    assert answer.status_code == 401
    assert "Tonggak 1, Tonggak Sempat diketik" in told
    assert "add-milestones" not in told


# ---------------------------------------------------------------- evidence


def test_files_are_added_and_left_out(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "evidence")

    _save(submitter, draft, "evidence", form, ("surat.pdf", PDF), ("foto.png", _PNG))

    world.session.refresh(draft)
    names = {each.sha256: each.name for each in world.session.scalars(select(Upload))}
    assert [names[sha256] for sha256 in draft.content["files"]] == ["surat.pdf", "foto.png"]
    form = _form(submitter, draft, "evidence")
    assert form["files"] == ["", *draft.content["files"]]

    _save(submitter, draft, "evidence", {**form, "files": ["", form["files"][2]]})

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
def test_a_file_that_is_not_taken_is_named_and_the_others_are_kept(
    visitor: Browser, world: World, draft: QuickWin, file: tuple[str, bytes]
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "evidence")

    answer = _save(submitter, draft, "evidence", form, file, ("baik.pdf", PDF))

    again = sent_by(answer, _address(draft, "evidence"))
    assert answer.status_code == 422
    assert file[0] in words_of(answer)
    good = world.session.scalars(select(Upload)).one()
    assert (good.name, again["files"]) == ("baik.pdf", ["", good.sha256])
    world.session.refresh(draft)
    assert (draft.version, draft.content.get("files")) == (1, None)

    assert _save(submitter, draft, "evidence", again).status_code == 303
    world.session.refresh(draft)
    assert draft.content["files"] == [good.sha256]


def test_only_who_may_write_sends_many_files_at_once(visitor: Browser, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "evidence")
    large = [(f"{n}.pdf", PDF + bytes([n]) * (9 * 1024 * 1024)) for n in range(2)]

    allowed = _save(submitter, draft, "evidence", form, *large)
    elsewhere = _save(submitter, draft, "naming", form, *large)
    refused = [
        _save(visitor(name), draft, "evidence", form, *large).status_code
        for name in ("head", "submitter.dkiss")
    ]
    submitter.client.delete_cookie("quickwin")
    logged_out = _save(submitter, draft, "evidence", form, *large)

    assert allowed.status_code == 303
    assert (elsewhere.status_code, refused) == (413, [413, 413])
    assert logged_out.location == "/login?next=/"


def test_more_than_can_be_taken_at_once_is_refused_with_a_way_on(
    visitor: Browser, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    form = _form(submitter, draft, "evidence")

    answer = _save(submitter, draft, "evidence", form, ("besar.pdf", bytes(65 * 1024 * 1024)))

    assert answer.status_code == 413
    assert "67,1 MB" in words_of(answer)


def test_files_of_others_are_not_attached(visitor: Browser, world: World, draft: QuickWin) -> None:
    submitter = visitor("submitter")
    form = {**_form(submitter, draft, "evidence"), "files": ["", "f" * 64]}
    file = ("surat.pdf", PDF)

    assert _save(submitter, draft, "evidence", form).status_code == 422
    assert _save(visitor("head"), draft, "evidence", form, file).status_code == 403
    assert world.session.scalar(select(func.count()).select_from(Upload)) == 0


# ---------------------------------------------------------------- anything at all

_texts = st.text(st.characters(codec="utf-8"), max_size=40)


def _buttons(form: Sent) -> st.SearchStrategy[str]:
    rows = [name for name in ROWS if name in form]
    removing = [f"remove-{name}-{index}" for name in rows for index in (0, 5)]
    return st.sampled_from(["save", "list", *(f"add-{name}" for name in rows), *removing])


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
    section = data.draw(st.sampled_from(IDS))
    address = _address(quick_win, section)
    form = _form(submitter, quick_win, section)
    names = data.draw(st.sets(st.sampled_from(sorted(form)), max_size=6)) - {"files"}
    button = data.draw(_buttons(form))
    entered = {**form, **{name: [data.draw(_texts, label=name)] for name in names}}

    answer = submitter.post(address, {**entered, button: "1"})

    assert answer.status_code in (200, 303, 409, 422)
    if answer.status_code == 303:
        world.session.refresh(quick_win)
        return
    there, sent = sent_by(answer, address), _texts_of(entered)
    if button.startswith("remove"):
        _, name, index = button.split("-")
        sent[name] = [row for n, row in enumerate(sent[name]) if n != int(index)]
    if answer.status_code == 200:
        assert tidy(typed(MultiDict(there))) == tidy(sent)
    else:
        assert _texts_of(there) == tidy(sent)


# ---------------------------------------------------------------- what the tests share

_PNG = b"\x89PNG\r\n\x1a\n an example"


IDS = [section.id for section in SECTIONS]
ALSO_CHANGED = {
    "naming": {"rpjmd_program": ["Juga diubah"]},
    "description": {"benefit": ["Juga diubah."]},
    "measuring": {"indicators-0-name": ["Juga diubah"]},
    "steps": {"milestones-0-name": ["Juga diubah"]},
    "money": {"funding_source": ["non_apbd"]},
    "people": {"pic-name": ["Juga diubah"]},
    "outlook": {"risks": ["Juga diubah."]},
}


def _address(quick_win: QuickWin, section: str) -> str:
    return f"/quick-wins/{quick_win.id}/edit/{section}"


def _section_of(name: str) -> str:
    return next(each.id for each in SECTIONS if name.split("-", maxsplit=1)[0] in each.fields)


def _form(browser: Visitor, quick_win: QuickWin, section: str) -> Sent:
    address = _address(quick_win, section)
    return sent_by(browser.get(address), address)


def _save(
    browser: Visitor, quick_win: QuickWin, section: str, form: Sent, *files: tuple[str, bytes]
) -> TestResponse:
    """As a browser does it, in memory: a client that encodes large bodies leaves files open."""
    sent = [FileStorage(BytesIO(content), name) for name, content in files]
    values = MultiDict({**form, "csrf_token": browser.csrf_token, "save": "1", "upload": sent})
    boundary, body = encode_multipart(values)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.client.post(_address(quick_win, section), data=body, content_type=kind)


def _links(browser: Visitor, page: str) -> str:
    return " ".join(re.findall('href="/quick-wins/[^"]*"', text_of(browser.get(page))))


def _without_marks(form: Sent) -> Sent:
    return {name: value for name, value in form.items() if name not in ("version", "seen")}


def _texts_of(form: Sent) -> dict[str, Any]:
    return tidy(typed(MultiDict(form)))


def _count(world: World) -> int:
    return world.session.scalar(select(func.count()).select_from(QuickWin)) or 0

"""Evidence over the API: what is taken, from whom, and who may read it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from attempts import written
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from programs import Program, Programs
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart
from world import World

from workflow.media_types import DOCX, JPEG, PDF, PNG, XLSX, recognised
from workflow.models import File, QuickWin, Upload
from workflow.uploads import MAX_BYTES, storable_name


def office(kind: str, *, listed: str = "[Content_Types].xml") -> bytes:
    """A zip that says it is a document of that kind."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        part = f'<Override PartName="/main.xml" ContentType="{kind}.main+xml"/>'
        archive.writestr(listed, f'<?xml version="1.0"?><Types>{part}</Types>')
    return out.getvalue()


def damaged() -> bytes:
    """A zip packed as no office does, whose packed bytes nothing can unpack."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", "x" * 5000)
    data = bytearray(out.getvalue())
    start = data.index(b".xml") + len(b".xml")
    data[start + 4 : start + 12] = b"\xff" * 8
    return bytes(data)


def workbook() -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write(0, 0, "isi")
    book.close()
    return out.getvalue()


TAKEN = {
    PDF: b"%PDF-1.7\n%%EOF",
    PNG: b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    JPEG: b"\xff\xd8\xff\xe0" + b"\0" * 20,
    XLSX: workbook(),
    DOCX: office(DOCX),
}
NOT_TAKEN = {
    "leer.pdf": b"",
    "laporan.pdf": b"<html><script>alert(1)</script>%PDF-1.7",
    "foto.png": b"GIF89a",
    "foto.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "program.pdf": b"MZ\x90\0",
    "arsip.xlsx": office(XLSX, listed="lain.xml"),
    "makro.xlsx": office("application/vnd.ms-excel.sheet.macroEnabled"),
    "rusak.docx": office(DOCX)[:60],
    "lain.xlsx": damaged(),
    "teks.docx": b"PK\x03\x04 tidak lebih dari itu",
}


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


def send(
    program: Program, quick_win: QuickWin, data: bytes, name: str = "bukti.pdf"
) -> TestResponse:
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(data), filename=name)})
    return program.call(
        "POST",
        f"/quick-wins/{quick_win.id}/files",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


@pytest.mark.parametrize("kind", TAKEN)
def test_evidence_comes_back_as_it_was_sent(programs: Programs, world: World, kind: str) -> None:
    quick_win = world.propose()
    program = programs("submitter")
    answer = send(program, quick_win, TAKEN[kind], "..\\rahasia/Bukti 1.bin")
    assert answer.status_code == 201
    body = answer.json
    assert (body["media_type"], body["size"]) == (kind, len(TAKEN[kind]))
    assert body["name"] == "Bukti 1.bin"
    got = program.get(f"/files/{body['sha256']}")
    assert (got.status_code, got.data, got.mimetype) == (200, TAKEN[kind], kind)
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    content = {"content": {"files": [body["sha256"]]}}
    assert program.patch(f"/quick-wins/{quick_win.id}", content, 1).status_code == 200


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_no_document_and_no_picture_is_refused(
    programs: Programs, world: World, name: str
) -> None:
    answer = send(programs("submitter"), world.propose(), NOT_TAKEN[name], name)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == ["file"]
    assert world.session.scalar(select(func.count()).select_from(File)) == 0


def test_a_file_has_at_most_10_mb(programs: Programs, world: World) -> None:
    quick_win, program = world.propose(), programs("submitter")
    most = TAKEN[PDF].ljust(MAX_BYTES, b"\0")
    assert send(program, quick_win, most).status_code == 201
    assert send(program, quick_win, most + b"\0").status_code == 413
    assert send(program, quick_win, most * 2).status_code == 413


def test_files_are_uploaded_by_whom_the_content_is_open_to(
    programs: Programs, world: World
) -> None:
    draft, decided = world.propose(), world.bring_to("decision")
    before = written(world.session)
    for who, quick_win, status in (
        ("submitter.dkiss", draft, 404),
        ("chair", draft, 404),
        ("head", draft, 403),
        ("chair", decided, 403),
        ("submitter", decided, 423),
    ):
        program = programs(who)
        assert send(program, quick_win, TAKEN[PDF]).status_code == status
        assert program.post(f"/quick-wins/{quick_win.id}/files", {}).status_code == status
    assert written(world.session) == before
    assert world.session.scalar(select(func.count()).select_from(File)) == 0


def test_an_upload_without_a_file_is_refused(programs: Programs, world: World) -> None:
    path, program = f"/quick-wins/{world.propose().id}/files", programs("submitter")
    assert program.post(path, {}).status_code == 415
    assert program.call("POST", path, data=b"x", content_type="text/plain").status_code == 415
    for form in ({"file": "text"}, {"other": (BytesIO(b"%PDF-"), "a.pdf")}):
        answer = program.call("POST", path, data=form, content_type="multipart/form-data")
        assert answer.status_code == 422


def test_a_file_is_read_by_whom_one_of_its_quick_wins_is_visible_to(
    programs: Programs, world: World
) -> None:
    draft = world.propose()
    sha256 = send(programs("submitter"), draft, TAKEN[PDF]).json["sha256"]
    readers = {"submitter": 200, "head": 200, "admin": 200, "chair": 404, "submitter.dkiss": 404}
    for who, status in readers.items():
        assert programs(who).get(f"/files/{sha256}").status_code == status
    theirs = world.propose("DKISS")
    send(programs("submitter.dkiss"), theirs, TAKEN[PDF], "milik kami.pdf")
    got = programs("submitter.dkiss").get(f"/files/{sha256}")
    assert got.status_code == 200
    assert "milik kami.pdf" in got.headers["Content-Disposition"]
    assert world.session.scalar(select(func.count()).select_from(File)) == 1


def test_the_same_file_again_stays_under_its_first_name(programs: Programs, world: World) -> None:
    quick_win, program = world.propose(), programs("submitter")
    first = send(program, quick_win, TAKEN[PDF], "pertama.pdf").json
    assert send(program, quick_win, TAKEN[PDF], "kedua.pdf").json == first
    assert world.session.scalar(select(func.count()).select_from(Upload)) == 1


@pytest.mark.parametrize("sha256", ["0" * 64, "x", "%00", "A" * 64, "0" * 63 + "%0A", "..%2F"])
def test_a_file_that_is_not_there_is_not_found(programs: Programs, sha256: str) -> None:
    answer = programs("admin").visitor.api("GET", f"/files/{sha256}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@given(st.text())
def test_any_name_becomes_one_that_can_be_stored(name: str) -> None:
    kept = storable_name(name)
    assert 1 <= len(kept) <= 200
    assert not set(kept) & {"/", "\\", "\0", "\n", "\r"}
    kept.encode()


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from([*TAKEN.values()]))
def test_bytes_never_break_the_recognition(noise: bytes, at: int, taken: bytes) -> None:
    kinds: set[Any] = {*TAKEN, None}
    assert recognised(noise) in kinds
    assert recognised(b"PK\x03\x04" + noise) is None
    assert recognised(taken[:at] + noise + taken[at + len(noise) :]) in kinds

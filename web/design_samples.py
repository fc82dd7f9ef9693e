"""What the specimens of /design show: invented texts and figures, and forms in every state.

They are data like those of the demo city, so they are in Indonesian whatever the reader's language.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from web import charts
from web.labels import VERDICTS
from web.typed_act import choices_of
from workflow.definition import Coverage
from workflow.language import Label

LONG = (
    "Percepatan Penurunan Angka Gizi Kurang melalui Kebun Beras Merah Terpadu Kader Posyandu "
    "dan Dapur Sehat Kelurahan (contoh judul yang sangat panjang)"
)
_CHOICES = choices_of({"it": "Teknologi informasi", "non_it": "Bukan teknologi informasi"})


class _Row(Form):
    name = StringField("Indikator")
    unit = StringField("Satuan")


class SampleForm(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    class Meta:
        csrf = False  # it is looked at, never sent

    text = StringField("Nama singkat", [InputRequired("Isi nama singkatnya.")])
    hinted = StringField("Kontak", description="Nomor ponsel atau alamat surel.")
    long = TextAreaField(
        "Masalah",
        [Length(max=20, message="Terlalu panjang."), InputRequired("Jelaskan masalahnya.")],
    )
    one = SelectField("Dimensi", choices=choices_of({"": "Pilih …", "LIV": "Smart Living"}))
    card = RadioField("Instrumen", [InputRequired("Pilih salah satu.")], choices=_CHOICES)
    score = RadioField("Kebaruan", choices=choices_of({str(n): str(n) for n in range(5)}))
    day = DateField("Tanggal")
    money = StringField("Anggaran")
    file = FileField("Bukti dukung")
    agreed = BooleanField("Sudah dibahas dengan mitra")
    rows = FieldList(FormField(_Row))


FILLED = {
    "text": "Gempita Beras Merah",
    "hinted": "0811-0000-0001",
    "long": "Banyak balita kurang gizi di tiga kelurahan pesisir.",
    "one": "LIV",
    "card": "non_it",
    "score": "3",
    "day": "2026-09-01",
    "money": "50.000.000",
    "agreed": "y",
    "rows-0-name": "Posyandu aktif",
    "rows-0-unit": "pos",
}


def form(prefix: str, given: dict[str, str] | None = None, *, check: bool = False) -> SampleForm:
    """`prefix` keeps the ids of several on one page apart."""
    data = MultiDict({f"{prefix}-{name}": value for name, value in (given or {}).items()})
    made = SampleForm(formdata=data if given is not None else None, prefix=prefix)
    if check:
        made.validate()
    return made


def all_samples() -> dict[str, Any]:
    return {
        "long": LONG,
        "letters": "Aa",
        "options": [("LIV", "Smart Living"), ("GOV", "Smart Governance")],
        "form": form,
        "empty": form("empty"),
        "filled": form("filled", FILLED),
        "wrong": form("wrong", {"long": FILLED["long"]}, check=True),
        "stages": _STAGES,
        "entries": _ENTRIES,
        "actions": _ACTIONS,
        "refused": _REFUSED,
        "score": _SCORE,
        "lonely_score": {**_SCORE, "agreement": None, "recommendation": None, "spread": 0},
        "verdicts": VERDICTS,
        "agreements": {"high": "Sepakat", "medium": "Cukup sepakat", "low": "Berbeda"},
        "bars": _BARS,
        "chart": _CHART,
        "incidents": _INCIDENTS,
        "standstills": _STANDSTILLS,
        "period": _PERIOD,
        "coverage": Coverage,
    }


_PERIOD = {
    "code": "2026",
    "name": "Quick Win 2026",
    "opens_at": datetime(2026, 2, 2, 1, 0, tzinfo=UTC),
    "closes_at": datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
}
_INCIDENTS = [
    {
        "state": Label(id="Telaah Substansi", en="Review"),
        "role": Label(id="Penelaah", en="Reviewer"),
        "since": datetime(2026, 8, 12, 3, 42, tzinfo=UTC),
        "quick_win": "",
        "units": ["Dinas Kesehatan", "Dinas Sosial"],
    },
    {
        "state": Label(id="Pleno", en="Plenary"),
        "role": Label(id="Ketua Tim Pelaksana", en="Chair"),
        "since": None,
        "quick_win": "QW-2026-0005",
        "quick_win_id": 5,
        "units": ["Dinas Kesehatan"],
    },
]
_STANDSTILLS = [
    {"kind": "beat_late", "since": datetime(2026, 8, 12, 3, 42, tzinfo=UTC)},
    {"kind": "mail_stuck", "since": datetime(2026, 8, 12, 3, 27, tzinfo=UTC)},
]
_STAGES = [
    {"label": "Usulan", "detail": "3 Agt 2026", "position": "done"},
    {"label": "Telaah", "detail": "sejak 12 Agt 2026", "position": "now"},
    {"label": "Pleno", "position": "next"},
    {"label": "Keputusan", "position": "next"},
]
_ENTRIES = [
    {
        "icon": "message",
        "kind": "warning",
        "who": "Rina Contoh",
        "what": "meminta perbaikan",
        "at": "12 Agustus 2026 pukul 10.42 WIB",
        "note": "Targetnya belum terukur.\nMohon tambahkan satuan.",
        "detail": "Penelaah",
    },
    {"icon": "clock", "kind": "neutral", "what": "Pengingat terkirim", "at": "11 Agustus 2026"},
    {"kind": "success", "who": "Budi Contoh", "what": "mengesahkan", "at": "3 Agustus 2026"},
]
_ACTIONS = [
    {
        "name": "endorse",
        "label": "Sahkan",
        "href": "#",
        "then": "Kemudian: Verifikasi.",
        "note": "optional",
        "kind": "primary",
        "icon": "check",
        "collects": None,
    },
    {
        "name": "return",
        "label": "Kembalikan",
        "href": "#",
        "then": "Kemudian: Perbaikan.",
        "note": "required",
        "typed": "Belum",
        "error": "Tulis apa yang harus diperbaiki.",
    },
    {"name": "judge", "label": "Beri penilaian", "href": "#", "collects": "judgment"},
    {
        "name": "reject",
        "label": "Tolak",
        "href": "#",
        "then": "Quick Win ini berakhir.",
        "kind": "danger",
        "icon": "ban",
    },
]
_REFUSED = [
    {
        "label": "Tetapkan",
        "rule": "Pleno harus merekomendasikannya dulu.",
    },
    {"label": "Tarik", "rule": "Hanya perangkat daerahnya sendiri yang dapat menariknya."},
]
_SCORE = {
    "total": Decimal("71.5"),
    "low": Decimal(64),
    "high": Decimal(79),
    "spread": Decimal(15),
    "verdicts": {"approve": 2, "revise": 1},
    "agreement": "medium",
    "distance": Decimal("0.8"),
    "recommendation": "approve",
}
_BARS = charts.bars(
    [
        charts.Bar(label="Ditetapkan", value=12, kind="success", href="#"),
        charts.Bar(label="Terlambat", hint="3 hari", value=2, kind="danger"),
        charts.Bar(label="Belum ada", value=0, kind="neutral", href="#"),
    ]
)
_CHART = charts.columns(
    [("Jul", "2026"), ("Agt", "2026"), ("Sep", "2026")],
    [("Diajukan", (8, 5, 0)), ("Ditetapkan", (3, 0, 1))],
)

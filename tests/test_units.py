"""The units of a city, as they come in from lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from installation import DINKES, HEADING, Installation
from sqlalchemy import func, select

from workflow.models import Unit, UnitName

WIB = ZoneInfo("Asia/Jakarta")


def test_units_are_added_in_a_tree_whatever_the_order_of_the_lines(place: Installation) -> None:
    below = ("RT,RT 1,RT 1,rt,no,KEL", "KEL,Kelurahan  Masigit,Kel.,kelurahan,tidak,KEC")
    assert place.units(*below, "KEC,Kecamatan,Kec.,kecamatan,ya,") == (
        "3 units, 3 of them new, 0 changed.\n"
    )
    top, middle, leaf = (place.unit(code) for code in ("KEC", "KEL", "RT"))
    assert leaf.path == [top.id, middle.id, leaf.id]
    assert (top.path, top.agency, middle.agency) == ([top.id], True, False)
    assert middle.name == "Kelurahan Masigit"
    assert [(each.name, each.valid_from, each.valid_to) for each in middle.names] == [
        (middle.name, None, None)
    ]
    place.units("RT2,RT 2,RT 2,rt,no,KEL")
    assert place.unit("RT2").path == [top.id, middle.id, place.unit("RT2").id]


def test_a_known_unit_gets_its_new_name_and_history_keeps_the_old_one(place: Installation) -> None:
    place.units(DINKES, "PKM,Puskesmas,PKM,uptd,no,DINKES")
    renamed = "DINKES;Dinas Kesehatan Kota;Dinkeskot;badan;yes;"
    file = place.file(renamed, heading="\ufeff" + HEADING.replace(",", ";"))
    today = datetime.now(WIB).date()
    said = place.done("unit", "import", file)
    assert said == "1 units, 0 of them new, 1 changed.\n"
    unit = place.unit("DINKES")
    assert (unit.name, unit.abbreviation, unit.kind) == (
        "Dinas Kesehatan Kota",
        "Dinkeskot",
        "badan",
    )
    names = sorted(unit.names, key=lambda each: each.id)
    assert [(each.name, each.valid_from, each.valid_to) for each in names] == [
        ("Dinas Kesehatan", None, today - timedelta(days=1)),
        ("Dinas Kesehatan Kota", today, None),
    ]
    assert place.unit("PKM").path == [unit.id, place.unit("PKM").id]


def test_a_name_corrected_on_its_first_day_leaves_no_name_of_no_day(place: Installation) -> None:
    for name in ("Dinas Sehat", "Dinas Sehat Sekali", "Dinas Sehat Kembali"):
        place.units(DINKES.replace("Dinas Kesehatan", name))
    names = place.session.scalars(select(UnitName).order_by(UnitName.id)).all()
    assert [each.name for each in names] == ["Dinas Sehat", "Dinas Sehat Kembali"]
    assert place.unit("DINKES").name == "Dinas Sehat Kembali"


def test_the_chain_tells_what_was_imported_and_nothing_new_is_no_event(place: Installation) -> None:
    place.units(DINKES)
    place.units(DINKES.replace("dinas", "badan"), "PKM,Puskesmas,PKM,uptd,no,DINKES")
    event = place.last_event()
    assert (event.action, event.chain_id) == ("import_units", 1)
    assert [each["code"] for each in event.data["added"]] == ["PKM"]
    assert [(each["code"], each["kind"]) for each in event.data["changed"]] == [("DINKES", "badan")]
    before = place.events()
    same = place.units("", "PKM,Puskesmas,PKM,uptd,no,DINKES", ",,,,,")
    assert same == "1 units, 0 of them new, 0 changed.\n"
    assert place.events() == before


def test_all_faults_of_all_units_are_said_and_none_is_put_in(place: Installation) -> None:
    place.units("KEC,Kecamatan,Kec.,kecamatan,yes,", "KEL,Kelurahan,Kel.,kelurahan,no,KEC")
    file = place.file(
        "DINDIK,Dinas Pendidikan,Dindik,dinas,yes,",
        "dindik,,Dindik,dinas,perhaps,",
        "DINAS 7,Dinas,D7,dinas,yes,NASA",
        "KEL,Kelurahan,Kel.,kelurahan,no,DINDIK",
        "KEC,Kecamatan,Kec.,kecamatan,no,DINDIK",
        "kec,Kecamatan,Kec.,kecamatan,yes,",
        "A,Satu,S,bidang,no,B",
        "B,Dua,D,bidang,no,A",
        "C,Tiga,T,bidang,no,A,more",
        f"E,{'x' * 201},E,bidang,yes,",
    )
    assert place.refused("unit", "import", file).splitlines() == [
        "line 3: name is empty",
        "line 3: agency is yes or no, not “perhaps”",
        "line 3: dindik stands in an earlier line too",
        "line 4: “DINAS 7” is no code: at most 40 letters, digits, dots, hyphens, underscores",
        "line 4: an agency (OPD) has no unit above it: agency is no, or parent empty",
        "line 4: there is no unit “NASA” above it",
        "line 5: KEL stands below KEC, and a unit is not moved to another parent",
        "line 6: KEC stands at the top, and a unit is not moved to another parent",
        "line 7: kec stands in an earlier line too",
        "line 7: kec is a unit already, written KEC",
        "line 8: A stands below itself",
        "line 9: B stands below itself",
        "line 10: more values than columns",
        "line 11: name is longer than 200 characters",
    ]
    assert place.session.scalar(select(func.count()).select_from(Unit)) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing: code, name"),
        ("code,name,kind\n", "missing: abbreviation, agency, parent"),
        (f'{HEADING}\nA,"Dinas,A,dinas,yes,\n', "line 2: this is no CSV: unexpected end"),
        (f"{HEADING}\nA,{'x' * 140_000},A,dinas,yes,\n", "line 2: this is no CSV: field larger"),
        (f"{HEADING}\nA,Dinas\x00,A,dinas,yes,\n", "name has a character that cannot be stored"),
    ],
    ids=["empty", "columns", "quote", "huge", "nul"],
)
def test_what_is_no_list_of_units_is_refused(place: Installation, text: str, reason: str) -> None:
    assert reason in place.refused("unit", "import", "-", given=text)

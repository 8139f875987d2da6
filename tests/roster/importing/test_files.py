"""Files in practice: byte order marks, separators, encodings, three styles of dates, and files that are not CSV."""

from __future__ import annotations

import csv
import io
import os
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roster.importing import sheets
from roster.importing.sheets import read_sheet
from terminal.failures import Stopped

if TYPE_CHECKING:
    from tests.roster.operating import Operator

ONE = "title,date,time\nÉtoile – soirée,2026-05-23,18:30\n"
ID = "2026-05-23-etoile-soiree-evening"

FILES = {
    "UTF-8": ONE.encode(),
    "a byte order mark": ONE.encode("utf-8-sig"),
    "UTF-16 with its mark": ONE.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + ONE.encode("utf-16-be"),
    "UTF-16 without a mark": ONE.encode("utf-16-le"),
    "Windows-1252": ONE.encode("cp1252"),
    "semicolons": ONE.replace(",", ";").encode(),
    "tabs": ONE.replace(",", "\t").encode(),
    "Excel's sep=": ("sep=;\r\n" + ONE.replace(",", ";")).encode(),
    "quotes and line ends": (
        '"title","date","time"\r\n\r\n"Étoile –\r\nsoirée","2026-05-23","18:30"\r\n,,\r\n'.encode()
    ),
    "old Mac's line ends": ONE.replace("\n", "\r").encode(),
    "semicolons and a comma in the text": "title;date;time\nÉtoile – soirée;May 23, 2026;18:30\n".encode(),
}


@pytest.mark.parametrize("how", FILES)
def test_a_file_is_read_however_it_was_saved(operator: Operator, how: str) -> None:
    operator.imported("events", FILES[how])

    (row,) = operator.rows()
    assert (row["eid"], row["title"]) == (ID, "Étoile – soirée")


NO_FILES = {
    "a spreadsheet": (b"PK\x03\x04rest", "Save it as CSV"),
    "no text": (b"title,date\n\x00\x01\x02,x\n", "is not text"),
    "no known encoding": (b"title,date\n\x81\x8d\x90 boat,2026-05-23\n", "line 2: this is not UTF-8, UTF-16 or"),
    "half a character of UTF-16": (b"\xff\xfet\x00i\x00t", "not UTF-8, UTF-16 or"),
    "empty": (b"", "is empty"),
    "nothing but blanks": (b"\n  \n,,\n", "is empty"),
    "a quote that never closes": (b'title,date\n"Bay tour,2026-05-23\nnext,2026-05-24\n', "line 2: a quote opens"),
    "no date": (b"title,captain\nBay tour,Cory\n", "--column 'date=HEADING'"),
    "no title": (b"boat,date\nSea Otter,2026-05-23\n", "--column 'title=HEADING'"),
    "two dates": (b"title,start date,sailing date\nBay,2026-05-23,2026-05-24\n", "could both be the date"),
    "dates that say nothing": (b"title,date\nBay tour,4/5/2026\nSunset,6/7/2026\n", "--dates month-first"),
}


@pytest.mark.parametrize("what", NO_FILES)
def test_what_cannot_be_read_ends_in_one_sentence(operator: Operator, what: str) -> None:
    data, sentence = NO_FILES[what]

    result = operator.importing("events", data)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert operator.rows() == []


@pytest.mark.parametrize("how", FILES)
def test_a_file_is_read_alike_in_small_parts(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    whole = read_sheet(io.BytesIO(FILES[how]), file="s.csv")

    monkeypatch.setattr(sheets, "_READ_AT_ONCE", 1)
    parts = read_sheet(io.BytesIO(FILES[how]), file="s.csv")

    assert (list(parts.rows), parts.how) == (list(whole.rows), whole.how)


@pytest.mark.parametrize("size", range(1, 12))
def test_the_line_that_is_no_text_is_found_in_small_parts(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(sheets, "_READ_AT_ONCE", size)
    for data, line in (
        ("\ufefftitle\nÉ\n".encode() + b"\xc3\n", 3),
        (b"title\n\xc9\n\x81", 3),
        ("\ufefft\n\u0a0a".encode("utf-16-le") + b"\x00\xd8\x0a\x00", 4),
    ):
        with pytest.raises(Stopped, match=f"s.csv, line {line}: this is not UTF-8"):
            read_sheet(io.BytesIO(data), file="s.csv")


def test_a_file_may_come_through_a_pipe(operator: Operator) -> None:
    receiver, sender = os.pipe()
    os.write(sender, FILES["Windows-1252"])
    os.close(sender)

    operator.done("events", "import", f"/dev/fd/{receiver}", "--yes")

    os.close(receiver)
    assert operator.rows()[0]["eid"] == ID


@pytest.mark.parametrize("data", [ONE.encode("utf-16"), ONE.encode("utf-16-le")])
def test_an_encoding_with_a_mark_can_be_named_also_where_the_mark_is_missing(operator: Operator, data: bytes) -> None:
    operator.imported("events", data, "--encoding", "utf-16")

    assert operator.rows()[0]["eid"] == ID


def test_an_encoding_can_be_named(operator: Operator) -> None:
    file = operator.file("mac.csv", "title,date\nÉtoile,2026-05-23\n".encode("mac-roman"))

    operator.done("events", "import", file, "--yes", "--encoding", "mac-roman")

    assert operator.rows()[0]["title"] == "Étoile"
    assert "is not an encoding" in operator.run("events", "import", file, "--encoding", "klingon").stderr
    assert "is not an encoding" in operator.run("events", "import", file, "--encoding", "zip").stderr
    assert "is not in ascii" in operator.run("events", "import", file, "--encoding", "ascii").stderr


def test_a_column_can_be_named_and_one_can_be_left_out(operator: Operator) -> None:
    file = operator.file("s.csv", "Boat,When,Name,Price\nSea Otter,2026-05-23,Mia,per head\n")

    result = operator.done(
        "events", "import", file, "--yes", "--column", "title=boat", "--column", "captain=Name", "--column", "price="
    )

    assert "Not used: “Price”" in result.stderr
    assert operator.rows()[0]["eid"] == "2026-05-23-captain-mia"
    assert "has no column “Ship”" in operator.run("events", "import", file, "--column", "title=Ship").stderr
    assert "Write NAME=HEADING" in operator.run("events", "import", file, "--column", "ship=Boat").stderr


DATES = {
    "by the standard": ("2026-05-23", "2026-05-04"),
    "month first, as the 23rd shows": ("5/23/2026", "5/4/2026"),
    "day first, as the 23rd shows": ("23/05/2026", "04/05/2026"),
    "day first, with dots": ("23.5.2026", "4.5.2026"),
    "in words": ("May 23, 2026", "May 4th, 2026"),
    "in words, the day first": ("23 May 2026", "Monday, 4 May 2026"),
    "two digits of the year": ("5/23/26", "5/4/26"),
    "with a spreadsheet's midnight": ("5/23/2026 0:00", "5/4/2026 00:00:00"),
    "mixed": ("Sat, May 23 2026", "2026/5/4"),
}


@pytest.mark.parametrize("style", DATES)
def test_dates_are_understood_by_their_whole_column(operator: Operator, style: str) -> None:
    first, second = DATES[style]

    operator.done(
        "events", "import", operator.file("s.csv", f'name,date\nA trip,"{first}"\nB trip,"{second}"\n'), "--yes"
    )

    assert {row["starts_at"] for row in operator.rows()} == {"2026-05-23", "2026-05-04"}


@pytest.mark.parametrize(("dates", "month"), [("month-first", "04"), ("day-first", "05")])
def test_the_operator_may_say_what_comes_first(operator: Operator, dates: str, month: str) -> None:
    operator.imported("events", "name,date\nA,4/5/2026\n", "--dates", dates)

    assert operator.rows()[0]["month"] == f"2026-{month}"


def test_a_line_that_goes_against_its_column_is_reported(operator: Operator) -> None:
    result = operator.importing("events", "name,date\nA,23/5/2026\nB,24/5/2026\nC,5/25/2026\n")

    assert "line 4: date: “5/25/2026” has no month 25: in this column the day comes first" in result.stderr


TIMES = {
    "13:00": "13:00", "1:00 PM": "13:00", "1pm": "13:00", "1 p.m.": "13:00", "12 AM": "00:00", "noon": "12:00",
    "09:30:00": "09:30", "9.30": "09:30",
}  # fmt: skip


@pytest.mark.parametrize("text", TIMES)
def test_times_are_understood_as_people_write_them(operator: Operator, text: str) -> None:
    file = operator.file("s.csv", f"id,date,time\n2026-01-10-bay,2026-01-10,{text}\n")

    operator.done("events", "import", file, "--yes")

    assert operator.row("2026-01-10-bay")["starts_at"] == f"2026-01-10T{TIMES[text]}:00-08:00"


def test_times_are_the_boats_own_and_offsets_are_heeded(operator: Operator) -> None:
    file = operator.file("s.csv", "name,starts at\nHere,2026-05-23 09:00\nAfar,2026-05-23T23:30:00Z\n")

    result = operator.run("--timezone", "Europe/Lisbon", "events", "import", file, "--yes")

    assert result.exit_code == 0, result.stderr
    starts = {row["title"]: (row["starts_at"], row["month"]) for row in operator.rows()}
    assert starts["Here"] == ("2026-05-23T09:00:00+01:00", "2026-05")
    assert starts["Afar"] == ("2026-05-24T00:30:00+01:00", "2026-05")


def test_an_offset_that_is_none_is_reported(operator: Operator) -> None:
    file = operator.file("s.csv", "name,starts at\nBay,2026-05-23T09:00:00+25:00\n")

    assert "“+25:00” is not an offset" in operator.run("events", "import", file, "--yes").stderr


def test_an_hour_that_the_clocks_skip_is_refused(operator: Operator) -> None:
    file = operator.file("s.csv", "name,date,time\nNight,2026-03-08,2:30 AM\n")

    assert "the clocks go forward" in operator.run("events", "import", file, "--yes").stderr


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("125,00", "125"),
        ("1.250,00", "1250"),
        ("$ 1 250,50", "1250.5"),
        ("125.00", "125"),
        ("80", "80"),
        ("1,250", "1250"),
    ],
)
def test_where_semicolons_part_the_cells_a_comma_may_begin_the_cents(
    operator: Operator, typed: str, price: str
) -> None:
    operator.imported("events", f"name;date;price\nBay;2026-05-23;{typed}\n")
    (row,) = operator.rows()
    assert row["price"] == Decimal(price)

    roster = operator.file("p.csv", f"name;due\nAnn;{typed}\n")
    operator.done("patrons", "import", roster, "--event", row["eid"], "--yes")
    (patron,) = operator.row(row["eid"])["patrons"].values()
    assert patron["due"] == Decimal(price)


@pytest.mark.parametrize(
    "file", ['name,date,price\nBay,2026-05-23,"125,00"\n', "name;date;price\nBay;2026-05-23;1.25,00\n"]
)
def test_what_is_no_amount_anywhere_is_reported(operator: Operator, file: str) -> None:
    output = operator.importing("events", file)
    assert "line 2: price: “" in output.stderr
    assert operator.rows() == []


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_any_cells_come_back_from_any_csv(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str, ends: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends)
    writer.writerows([("title", "date", "notes"), *rows])

    sheet = read_sheet(io.BytesIO(text.getvalue().encode(encoding)), file="any.csv")

    assert sheet.headings == ("title", "date", "notes")
    kept = [tuple(cell.strip() for cell in row) for row in rows]
    assert [line.cells for line in sheet.lines()] == [row for row in kept if any(row)]
    assert [*sheet.problems()] == []

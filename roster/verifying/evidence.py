"""Checks of the rows that are only ever added: signatures, and edits of an event and its roster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.rows import CHANGE_ROW, FORGOTTEN_AT, read_edit
from charter.reminders import REMINDED, row_id
from roster.verifying.findings import BY, Remark, broken, in_utc, is_name, odd, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from charter.edits import Edit

Row = Mapping[str, Any]

_BY: Final = re.compile(rf"{BY}|roster:\S(?:.*\S)?")
_MATCHED_BY: Final = re.compile(rf"name|link|booked_by|{_BY.pattern}")
_LANGUAGE: Final = re.compile("[a-z]{2,3}")
_ULID: Final = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")
_CONTENT: Final = slice(10, None)  # of a ULID: its first ten characters are the moment


def check_signature(wire: Row) -> Iterator[Remark]:
    """Check the row of a signature by itself. `table` checks that its patron is on the roster."""
    row = from_wire(wire)
    here = str(row["crew_id"])
    if not is_name(row.get("name")):
        yield broken(here, f"name is {shown(row.get('name'))}.")
    if in_utc(row.get("signed_at")) is None:
        yield broken(here, f"signed_at is {shown(row.get('signed_at'))}, not a moment in UTC.")
    minors = row.get("minors")
    if minors is not None and not (isinstance(minors, list) and all(isinstance(each, str) for each in minors)):
        yield broken(here, "minors is not a list of names.")
    if row.get("booked_by") is not None and not isinstance(row["booked_by"], str):
        yield broken(here, f"booked_by is {shown(row['booked_by'])}, not a name.")
    former = row.get("signed_for")
    if former is not None and not (isinstance(former, list) and all(isinstance(each, str) for each in former)):
        yield broken(here, f"signed_for is {shown(former)}, not a list of events.")
    if not isinstance(row.get("version"), str):
        yield odd(here, "has no version of the waiver.")
    language = row.get("language")
    if language is not None and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        yield odd(here, f"language is {shown(language)}, not letters such as en or es.")
    yield from _check_match(here, row)


def _check_match(here: str, row: Row) -> Iterator[Remark]:
    """Check that a match names its patron, time and author, all of them or none."""
    matched = [name for name in ("matched_at", "matched_by") if row.get(name) is not None]
    if row.get("patron_id") is None:
        if matched:
            yield odd(here, f"has {' and '.join(matched)}, but no patron.")
        return
    if len(matched) < 2:  # noqa: PLR2004 - both of them
        yield odd(here, "is matched to a patron, but matched_at or matched_by is missing.")
    if "matched_at" in matched and in_utc(row["matched_at"]) is None:
        yield broken(here, f"matched_at is {shown(row['matched_at'])}, not a moment in UTC.")
    by = row.get("matched_by")
    if by is not None and not (isinstance(by, str) and _MATCHED_BY.fullmatch(by)):
        yield broken(here, f"matched_by is {shown(by)}, neither name, link, booked_by nor a person.")


def check_edit(wire: Row) -> Iterator[Remark]:
    """Check the row of an edit by itself. `table` checks that its patron is on the roster."""
    row = from_wire(wire)
    here = str(row["crew_id"])
    missing = [name for name in ("what", "from", "to", "by") if not isinstance(row.get(name), str)]
    if missing:
        yield broken(here, f"has no {' and no '.join(missing)}.")
    elif not _BY.fullmatch(row["by"]):
        yield broken(here, f"by is {shown(row['by'])}, neither slack:…, web:… nor roster:….")
    if in_utc(row.get("at")) is None:
        yield broken(here, f"at is {shown(row.get('at'))}, not a moment in UTC.")
    ulid = here.removeprefix(CHANGE_ROW)
    if not _ULID.fullmatch(ulid):
        yield odd(here, "its id is not a ULID, so it is not sorted by time.")
    elif FORGOTTEN_AT not in row and not missing and _id_of(read_edit(row))[_CONTENT] != ulid[_CONTENT]:
        yield odd(here, "its id does not match its content: another program wrote or changed it.")


def _id_of(edit: Edit) -> str:
    """Return the id of the edit's row, but for its moment."""
    return row_id(edit, at=edit.at) if edit.what == REMINDED else edit.edit_id

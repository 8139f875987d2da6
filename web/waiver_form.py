"""Read the waiver page's request to sign into a `Signing`. All of its errors are reported together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from charter.drawing import LONGEST_PATH
from charter.names import is_plain, is_visible, without_unseen
from charter.patrons import LONGEST_NAME, check_name
from charter.refusals import FieldChecks, MinorMalformed, NameMalformed, NotAgreed, SignatureMissing, SignerUnknown
from charter.waivers import (
    LONGEST_CONTACT,
    LONGEST_NOTE,
    MOST_MINORS,
    OLDEST_MINOR,
    Mark,
    MarkKind,
    Minor,
    Signing,
    check_emergency_contact,
    check_mark,
    check_medical_note,
    check_minors,
    check_signature_id,
    check_signer,
)
from web.problems import FieldMalformed, text_of, unknown_fields
from web.waiver_pass import PassState  # noqa: TC001 - pydantic reads the annotation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# The body may be larger than the longest drawing, so that the check of drawings refuses one that is too long.
LARGEST_BODY = 256 * 1024

_NAME: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": r"[^\W\d_]"}
_ID = "^[A-Za-z0-9_-]{16,64}$"
_MARK: dict[str, Any] = {
    "description": "Drawn, as an SVG path of M, L, H, V, Q, C, Z on a pad of 600 by 240, or typed; text may be either",
    "oneOf": [
        _NAME,
        {
            "type": "object",
            "required": ["kind", "path"],
            "properties": {
                "kind": {"const": "drawn"},
                "path": {"type": "string", "maxLength": LONGEST_PATH},
            },
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["kind", "text"],
            "properties": {"kind": {"const": "typed"}, "text": _NAME},
            "additionalProperties": False,
        },
    ],
    "examples": [{"kind": "typed", "text": "Dave Kowalski"}],
}
_A_PATH = re.compile(r"[ \t\r\n]*[Mm][ \t\r\n]*[+-]?\.?[0-9]")  # no name begins like this
_MINORS: dict[str, Any] = {
    "type": "array",
    "maxItems": MOST_MINORS,
    "items": {
        "type": "object",
        "required": ["name", "age"],
        "properties": {"name": _NAME, "age": {"type": "integer", "minimum": 0, "maximum": OLDEST_MINOR}},
        "additionalProperties": False,
    },
}


def _for_captain(what: str, longest: int) -> dict[str, Any]:
    return {
        "description": f"{what}. Only the captain and the office see it, on the day of the trip. No answer returns it",
        "anyOf": [{"type": "string", "maxLength": longest}, {"type": "null"}],
    }


class WaiverSigning(BaseModel):
    """A waiver to sign. `read_signing` reads every field and reports all errors together."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="allow",  # an unknown field is reported together with the errors of the others
        json_schema_extra={
            "additionalProperties": False,
            "required": ["signature_id", "name", "agreed", "version", "signature"],
        },
    )

    signature_id: Annotated[object, WithJsonSchema({"type": "string", "pattern": _ID})] = None
    name: Annotated[object, WithJsonSchema({**_NAME, "examples": ["Dave Kowalski"]})] = None
    booked_by: Annotated[
        object,
        WithJsonSchema(
            {
                "description": "The name under which the party was booked, if it is not the signer's",
                "anyOf": [{"type": "string", "maxLength": LONGEST_NAME}, {"type": "null"}],
            }
        ),
    ] = None
    party: Annotated[
        object,
        WithJsonSchema(
            {
                "description": "The token of the party's personal link",
                "anyOf": [{"type": "string", "minLength": 1, "maxLength": 64}, {"type": "null"}],
            }
        ),
    ] = None
    minors: Annotated[object, WithJsonSchema(_MINORS)] = ()
    emergency_contact: Annotated[
        object, WithJsonSchema(_for_captain("Name and phone of somebody ashore", LONGEST_CONTACT))
    ] = None
    medical_note: Annotated[object, WithJsonSchema(_for_captain("What a medic should know", LONGEST_NOTE))] = None
    agreed: Annotated[object, WithJsonSchema({"const": True})] = None
    version: Annotated[object, WithJsonSchema({"type": "string", "description": "The version of the text"})] = None
    signature: Annotated[object, WithJsonSchema(_MARK)] = None


class SignedMinor(BaseModel):
    """A child for whom the guardian signed."""

    name: str
    age: int


class SignedParty(BaseModel):
    """The party whose personal link was opened, and the number of its people who have signed."""

    name: str
    signed: int
    people: int


class WaiverSigned(BaseModel):
    """A signed waiver. Anyone with the signature_id can open it at `?signed=`, so treat the id as a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    eid: str
    title: str = Field(description="The event's title, as it is in the evidence")
    starts_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    day_only: bool = Field(
        default=False,
        exclude_if=lambda known: not known,
        description="There, and true, where nobody knows the hour: show the day of `starts_at` alone",
    )
    boat: str | None = Field(description="The event's boat, if it is known")
    signature_id: str
    name: str
    patron_id: str | None = Field(description="The patron whose party's personal link was opened")
    booked_by: str | None
    minors: list[SignedMinor]
    version: str
    language: str = Field(description="The language of the text that was signed")
    signed_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    party: SignedParty | None
    standing: PassState = Field(description="Whether it still counts; all but `signed` come with a replay only")
    replayed: bool = Field(description="An earlier request with this signature_id signed it")


def read_signing(given: WaiverSigning, *, find_party: Callable[[str], str | None]) -> Signing:
    """Return the signing in a request's body. `find_party` gives the patron id of a party's token, or None.

    Raises one ExceptionGroup of all fields' Refusals.
    """
    checks = FieldChecks(unknown_fields(given))
    read = checks.run
    signature_id = read(lambda: check_signature_id(text_of(given.signature_id, "signature_id")))
    name = read(lambda: check_signer(text_of(given.name, "name")))
    booked_by = read(lambda: _booked_by(_optional(given.booked_by, "booked_by")))
    patron_id = read(lambda: None if given.party is None else _party(text_of(given.party, "party"), find_party))
    minors = read(lambda: _minors(given.minors))
    contact = read(lambda: check_emergency_contact(_optional(given.emergency_contact, "emergency_contact")))
    note = read(lambda: check_medical_note(_optional(given.medical_note, "medical_note")))
    read(lambda: _agreed(given.agreed))
    version = read(lambda: text_of(given.version, "version"))
    mark = read(lambda: _mark(given.signature))
    if checks.refusals or signature_id is None or name is None or minors is None or version is None or mark is None:
        raise checks.error("the signing")
    return Signing(
        signature_id=signature_id,
        name=name,
        mark=mark,
        version=version,
        patron_id=patron_id,
        booked_by=booked_by or "",
        minors=minors,
        emergency_contact=contact or "",
        medical_note=note or "",
    )


def _optional(value: object, field: str) -> str:
    return "" if value is None else text_of(value, field)


def _booked_by(text: str) -> str:
    """Return the name, or an empty text if it has no visible character. Raises NameMalformed."""
    if not is_visible(text):
        return ""
    if not is_plain(text):
        raise NameMalformed(whose="the name of who booked", field="booked_by", forged=True)
    try:
        return check_name(without_unseen(text))
    except NameMalformed:
        raise NameMalformed(whose="the name of who booked", field="booked_by") from None


def _party(token: str, find_party: Callable[[str], str | None]) -> str:
    patron_id = find_party(token)
    if patron_id is None:
        raise SignerUnknown
    return patron_id


def _agreed(value: object) -> None:
    if value is not True:
        raise NotAgreed


def _minors(value: object) -> tuple[Minor, ...]:
    if not isinstance(value, (list, tuple)):
        raise FieldMalformed("This must be a list of names and ages.", field="minors")
    return check_minors([_minor(line, f"minors.{place}") for place, line in enumerate(value)])


def _minor(line: object, field: str) -> tuple[str, int]:
    parts = _parts(line, {"name", "age"}, field)
    age = parts.get("age")
    if not isinstance(age, int) or isinstance(age, bool):
        raise MinorMalformed(OLDEST_MINOR, field=f"{field}.age")
    return text_of(parts.get("name"), f"{field}.name"), age


def _mark(value: object) -> Mark:
    if value is None:
        raise SignatureMissing
    if isinstance(value, str):
        return check_mark(MarkKind.DRAWN if _A_PATH.match(value) else MarkKind.TYPED, value)
    parts = _parts(value, {"kind", "path", "text"}, "signature")
    match parts.get("kind"):
        case "drawn":
            kind, name = MarkKind.DRAWN, "path"
        case "typed":
            kind, name = MarkKind.TYPED, "text"
        case _:
            raise FieldMalformed("A signature is drawn or typed.", field="signature.kind")
    _parts(value, {"kind", name}, "signature")
    return check_mark(kind, text_of(parts.get(name), f"signature.{name}"))


def _parts(value: object, names: set[str], field: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise FieldMalformed("This must be an object.", field=field)
    for name in value:
        if name not in names:
            raise FieldMalformed("There is no such field here.", field=f"{field}.{name[:80]}")
    return value

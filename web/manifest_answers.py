"""The models of a passenger list as the API answers it."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from web.answers import EID, AnswerModel, Moment

_BY: Final = "Name of who did it, or their id where no crew row has it"


class PassengerAnswer(AnswerModel):
    """One person whose name is known."""

    name: str
    guardian: str | None = Field(description="The signer for a minor; null for everybody else")
    signed: bool = Field(description="A signature covers the person")
    signed_at: str | None


class CheckedIn(AnswerModel):
    """The people of a party who are aboard."""

    count: int
    at: Moment
    by: str = Field(description=_BY)
    reason: str = Field(description="Why they came aboard although something was missing; mostly empty")


class Party(AnswerModel):
    """One party of the list."""

    patron_id: str
    name: str
    people: int
    passengers: list[PassengerAnswer]
    unnamed: int = Field(description="People of the party whose names nobody has given")
    aboard: CheckedIn | None
    missing: list[str] = Field(description="What the party lacks to be clear to board, without amounts")
    phone: str | None = Field(description="Null also where the token may not see it")
    state: Literal["no_show", "removed"] | None = Field(description="Null for a party that is expected")


class Crew(AnswerModel):
    """One person of the crew."""

    name: str
    role: str


class CastOffAnswer(AnswerModel):
    """The moment from which the list is frozen."""

    at: Moment
    by: str = Field(description=_BY)
    souls: int
    sha256: str = Field(description="Hash of the frozen list in the evidence")


class PrivateDetails(AnswerModel):
    """Emergency contact and medical note of a signer. The captain and the office see them, on the day of the trip."""

    name: str
    minors: list[str]
    emergency_contact: str
    medical_note: str


class Manifest(AnswerModel):
    """The passenger list of one event: as it is now or, after the cast-off, as it was frozen."""

    eid: str = Field(json_schema_extra=EID)
    title: str
    starts_at: Moment
    day_only: bool = Field(
        default=False,
        exclude_if=lambda known: not known,
        description="There, and true, where nobody knows the hour: show the day of `starts_at` alone",
    )
    status: Literal["scheduled", "cancelled"]
    boat: str | None
    capacity: int | None
    souls: int = Field(description="People aboard, minors included")
    expected: int = Field(description="People expected, minors included")
    captain: str | None
    crew: list[Crew]
    parties: list[Party]
    absent: list[Party] = Field(description="No-shows and removed patrons")
    unmatched: list[PassengerAnswer] = Field(description="Signers whose party is not known; they may be aboard")
    cast_off: CastOffAnswer | None
    phones: bool = Field(description="The token may see phone numbers now")
    private: list[PrivateDetails] = Field(description="On the day of the trip, for the captain and admins; else empty")
    private_unread: int = Field(description="Signatures whose private details could not be read now")

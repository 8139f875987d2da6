"""Rules of the waiver: valid signings, allowed signers, and the words of each refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from charter.events import Status
from charter.refusals import (
    EventCancelled,
    EventOver,
    ForCaptainMalformed,
    MinorMalformed,
    NameMalformed,
    SignatureIdMalformed,
    SignatureMalformed,
    SignatureMissing,
    SignerUnknown,
    TooManyMinors,
    WaiverChanged,
)
from charter.signatures import Signature
from charter.waivers import (
    Mark,
    MarkKind,
    Minor,
    Signed,
    Signing,
    WaiverText,
    check_emergency_contact,
    check_mark,
    check_medical_note,
    check_minors,
    check_signature_id,
    check_signer,
    check_signing,
    current_text,
)
from tests.builders import EID, NOW, an_event

TEXT = WaiverText("# Waiver\n\nRevised 2026-04-01.", "I agree.", "For my children.")
SPANISH = WaiverText("# Exención\n\nRevisado el 2026-04-02", "Acepto.", "Por mis hijos.", "es")


def a_signing(**changes: Any) -> Signing:
    """Dave's fields, as the page sends them."""
    usual = {"signature_id": "s" * 16, "name": "Dave", "mark": Mark(MarkKind.TYPED, "Dave"), "version": TEXT.version}
    return Signing(**{**usual, **changes})


def test_a_texts_version_is_the_day_of_its_revision_and_its_hash() -> None:
    assert TEXT.version == f"2026-04-01-{TEXT.sha256[:8]}"
    assert SPANISH.version == f"2026-04-02-{SPANISH.sha256[:8]}"
    others = [replace(TEXT, consent="x"), replace(TEXT, guardian="x"), replace(TEXT, markdown=TEXT.markdown + "x")]
    assert replace(TEXT, markdown="Revised 2026-04-03\n\nYou release us.").version.startswith("2026-04-03-")
    assert len({TEXT.sha256, *(each.sha256 for each in others)}) == 4
    assert replace(TEXT, language="es").sha256 == TEXT.sha256
    with pytest.raises(ValueError, match="The waiver's text has no line such as “Revised 2026-04-01”"):
        _ = replace(TEXT, markdown="2026-04-01 was the day").version
    assert current_text(SPANISH.version, [TEXT, SPANISH]) == SPANISH
    assert current_text("2020-01-01-00000000", [TEXT, SPANISH]) is None


def test_the_waiver_of_an_event_is_signed_until_it_is_over() -> None:
    event = an_event()
    end = event.starts_at + timedelta(hours=10)

    check_signing(a_signing(), event=event, texts=[SPANISH, TEXT], now=end)
    check_signing(a_signing(patron_id="dave"), event=event, texts=[TEXT], now=NOW)
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (EventCancelled, {"event": replace(event, status=Status.CANCELLED)}),
        (EventOver, {"now": end + timedelta(seconds=1)}),
        (SignerUnknown, {"signing": a_signing(patron_id="nobody")}),
        (WaiverChanged, {"texts": [SPANISH]}),
    ]
    for refusal, case in refused:
        asked = {"signing": a_signing(), "event": event, "texts": [TEXT], "now": NOW, **case}
        with pytest.raises(refusal) as raised:
            check_signing(asked.pop("signing"), **asked)
        if refusal in {EventCancelled, EventOver}:
            assert getattr(raised.value, "facts", {}) == {"title": event.title}, "other languages name the trip too"


def test_the_tables_entry_of_the_evidence_has_names_and_no_secrets() -> None:
    signing = a_signing(
        minors=(Minor("Kim", 7),), booked_by="Ana", patron_id="dave", emergency_contact="Bo 555", medical_note="bees"
    )
    signed = Signed(
        eid=EID,
        title="x",
        starts_at=NOW,
        signing=signing,
        text=SPANISH,
        signed_at=NOW,
        address="10.0.0.1",
        user_agent="phone",
    )

    assert signed.signature == Signature(
        signature_id="s" * 16,
        name="Dave",
        signed_at="2026-05-23T20:30:00.000Z",
        minors=("Kim",),
        version=TEXT.version,
        language="es",
        booked_by="Ana",
        party_link=True,
        for_captain=True,
    )
    assert signed.signature.matched_at is None, "nobody has matched it"
    assert not replace(signed, signing=a_signing()).signature.party_link
    kept = [a_signing(), a_signing(emergency_contact="x"), a_signing(medical_note="x")]
    assert [each.for_captain for each in kept] == [False, True, True]
    assert (kept[0].booked_by, kept[0].emergency_contact, kept[0].medical_note) == ("", "", "")
    assert "Bo 555" not in repr(signing)
    assert "bees" not in repr(signing)


def test_a_signatures_id_is_too_long_to_guess() -> None:
    for good in ("a" * 16, "A-_9" * 16):
        assert check_signature_id(good) == good
    for bad in ("a" * 15, "a" * 65, "a" * 15 + "!", ""):
        with pytest.raises(SignatureIdMalformed):
            check_signature_id(bad)


def test_a_signer_has_a_name_with_a_letter_in_it() -> None:
    assert check_signer("  Dave\u200b \n Kowalski ") == "Dave Kowalski"
    assert check_signer("海") == "海"
    for bad in ("", "123", "🚤", "x" * 81, "\u2800"):
        with pytest.raises(NameMalformed) as raised:
            check_signer(bad)
        assert raised.value.field == "name"
        assert "your full name" in str(raised.value)
    with pytest.raises(NameMalformed) as forged:
        check_signer("Dave | paid")
    assert str(forged.value) == str(NameMalformed(whose="your full name", field="name", forged=True))
    assert str(forged.value) != str(NameMalformed(whose="your full name", field="name", forged=False))
    with pytest.raises(NameMalformed) as minor:
        check_signer("7", field="minors.0.name")
    assert minor.value.field == "minors.0.name"
    assert str(minor.value) == str(NameMalformed(whose="the minor's full name", field="minors.0.name"))


def test_minors_are_children_with_names_and_every_fault_is_reported_at_once() -> None:
    assert check_minors([("Kim", 0), ("Lee", 17)]) == (Minor("Kim", 0), Minor("Lee", 17))
    assert len(check_minors([("Kim", 3)] * 10)) == 10
    with pytest.raises(TooManyMinors):
        check_minors([("Kim", 3)] * 11)
    with pytest.raises(ExceptionGroup) as several:
        check_minors([("", 18), ("Lee", -1), ("Kim", 5)])
    faults = [(type(each), getattr(each, "field", "")) for each in several.value.exceptions]
    assert faults == [
        (NameMalformed, "minors.0.name"),
        (MinorMalformed, "minors.0.age"),
        (MinorMalformed, "minors.1.age"),
    ]
    assert "17" in str(several.value.exceptions[1])


def test_a_mark_is_a_drawing_or_a_typed_name() -> None:
    assert check_mark(MarkKind.DRAWN, "M0 0L50 50") == Mark(MarkKind.DRAWN, "M0 0L50 50")
    assert check_mark(MarkKind.TYPED, " Dave ") == Mark(MarkKind.TYPED, "Dave")
    for kind, content, refusal in (
        (MarkKind.TYPED, " ", SignatureMissing),
        (MarkKind.DRAWN, "M0 0", SignatureMissing),
        (MarkKind.DRAWN, "Dave", SignatureMalformed),
    ):
        with pytest.raises(refusal):
            check_mark(kind, content)


def test_words_for_the_captain_are_one_line_and_not_too_long() -> None:
    assert check_emergency_contact(" Bo\n555\u200b 0100 ") == "Bo 555 0100"
    assert check_emergency_contact("Bo\ud800555 0100") == "Bo 555 0100"
    assert check_emergency_contact("911") == "911"
    assert check_emergency_contact(" \u2800 ") == check_medical_note("\n") == check_medical_note("\u0301") == ""
    assert check_medical_note("bees,\x00 nuts") == "bees, nuts"
    assert check_emergency_contact("1" * 120) == "1" * 120
    assert check_medical_note("x" * 300) == "x" * 300
    with pytest.raises(ForCaptainMalformed, match=r"phone number") as no_phone:
        check_emergency_contact("Bo 55")
    assert no_phone.value.field == "emergency_contact"
    with pytest.raises(ForCaptainMalformed) as long_contact:
        check_emergency_contact("1" * 121)
    expected = ForCaptainMalformed.too_long("emergency_contact", "a name and a phone number", 120)
    assert (str(long_contact.value), long_contact.value.field) == (str(expected), "emergency_contact")
    with pytest.raises(ForCaptainMalformed) as long_note:
        check_medical_note("x" * 301)
    expected = ForCaptainMalformed.too_long("medical_note", "what matters most", 300)
    assert (str(long_note.value), long_note.value.field) == (str(expected), "medical_note")

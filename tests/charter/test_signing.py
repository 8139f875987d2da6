"""Signings that are tried again after a failure at any step: one object, one entry, and both hold the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.events import Event, Status
from charter.refusals import EvidenceUnavailable, Refusal, SignatureReused, TableUnavailable, Unavailable, WaiverChanged
from charter.signing import Receipt, SigningOrigin, sign
from charter.waivers import Mark, MarkKind, Signed, Signing, WaiverText
from tests.builders import EID, NOW, an_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from charter.signatures import Signature

OLD = WaiverText("Text. Revised 2026-11-23", "I agree.", "I guard.")
NEW = WaiverText("Other text. Revised 2026-12-24", "I agree.", "I guard.")
ID = "d0c00000-0000-0000-0000-000000000001"


def a_signing(name: str = "Dave Kowalski", *, version: str = OLD.version) -> Signing:
    mark = Mark(MarkKind.TYPED, name)
    return Signing(signature_id=ID, name=name, mark=mark, version=version, patron_id="dave")


@dataclass
class Stores:
    """Both stores in memory. Writes get the next fault: `well` (none), `lost` (not written), `mute` (no answer)."""

    faults: Iterator[str]
    row: Event = field(default_factory=an_event)
    objects: dict[str, Signed] = field(default_factory=dict)
    entries: dict[str, Signature] = field(default_factory=dict)

    def event(self, eid: str) -> Event:
        assert eid == EID
        return replace(self.row, signatures=dict(self.entries))

    def captain(self, eid: str) -> str | None:
        raise AssertionError(eid)

    def sign(self, eid: str, signature: Signature) -> Signature:
        fault = next(self.faults, "well")
        if fault != "lost":
            assert eid == EID
            written = self.entries.setdefault(signature.signature_id, signature)
            if not written.has_content_of(signature):
                raise SignatureReused
        if fault != "well":
            raise TableUnavailable
        return self.entries[signature.signature_id]

    def keep(self, signed: Signed) -> Signed:
        fault = next(self.faults, "well")
        if fault != "lost":
            self.objects.setdefault(signed.signing.signature_id, signed)
        if fault != "well":
            raise EvidenceUnavailable
        return self.objects[signed.signing.signature_id]

    def find(self, eid: str, signature_id: str) -> Signed | None:
        assert eid == EID
        return self.objects.get(signature_id)

    def attempt(self, signing: Signing, *, minute: int = 0, text: WaiverText = OLD) -> Receipt:
        return sign(
            signing,
            eid=EID,
            texts=(text,),
            origin=SigningOrigin("203.0.113.9", f"browser {minute}"),
            now=NOW + timedelta(minutes=minute),
            signatures=self,
            evidence=self,
        )


@given(
    faults=st.lists(st.sampled_from(["well", "lost", "mute"]), max_size=12),
    since=st.sampled_from(["nothing", "text", "cancelled", "over", "roster"]),
)
def test_tries_until_an_answer_make_one_object_and_one_entry(faults: list[str], since: str) -> None:
    """Change the event as soon as the evidence is kept: from then on the change has no effect."""
    stores, text, day = Stores(iter(faults)), OLD, 0
    for attempt in range(len(faults) + 2):
        if stores.objects:
            text, day = (NEW if since == "text" else OLD), (2 if since == "over" else 0)
            stores.row = replace(
                stores.row,
                status=Status.CANCELLED if since == "cancelled" else Status.SCHEDULED,
                patrons={} if since == "roster" else stores.row.patrons,
            )
        try:
            receipt = stores.attempt(a_signing(), minute=attempt + day * 24 * 60, text=text)
        except Unavailable:
            continue
        assert list(stores.objects) == list(stores.entries) == [ID]
        assert stores.entries[ID] == receipt.signature
        assert receipt.signature.has_content_of(stores.objects[ID].signature)
        assert receipt.signature.patron_id in {"dave", None}
        return
    pytest.fail("never answered")


def test_other_content_after_a_try_that_broke_is_refused_and_the_first_is_kept() -> None:
    stores = Stores(iter(["well", "lost"]))
    with pytest.raises(TableUnavailable):
        stores.attempt(a_signing())

    with pytest.raises(SignatureReused):
        stores.attempt(a_signing("David Kowalski"))

    assert stores.attempt(a_signing(), minute=1).replayed
    assert stores.entries[ID].name == "Dave Kowalski"


def test_a_changed_text_refuses_who_had_not_signed_and_completes_who_had() -> None:
    stores = Stores(iter([]))
    with pytest.raises(WaiverChanged):
        stores.attempt(a_signing(), text=NEW)
    assert not stores.objects

    stores.attempt(a_signing())
    stores.entries.clear()
    receipt = stores.attempt(a_signing(), minute=1, text=NEW)

    assert receipt.replayed
    assert receipt.signed.text == OLD
    assert list(stores.entries) == [ID]


def test_a_signer_who_was_forgotten_is_answered_as_before_by_the_evidence() -> None:
    stores = Stores(iter([]))
    stores.attempt(a_signing())
    stores.entries[ID] = replace(stores.entries[ID], name="Signer 7F3A")

    assert stores.attempt(a_signing()).replayed


def test_who_says_to_have_read_another_text_under_the_same_id_is_refused() -> None:
    stores = Stores(iter([]))
    stores.attempt(a_signing())

    with pytest.raises(Refusal):
        stores.attempt(a_signing(version=NEW.version), text=NEW)

    assert stores.objects[ID].text == OLD

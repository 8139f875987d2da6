"""The boarding card counts people, how many of each party have signed, and the signatures that nobody matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour


def test_it_counts_people_and_says_how_many_of_a_party_have_signed(harbour: Harbour) -> None:
    harbour.log("p1", "ana", "250.00")
    harbour.sign("s1", name="Ana Lima", patron_id="ana")
    harbour.deliver()
    assert harbour.cards()[0].splitlines()[2:6] == [
        "🟠 0 of 3 clear to board",
        "2 paid · 1 signed",
        "🔴 Ana Lima: waiver (1 of 2 signed) missing",
        "🔴 Dave Kowalski: payment and waiver missing",
    ]
    harbour.sign("s2", name="Rui Lima", patron_id="ana", matched_by="link")
    harbour.deliver()
    assert harbour.cards()[0].splitlines()[2:4] == ["🟠 2 of 3 clear to board", "2 paid · 2 signed"]


def test_it_counts_the_signatures_that_nobody_matched(harbour: Harbour) -> None:
    harbour.log()
    harbour.sign("s1", name="Davy K.", patron_id=None)
    harbour.deliver()
    assert "1 signature not matched to the roster yet" in harbour.cards()[0]
    harbour.match("s1", "dave")
    harbour.deliver()
    assert "not matched" not in harbour.cards()[0]
    assert "🟠 1 of 3 clear to board" in harbour.cards()[0]

"""The boarding card counts people, how many of each party have signed, and the signatures that nobody matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


def test_it_counts_people_and_says_how_many_of_a_party_have_signed(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", "ana", "250.00")
    announce_stage.sign("s1", name="Ana Lima", patron_id="ana")
    announce_stage.deliver()
    assert announce_stage.cards()[0].splitlines()[2:7] == [
        "🟠 0 of 3 clear to board",
        "3 expected · 2 paid · 1 signed · 0 aboard",
        "🔴 1 party has not paid in full. /board shows crew which.",
        "🔴 Ana Lima: waiver (1 of 2 signed) missing",
        "🔴 Dave Kowalski: waiver missing",
    ]
    announce_stage.sign("s2", name="Rui Lima", patron_id="ana", matched_by="link")
    announce_stage.deliver()
    assert announce_stage.cards()[0].splitlines()[2:4] == [
        "🟠 2 of 3 clear to board",
        "3 expected · 2 paid · 2 signed · 0 aboard",
    ]


def test_it_counts_the_signatures_that_nobody_matched(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.sign("s1", name="Davy K.", patron_id=None)
    announce_stage.deliver()
    assert "1 signature not matched to the roster yet" in announce_stage.cards()[0]
    announce_stage.match("s1", "dave")
    announce_stage.deliver()
    assert "not matched" not in announce_stage.cards()[0]
    assert "🟠 1 of 3 clear to board" in announce_stage.cards()[0]

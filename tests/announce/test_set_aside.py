"""The post of a signature says that it was set aside as false, and the card no longer counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import EID, a_signature

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour


def test_a_false_signature_is_called_that_in_its_post_and_not_counted_on_the_card(harbour: Harbour) -> None:
    harbour.log()
    harbour.sign("s1")
    harbour.deliver()
    assert "🟠 1 of 3 clear to board" in harbour.cards()[0]

    for aside in (True, False):
        harbour.signatures.set_aside(
            EID, a_signature("s1").ref, aside=aside, by="slack:U0DANA", now=harbour.clock.now()
        )
        harbour.deliver()
        (post,) = [line for line in harbour.posts() if "waiver" in line.lower()]
        assert ("set aside as false, so it counts for nobody" in post) is aside
        assert ("clear to board" in post) is not aside
        assert ("1 of 3 clear to board" in harbour.cards()[0]) is not aside

"""The post of a signature says that it was set aside as false, and the card no longer counts it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

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
        assert post.splitlines()[-1] == ("Take back" if aside else "Set aside")
        assert ("1 of 3 clear to board" in harbour.cards()[0]) is not aside


@pytest.mark.parametrize("matched", ["by the system", "by a person", "not at all"])
def test_each_signatures_post_has_the_button_that_sets_it_aside_and_asks_first(harbour: Harbour, matched: str) -> None:
    own = matched == "by the system"
    harbour.sign("s1", name="Dave Kowalski" if own else "Davy K.", patron_id="dave" if own else None)
    harbour.deliver()
    if matched == "by a person":
        harbour.match("s1", "dave")
        harbour.deliver()

    (button,) = buttons(harbour)

    assert button["text"]["text"] == "Set aside"
    assert json.loads(button["value"]) == {"eid": EID, "ref": a_signature("s1").ref, "aside": True}
    assert button["confirm"]["title"]["text"] == "Set this signature aside?"
    assert "counts for nobody. It is kept, and can be taken back." in button["confirm"]["text"]["text"]

    harbour.signatures.set_aside(EID, a_signature("s1").ref, aside=True, by="slack:U0DANA", now=harbour.clock.now())
    harbour.deliver()

    (button,) = buttons(harbour)
    assert button["text"]["text"] == "Take back"
    assert "confirm" not in button, "taking back needs no question"
    assert len([line for line in harbour.posts() if "Waiver signed" in line]) == 1, "the post is updated in place"


def buttons(harbour: Harbour) -> list[dict[str, Any]]:
    """The buttons below the posts of signatures."""
    blocks = [block for post in harbour.slack.board.posts for block in post.blocks if block["type"] == "actions"]
    return [each for block in blocks for each in block["elements"] if each["action_id"].startswith("set_aside")]

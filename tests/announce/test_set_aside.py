"""The post of a signature says that it was set aside as false, and the card no longer counts it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_signature

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


def test_a_false_signature_is_called_that_in_its_post_and_not_counted_on_the_card(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log()
    announce_stage.sign("s1")
    announce_stage.deliver()
    assert "🟠 1 of 3 clear to board" in announce_stage.cards()[0]

    for aside in (True, False):
        announce_stage.signatures.set_aside(
            EID, a_signature("s1").ref, aside=aside, by="slack:U0DANA", now=announce_stage.clock.now()
        )
        announce_stage.deliver()
        (post,) = [line for line in announce_stage.posts() if "waiver" in line.lower()]
        assert ("set aside as false, so it counts for nobody" in post) is aside
        assert ("clear to board" in post) is not aside
        assert post.splitlines()[-1] == ("Take back" if aside else "Set aside")
        assert ("1 of 3 clear to board" in announce_stage.cards()[0]) is not aside


@pytest.mark.parametrize("matched", ["by the system", "by a person", "not at all"])
def test_each_signatures_post_has_the_button_that_sets_it_aside_and_asks_first(
    announce_stage: AnnounceStage, matched: str
) -> None:
    own = matched == "by the system"
    announce_stage.sign("s1", name="Dave Kowalski" if own else "Davy K.", patron_id="dave" if own else None)
    announce_stage.deliver()
    if matched == "by a person":
        announce_stage.match("s1", "dave")
        announce_stage.deliver()

    (button,) = buttons(announce_stage)

    assert button["text"]["text"] == "Set aside"
    assert json.loads(button["value"]) == {"eid": EID, "ref": a_signature("s1").ref, "aside": True}
    assert button["confirm"]["title"]["text"] == "Set this signature aside?"
    assert "counts for nobody. It is kept, and can be taken back." in button["confirm"]["text"]["text"]

    announce_stage.signatures.set_aside(
        EID, a_signature("s1").ref, aside=True, by="slack:U0DANA", now=announce_stage.clock.now()
    )
    announce_stage.deliver()

    (button,) = buttons(announce_stage)
    assert button["text"]["text"] == "Take back"
    assert "confirm" not in button, "taking back needs no question"
    assert len([line for line in announce_stage.posts() if "Waiver signed" in line]) == 1, (
        "the post is updated in place"
    )


def buttons(announce_stage: AnnounceStage) -> list[dict[str, Any]]:
    """The buttons below the posts of signatures."""
    blocks = [block for post in announce_stage.slack.board.posts for block in post.blocks if block["type"] == "actions"]
    return [each for block in blocks for each in block["elements"] if each["action_id"].startswith("set_aside")]

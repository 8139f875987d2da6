"""Menu that matches a signature to a patron ("This is…"), below a post and in the status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import Block, button, dialog, plain
from bot.kept import FormOutdated, read_kept
from bot.text import quoted
from charter.signatures import SignatureMatch

if TYPE_CHECKING:
    from charter.signatures import Signature

MATCH: Final = "match_signature"

# Prefix of an option for another person in a patron's party; the patron's id follows. No patron's id has a colon.
COMPANION: Final = "with:"

SET_ASIDE: Final = "set_aside"  # a number follows where a message has several

_BLOCK: Final = "match"
_PARTS: Final = 4  # of the block's id


def match_block(eid: str, signature: Signature) -> str:
    """Return the id of the block that holds the menu. It names the signature by its reference, never by its id."""
    return ":".join((_BLOCK, signature.ref, signature.patron_id or "", eid))


def match_menu(*, label: str = "This is…") -> Block:
    """Return the menu. Its options, the event's patrons and their parties, are read when it is opened."""
    return {"type": "external_select", "action_id": MATCH, "min_query_length": 0, "placeholder": plain(label)}


def read_match(block_id: str, picked: str) -> SignatureMatch:
    """Return the match for a picked option: a patron's id, or an id after COMPANION. Raises FormOutdated."""
    _, ref, seen, eid = _parts(block_id)
    patron_id = picked.removeprefix(COMPANION)
    return SignatureMatch(eid=eid, ref=ref, patron_id=patron_id, seen=seen or None, companion=patron_id != picked)


def _parts(block_id: str) -> list[str]:
    """Return the parts of a block id that `match_block` made. Raises FormOutdated."""
    parts = block_id.split(":", 3)
    if len(parts) != _PARTS:
        raise FormOutdated
    return parts


def aside_button(eid: str, signature: Signature, *, number: int = 0, named: bool = True) -> Block:
    """Return the button that sets a signature aside after a confirmation, or that takes it back."""
    label = "Take back" if signature.is_set_aside else "Set aside"
    if named:
        label += f" {quoted(signature.name, 40)}"
    value = json.dumps({"eid": eid, "ref": signature.ref, "aside": not signature.is_set_aside}, separators=(",", ":"))
    asks = {} if signature.is_set_aside else {"confirm": _question(signature)}
    return button(label, action_id=f"{SET_ASIDE}.{number}", value=value, **asks)


def _question(signature: Signature) -> Block:
    """Return the confirmation dialog before a signature is set aside."""
    text = f"The signature of {quoted(signature.name, 80)} then counts for nobody. It is kept, and can be taken back."
    return dialog("Set this signature aside?", text, "Set aside")


def read_aside(value: str) -> tuple[str, str, bool]:
    """Return the event's id, the signature's reference, and whether it is to be set aside, from a button's value."""
    read: dict[str, Any] = read_kept(value)
    return read["eid"], read["ref"], read["aside"]

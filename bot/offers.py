"""Answers to type-aheads: at most a hundred options, how many more fit, or why there are none.

Slack shows “No results” for an empty list. A note is an option that says why instead. It can be picked like any other,
so a pick of one is refused before any listener runs.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from bot.blocks import OPTIONS, Block, option, plain
from bot.text import clip
from charter.frozen import dataclass
from charter.references import REFERENCE
from charter.refusals import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_bolt import Ack

NOTE: Final = "note:"

_LONGEST_QUERY: Final = 30


class NotePicked(Malformed):
    """A note was picked instead of an option."""

    sentence = "That line only says why nothing fits. Type other letters, and pick from the list."


@dataclass(frozen=True, slots=True)
class Offered:
    """Options of a type-ahead. `left` more fit than are listed; `last` (optional) comes after all of them."""

    options: list[Block] = field(default_factory=list)
    left: int = 0
    last: Block | None = None

    def __iter__(self) -> Iterator[Block]:
        return iter([*self.options, *([self.last] if self.last else [])])


def first_hundred(options: list[Block]) -> Offered:
    """Return as many of the options as Slack takes."""
    return Offered(options[:OPTIONS], max(0, len(options) - OPTIONS))


def answer_with(ack: Ack, offered: Offered, *, nothing: str, then: str = "") -> None:
    """Answer a type-ahead. Without an option it is a note: `nothing` is the reason, and `then` what to do."""
    listed = list(offered)
    if not listed:
        ack(options=[note(nothing, then)])
    elif not offered.left:
        ack(options=listed)
    else:  # the label of a group cannot be picked
        more = f"Type more letters: {offered.left} more fit{'s' if offered.left == 1 else ''}"
        groups = [{"label": plain(more), "options": offered.options}]
        groups += [{"label": plain("Not in the list"), "options": [offered.last]}] if offered.last else []
        ack(option_groups=groups)


def note(text: str, then: str = "") -> Block:
    """Return the option that says why there are no others."""
    return option(text, NOTE, then)


def note_of(sentences: str) -> Block:
    """Return the note of a refusal: its first sentence, and below it a trouble's reference and the other sentences.

    Each is cut to what an option takes.
    """
    sentences, _, reference = sentences.partition(REFERENCE)
    first, _, rest = sentences.partition(". ")
    then = " ".join(filter(None, [f"{REFERENCE.strip()} {reference}" if reference else "", rest]))
    return note(f"{first}." if rest else first, then)


def refuse_notes(body: dict[str, Any]) -> None:
    """Raise NotePicked for each field in which a note was picked."""
    if body.get("type") == "view_submission":
        values = ((body.get("view") or {}).get("state") or {}).get("values") or {}
        picked = [block_id for block_id, held in values.items() for each in (held or {}).values() if _is_note(each)]
    else:
        picked = [str(done.get("block_id")) for done in body.get("actions") or () if _is_note(done)]
    if picked:
        raise ExceptionGroup("notes", [NotePicked(field=block_id) for block_id in picked])


def _is_note(element: object) -> bool:
    if not isinstance(element, dict):
        return False
    chosen = [element.get("selected_option"), *(element.get("selected_options") or ())]
    return any(isinstance(each, dict) and str(each.get("value")).startswith(NOTE) for each in chosen)


def said(query: str) -> str:
    """Return the typed letters in quotes, short enough for an option."""
    return f"“{clip(query, _LONGEST_QUERY)}”"

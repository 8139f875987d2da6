"""Lists that are shown page by page, and the buttons that turn the pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bot.blocks import Block, actions, button, context
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `number` counts from 0, `pages` is at least 1, `total` is the length of the whole list."""

    items: Sequence[T]
    number: int
    pages: int
    total: int


def page_of(items: Sequence[T], number: int, *, size: int) -> Page[T]:
    """Return page `number` of the items, or the nearest one there is."""
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 0), pages - 1)
    return Page(items[number * size : (number + 1) * size], number, pages, len(items))


def turn_button(label: str, action_id: str, **value: Any) -> Block:
    """Return a button that shows another page of `value`."""
    return button(label, action_id=action_id, value=json.dumps(value, separators=(",", ":")))


def pager(page: Page[Any], *, action: str, count: bool = False, **value: Any) -> list[Block]:
    """Return the buttons that turn the page, and its number; nothing for a single page.

    `action` begins the buttons' action ids. `count` adds how many items there are in all.
    """
    if page.pages == 1:
        return []
    back = [turn_button("‹ Back", f"{action}.back", page=page.number - 1, **value)] if page.number else []
    is_last = page.number + 1 == page.pages
    on = [] if is_last else [turn_button("Next ›", f"{action}.next", page=page.number + 1, **value)]
    counted = f" · {page.total} in all" if count else ""
    return [actions(*back, *on, block_id="pager"), context(f"Page {page.number + 1} of {page.pages}{counted}")]

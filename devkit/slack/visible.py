"""The visible text of Block Kit, and the group notifications (`<!channel>`) in a message."""

# ruff: noqa: ANN401  # a part of a block may be anything

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

Names = Callable[[str], str]
"""A function from an id (U…, C…, S…) to the name that Slack shows."""

_PINGS: Final = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
_SPECIAL: Final = re.compile(r"<([^<>\n]+)>")
_STYLES: Final = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(\S(?:[^\n{mark}]*\S)?){mark}(?![\w{mark}])") for mark in (r"\*", "_", "~", "`")
)


def unescape(text: str) -> str:
    """Return the text with Slack's three entities replaced by their characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """Return the text with Slack's three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str, names: Names) -> str:
    """Return the visible text of mrkdwn: `*Paid* <https://x|here> by <@U0DANA>` → `Paid here by @Dana Reyes`."""

    def special(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith("@"):
            return "@" + names(target[1:])
        if target.startswith("#"):
            return "#" + names(target[1:])
        if target.startswith("!subteam^"):
            return "@" + names(target.removeprefix("!subteam^"))
        if target.startswith("!date^"):
            return label or target
        if target.startswith("!"):
            return "@" + target[1:]
        return label or target

    # Formatting is removed first, so that marks in text that is unescaped later are kept.
    for style in _STYLES:
        text = style.sub(r"\1", text)
    return unescape(_SPECIAL.sub(special, text))


_LEAVES: Final[Mapping[str, Callable[[JSON, Names], str]]] = {
    "text": lambda leaf, _: str(leaf["text"]),
    "link": lambda leaf, _: str(leaf.get("text") or leaf["url"]),
    "emoji": lambda leaf, _: f":{leaf['name']}:",
    "user": lambda leaf, names: "@" + names(leaf["user_id"]),
    "usergroup": lambda leaf, names: "@" + names(leaf["usergroup_id"]),
    "channel": lambda leaf, names: "#" + names(leaf["channel_id"]),
    "broadcast": lambda leaf, _: f"@{leaf['range']}",
    "date": lambda leaf, _: str(leaf.get("fallback", "")),
    "color": lambda leaf, _: str(leaf["value"]),
}


def rich_text(part: JSON, names: Names) -> str:
    """Return the text of a rich_text block, with each section and list item on its own line."""
    if "elements" not in part:
        return _LEAVES[part["type"]](part, names)
    between = "" if part["type"] in {"rich_text_section", "rich_text_preformatted", "rich_text_quote"} else "\n"
    return between.join(rich_text(each, names) for each in part["elements"])


def cell(value: JSON, names: Names) -> str:
    """Return the text of one table cell."""
    if value["type"] == "rich_text":
        return rich_text(value, names)
    return str(value["text"])


def text_object(value: JSON | None, names: Names) -> str:
    """Return the text of a plain_text or mrkdwn object; an empty text for None."""
    if value is None:
        return ""
    return mrkdwn(value["text"], names) if value["type"] == "mrkdwn" else unescape(value["text"])


def _state_words(element: JSON, state: JSON | None, names: Names) -> Iterator[str]:
    """Yield the visible texts of an input: its value, or its placeholder when it is empty."""
    held = [value for key, value in (state or {}).items() if key != "type"]
    for value in held:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "text" in each:
                yield text_object(each["text"], names)
            elif each is not None:
                yield str(each)
    if not any(held):
        yield text_object(element.get("placeholder"), names)


def _element_words(element: JSON, state: JSON | None, names: Names) -> Iterator[str]:
    match element["type"]:
        case "plain_text" | "mrkdwn":
            yield text_object(element, names)
        case "image":
            yield element["alt_text"]
        case "button":
            yield text_object(element["text"], names)
        case "radio_buttons" | "checkboxes":
            for option in element["options"]:
                yield text_object(option["text"], names)
                yield text_object(option.get("description"), names)
        case _:
            yield from _state_words(element, state, names)


def _block_words(block: JSON, state_of: Callable[[JSON, JSON], JSON | None], names: Names) -> Iterator[str]:
    match block["type"]:
        case "table":
            yield "\n".join(" | ".join(cell(each, names) for each in row) for row in block["rows"])
            return
        case "rich_text":
            yield rich_text(block, names)
            return
        case "image":
            yield text_object(block["title"], names) if "title" in block else block["alt_text"]
            return
        case _:
            pass
    for key in ("label", "text"):
        yield text_object(block.get(key), names)
    yield from (text_object(each, names) for each in block.get("fields", ()))
    for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
        if element:
            yield from _element_words(element, state_of(block, element), names)
    yield text_object(block.get("hint"), names)


def words(blocks: list[JSON], names: Names, held: Mapping[tuple[str, str], JSON] | None = None) -> str:
    """Return the visible text of the blocks, one piece per line. `held` are the states of their inputs."""

    def state_of(block: JSON, element: JSON) -> JSON | None:
        return (held or {}).get((block.get("block_id", ""), element.get("action_id", "")))

    return "\n".join(piece for block in blocks for piece in _block_words(block, state_of, names) if piece)


def pings_in(payload: JSON) -> list[str]:
    """Return the `channel`, `here` and `everyone` that notify people. plain_text is left out, as it never does."""
    found = _PINGS.findall(str(payload.get("text") or ""))
    return found + list(_pings_within(payload.get("blocks") or []))


def _pings_within(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _pings_within(each)
    elif isinstance(value, dict):
        if value.get("type") == "broadcast":
            yield str(value["range"])
        elif value.get("type") == "mrkdwn":
            yield from _PINGS.findall(str(value.get("text")))
        else:
            for each in value.values():
                yield from _pings_within(each)

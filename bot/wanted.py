"""Words that ask `/payment-status` and `/waiver` for something else, instead of an event's status or its waiver.

These are apart from the commands, so that asking what is wanted imports none of them.
"""

from __future__ import annotations

from typing import Any, Final

from bot.text import typed

PUBLIC: Final = "public"
REMIND: Final = "remind"
ROSTER: Final = "roster"


def cash(body: dict[str, Any]) -> bool:
    """Return whether the command was sent with `cash` alone."""
    return _words(body) == ["cash"]


def boarding_card(body: dict[str, Any]) -> bool:
    """Return whether the last word of the command requests the card."""
    return _words(body)[-1:] == [PUBLIC]


def edit_event(body: dict[str, Any]) -> bool:
    """Return whether the command begins with `edit`."""
    return _words(body)[:1] == ["edit"]


def history(body: dict[str, Any]) -> bool:
    """Return whether a word of the command asks about the past."""
    from bot.understanding.moments import asks_about_the_past
    from bot.understanding.words import split_words

    return asks_about_the_past(split_words(_text(body)))


def lint(body: dict[str, Any]) -> bool:
    """Return whether the command was sent with `lint` alone."""
    return _words(body) == ["lint"]


def month(body: dict[str, Any]) -> bool:
    """Return whether the command asks for a month."""
    from bot.understanding.months import asks_for_month

    return asks_for_month(_text(body))


def new_event(body: dict[str, Any]) -> bool:
    """Return whether the command asks for the form and nothing else: `new` may also be a name."""
    return _words(body) in (["new"], ["new", "event"])


def open_money(body: dict[str, Any]) -> bool:
    """Return whether the command begins with `open`."""
    from bot.understanding.open_words import asks_for_open

    return asks_for_open(_text(body))


def roster(body: dict[str, Any]) -> bool:
    """Return whether the command begins with `roster`."""
    return _words(body)[:1] == [ROSTER]


def reminder(body: dict[str, Any]) -> bool:
    """Return whether the first or the last word of `/waiver` requests a reminder."""
    words = _words(body)
    return REMIND in {*words[:1], *words[-1:]}


def version(body: dict[str, Any]) -> bool:
    """Return whether the command was sent with `version` alone."""
    return _words(body) == ["version"]


def _text(body: dict[str, Any]) -> str:
    return typed(str(body.get("text") or ""))


def _words(body: dict[str, Any]) -> list[str]:
    return _text(body).lower().split()

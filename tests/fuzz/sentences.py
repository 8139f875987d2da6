"""Sentences of the words that the bot understands, in any order, as people type them behind a command."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from bot.understanding import amounts, days, events, money, numbers, parties, slips, vocabulary

if TYPE_CHECKING:
    import random
    from types import ModuleType

_MODULES: Final = (amounts, days, events, money, numbers, parties, slips, vocabulary)
_PLAIN: Final = ("dave", "ana", "lima", "120", "4")
_NUMBERS: Final = ("120", "4", "$60", "sixty")


@cache
def known_words(*modules: ModuleType) -> tuple[str, ...]:
    """Return the words that these modules know."""
    sets = [words for module in modules for words in vars(module).values() if isinstance(words, (frozenset, dict))]
    return tuple(sorted({word for words in sets for word in words if isinstance(word, str) and word[:2] != "__"}))


def sentence(rng: random.Random) -> str:
    """Draw a sentence: a number between two words about money, or up to nine words of any kind."""
    if rng.random() < 0.5:
        before, after = rng.choices(known_words(money), k=2)
        return f"{before} {rng.choice(_NUMBERS)} {after}"
    return " ".join(rng.choices((*known_words(*_MODULES), *_PLAIN * 20), k=rng.randint(1, 9)))

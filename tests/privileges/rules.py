"""The rule of one route: the permissions of crew and office, and the sentence of the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot import words

YES: Final = "yes"
OTHERWISE: Final = "yes, by another way"
"""Allowed, but the answer is another one than that of the person concerned. The rule's note says which."""

# The sentence that each of these people reads on every route but the public links.
OF_CREW: Final = "This is for the crew of Ship Captain Crew."
NOBODYS: Final = f"{OF_CREW} Full members of this workspace are crew, guests are not. Ask Olivia Park."
OUTSIDE: Final = f"{OF_CREW} Ask somebody of the crew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Permissions on a route for people with a role. Others may do nothing, unless `everybody` is true.

    `crew` is the person concerned, such as who logged the payment, and `others` is anybody else of the crew; where
    nobody is concerned both are the same. Each is YES, OTHERWISE, or the sentence that refuses. `writes`: the route
    changes the table. `public`: its answer is for the whole channel. `reads_first`: a refusal needs a read.
    """

    crew: str = YES
    others: str = ""
    office: str = YES
    writes: bool = False
    public: bool = False
    reads_first: bool = False
    everybody: bool = False
    note: str = ""

    @property
    def of_others(self) -> str:
        """Permission of crew who are not the person concerned."""
        return self.others or self.crew


def crew(*, writes: bool = False, public: bool = False, note: str = "") -> Rule:
    """Return the rule of a route for everybody of the crew, and the office."""
    return Rule(writes=writes, public=public, note=note)


def office(
    sentence: str = words.ADMINS_ONLY, *, writes: bool = False, reads_first: bool = False, note: str = ""
) -> Rule:
    """Return the rule of a route for the office alone."""
    return Rule(crew=sentence, writes=writes, reads_first=reads_first, note=note)


def link() -> Rule:
    """Return the rule of a button that only opens a public address."""
    return Rule(everybody=True)

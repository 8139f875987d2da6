"""The steps of a history. A step is plain data, so that a history can be repeated, cut and printed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tests.histories import fault_injection, long_faults
from tests.histories.fault_injection import MAIL, S3, SLACK, TABLE, Fault

if TYPE_CHECKING:
    from tests.histories.long_faults import LongFault

LONGEST: Final = 8
_PICKS: Final = 6
_AMOUNTS: Final = 10

# The weight of each act, about a hundred in all. Acts are in the modules that `acts.ACTS` lists.
WEIGHTS: Final[dict[str, int]] = {
    "log": 16,
    "log_group": 6,
    "log_by_api": 7,
    "log_same_again": 3,
    "log_walk_up": 4,
    "undo": 6,
    "undo_below_post": 3,
    "ask_office": 3,
    "void": 6,
    "refund": 5,
    "returned": 4,
    "adjust": 4,
    "edit_event": 4,
    "rename_event": 3,
    "cancel_event": 3,
    "settle": 4,
    "move_patron": 5,
    "add_patron": 3,
    "edit_patron": 3,
    "paste_roster": 2,
    "new_event": 2,
    "close_month": 2,
    "sign": 6,
    "match": 3,
    "set_aside": 2,
    "board": 5,
    "let_aboard": 3,
    "cast_off": 4,
    "reopen": 2,
    "remind": 2,
    "hand_over": 5,
    "answer_hand_over": 5,
    "read_home": 2,
    "read_status": 2,
    "read_api": 3,
    "canary": 1,
    "digest": 2,
    "sweep": 2,
    "remind_patrons": 1,
    "import_roster": 3,
    "adopt": 2,
    "forget": 2,
    "rename_by_roster": 2,
    "rebuild": 2,
    "announce": 12,
    "redeliver": 5,
    "press_again": 6,
    "restart": 4,
    "time_passes": 4,
}


# The weights of faults of table, Slack, S3 and mail, for acts that call the last two.
_SERVICES: Final = {
    "announce": (25, 30, 15, 30),
    "redeliver": (25, 30, 15, 30),
    "sign": (55, 0, 45, 0),
    "sweep": (50, 0, 0, 50),
    "remind_patrons": (50, 0, 0, 50),
}


@dataclass(frozen=True)
class Step:
    """One act with its faults. `picks` choose among the options; `number` is the step's own, also after a cut."""

    number: int
    act: str
    picks: tuple[int, ...] = (0,) * _PICKS
    faults: tuple[Fault, ...] = ()
    twice: str = ""
    """`after`, or `meanwhile`: the same request comes again after the first, or while the first is under way."""
    meanwhile: Step | None = None
    """Another act that happens in the middle of this one."""
    at: int = 0
    """The number of the call of the table before which the middle is."""
    long: LongFault | None = None
    """A fault of Slack that begins with this step and outlasts it."""

    def pick(self, place: int, of: int) -> int:
        """Return a number below `of`."""
        return self.picks[place] % of

    def amount(self, place: int = 0) -> Decimal:
        """Return an amount that no other step has, so that it identifies the entry."""
        return Decimal(2000 + self.number * _AMOUNTS + place).scaleb(-2)

    def __str__(self) -> str:
        """Return the step in one line, for a report."""
        parts = [f"{self.number}: {self.act} {','.join(map(str, self.picks))}"]
        parts += [f"{fault.kind} at {fault.service} call {fault.at} ×{fault.times}" for fault in self.faults]
        parts += [f"from here on {self.long}"] if self.long else []
        parts += [f"the same again {self.twice}, at call {self.at}"] if self.twice else []
        parts += [f"at call {self.at}: [{self.meanwhile}]"] if self.meanwhile else []
        return "; ".join(parts)


def history(seed: str, *, longest: int = LONGEST) -> list[Step]:
    """Return the steps of a seed."""
    chance = random.Random(seed)  # noqa: S311 - to repeat a history, not to hide anything
    names, weights = zip(*WEIGHTS.items(), strict=True)
    steps = []
    for number in range(chance.randint(max(1, longest // 2), longest)):
        step = _drawn(chance, number * 2, chance.choices(names, weights)[0])
        if not step.twice and chance.random() < 0.12:
            other = chance.choice(("log", "log_by_api", "void", "sign", "board", "edit_event", "announce", "refund"))
            step = replace(step, meanwhile=replace(_drawn(chance, number * 2 + 1, other), faults=(), twice=""))
        steps.append(step)
    # Pending announcements are also made under faults, before all faults end.
    return _with_long_faults([*steps, _drawn(chance, len(steps) * 2, "announce")], seed)


def _with_long_faults(steps: list[Step], seed: str) -> list[Step]:
    """Let a long fault begin at one step in eight. They are drawn apart: without them a seed has the same steps."""
    chance = random.Random(f"long faults of {seed}")  # noqa: S311 - as above
    return [replace(step, long=long_faults.drawn(chance)) if chance.random() < 1 / 8 else step for step in steps]


def _drawn(chance: random.Random, number: int, act: str) -> Step:
    picks = tuple(chance.randrange(1000) for _ in range(_PICKS))
    faults = tuple(_fault(chance, act) for _ in range(chance.choices((0, 1, 2), (45, 40, 15))[0]))
    twice = chance.choices(("", "after", "meanwhile"), (75, 13, 12))[0]
    return Step(number, act, picks, faults, twice, at=chance.randrange(4))


def _fault(chance: random.Random, act: str) -> Fault:
    service = chance.choices((TABLE, SLACK, S3, MAIL), _SERVICES.get(act, (65, 35, 0, 0)))[0]
    kinds = (*fault_injection.KINDS, fault_injection.DEATH, fault_injection.DEATH_AFTER)
    weights = (*(2,) * len(fault_injection.UNDONE), *(4,) * len(fault_injection.DONE), 2, 5, 5)
    kind = chance.choices(kinds, weights)[0]
    return Fault(service, chance.choice((0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 7, 9)), kind, chance.choice((1, 1, 2, 2, 3)))

"""A rush hour of a fleet, event by event: checks what the formulas of boats_model.py say.

Payments arrive by chance. Each is some requests to the bot one after another, and then a record in one of the shards of
the stream. A shard gathers a batch, and one execution works through it: the books by an optimistic write, then a post,
which waits for its channel. Everything follows from the seed.
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from boats_model import BATCH, PACE, SPREAD, WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from boats_model import Fleet


@dataclass
class Seen:
    """Result of a simulated rush. Times in seconds; `levels` says how long so many requests were executed at once.

    `busy` is how many shards worked on the average. `attempts` are those to write the books.
    """

    seconds: float
    payments: int = 0
    levels: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    busy: float = 0.0
    attempts: int = 0
    overtaken: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def executing(self) -> float:
        """The mean number of requests at once."""
        return sum(level * seconds for level, seconds in self.levels.items()) / self.seconds

    def executing_at_most(self, *, share: float) -> int:
        """Return the number of requests at once that was not exceeded in such a share of the time."""
        left, number = (1 - share) * sum(self.levels.values()), max(self.levels)
        while (left := left - self.levels[number]) > 0:
            number -= 1
        return number

    @property
    def mean_delay(self) -> float:
        """Seconds from the write of a payment to its post."""
        return sum(self.delays) / len(self.delays)


class Rush:
    """One rush: `shards` of one table that all boats share, and `channels` in which they are announced."""

    def __init__(self, fleet: Fleet, *, shards: int, channels: int, seed: int) -> None:
        self._fleet = fleet
        self._chance = random.Random(seed)
        self._queue: list[tuple[float, int, Callable[[float], None]]] = []
        self._turn = count()
        self._waiting: list[list[tuple[float, int]]] = [[] for _ in range(shards)]
        self._working = [False] * shards
        self._free = [0.0] * channels
        self._executing = 0
        self._since = 0.0
        self._wrote = 0.0  # when the books were last written
        self.seen = Seen(0.0)

    def run(self, seconds: float) -> Seen:
        """Let payments arrive for so long, and work until everything is announced."""
        self.seen.seconds, rate = seconds, self._fleet.rate * self._fleet.boats
        at = self._chance.expovariate(rate)
        while at < seconds:
            self._at(at, self._request(self._fleet.requests))
            at += self._chance.expovariate(rate)
        while self._queue:
            now, _, happen = heapq.heappop(self._queue)
            happen(now)
        self.seen.busy /= seconds
        return self.seen

    def _at(self, moment: float, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._turn), happen))

    def _request(self, left: int) -> Callable[[float], None]:
        """Return one request to the bot, after which the others of its payment follow."""

        def begin(now: float) -> None:
            self._count(now, 1)
            self._at(now + self._chance.expovariate(1 / self._fleet.request), end)

        def end(now: float) -> None:
            self._count(now, -1)
            if left > 1:
                self._at(now + self._chance.expovariate(1 / self._fleet.between), self._request(left - 1))
            else:
                self._written(now)

        return begin

    def _written(self, now: float) -> None:
        self.seen.payments += 1
        shard, channel = self._chance.randrange(len(self._waiting)), self._chance.randrange(len(self._free))
        self._waiting[shard].append((now, channel))
        if not self._working[shard]:
            self._working[shard] = True
            self._at(now + WINDOW, lambda then: self._batch(shard, then))

    def _batch(self, shard: int, now: float) -> None:
        """Let one execution work through the records that wait, at most a batch, and then begin the next one."""
        batch, self._waiting[shard] = self._waiting[shard][:BATCH], self._waiting[shard][BATCH:]
        self._record(shard, batch, now)

    def _record(self, shard: int, batch: list[tuple[float, int]], now: float) -> None:
        if not batch:
            if self._waiting[shard]:
                self._batch(shard, now)
            else:
                self._working[shard] = False
            return
        self._at(now + self._fleet.books - self._fleet.books_gap, lambda then: self._books(shard, batch, now, then))

    def _books(self, shard: int, batch: list[tuple[float, int]], began: float, read: float) -> None:
        """Write the books after the gap, unless somebody has written since they were read."""

        def write(now: float) -> None:
            self.seen.attempts += 1
            if self._wrote > read:
                self.seen.overtaken += 1
                self._books(shard, batch, began, now)
                return
            self._wrote = now
            self._post(shard, batch, began, now)

        self._at(read + self._fleet.books_gap, write)

    def _post(self, shard: int, batch: list[tuple[float, int]], began: float, now: float) -> None:
        (written, channel), *rest = batch
        posted = max(now, self._free[channel])
        self._free[channel] = posted + PACE
        done = posted + self._fleet.post * self._chance.uniform(1 - SPREAD, 1 + SPREAD)
        self.seen.delays.append(done - written)
        self.seen.busy += done - began
        self._at(done, lambda then: self._record(shard, rest, then))

    def _count(self, now: float, change: int) -> None:
        self.seen.levels[self._executing] += now - self._since
        self._executing += change
        self._since = now


def waited(rate: float, seconds: float, *, posts: int, seed: int) -> float:
    """Return the mean seconds that so many posts of one channel waited, one after another."""
    chance, now, free, total = random.Random(seed), 0.0, 0.0, 0.0
    for _ in range(posts):
        now += chance.expovariate(rate)
        total += max(0.0, free - now)
        free = max(free, now) + seconds
    return total / posts

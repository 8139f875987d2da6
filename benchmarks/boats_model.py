"""Formulas for a fleet of boats at its busiest: what each limit of AWS and Slack lets through.

All boats leave at the same hours, and most of a trip's patrons pay on the dock in the half hour before. A payment is
six requests to the bot, one write of the event's row, one record of the stream, one update of the books and one post.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Limits of AWS and Slack.
PARTITION_WRITES: Final = 1_000
"""Write units a second of one partition key of DynamoDB."""
LARGEST_ROW: Final = 400 * 1024
CONCURRENCY: Final = 1_000
"""Executions of Lambda at once, of all functions of an account together, unless more were asked for."""
PACE: Final = 1.05
"""Seconds between two posts in a channel: Slack wants one, see adapters/slack_posts.py."""
SHARDS: Final = 4
"""Shards of the stream of a new on-demand table: one for each partition of it."""
WINDOW: Final = 1.0
"""Seconds in which Lambda gathers a batch of the stream; see the mapping in infra/template.yaml."""
BATCH: Final = 25
SPREAD: Final = 0.5
"""A post takes its mean time, give or take as much of it, each time in between as likely as another."""


@dataclass(frozen=True)
class Fleet:
    """The boats, their trips, and how long each part of a payment takes, in seconds.

    `dock` is the share of a trip's payments that arrive in the `rush` before it leaves. `books_gap` is the time between
    the read and the write of the books: an update that another one overtakes in it is refused, and reads again.
    """

    boats: int = 1_000
    trips_a_day: int = 4
    patrons: int = 25
    dock: float = 0.6
    rush: float = 1_800.0
    requests: int = 6
    request: float = 0.1
    between: float = 4.0
    books: float = 0.06
    books_gap: float = 0.03
    post: float = 0.6

    @property
    def rate(self) -> float:
        """Payments a second of one boat in the rush."""
        return self.patrons * self.dock / self.rush

    @property
    def payments_a_month(self) -> int:
        """Payments of one boat in a month of 30 days, each of a patron."""
        return self.trips_a_day * 30 * self.patrons

    @property
    def announcing(self) -> float:
        """Mean seconds that one record keeps its shard busy: the books, the post, and the card's update."""
        return self.books + self.post

    @property
    def announcing_squared(self) -> float:
        """Mean of the square of these seconds."""
        return self.announcing**2 + (self.post * SPREAD) ** 2 / 3


def executions(rate: float, seconds: float) -> float:
    """Return the mean number of executions at once, by Little's law."""
    return rate * seconds


def at_most(mean: float, *, share: float = 0.9999) -> int:
    """Return the number that a Poisson variable with this mean does not exceed in such a share of the time."""
    number, term = 0, math.exp(-mean)
    total = term
    while total < share:
        number += 1
        term *= mean / number
        total += term
    return number


def wait(rate: float, seconds: float, *, squared: float | None = None) -> float:
    """Return the mean seconds of waiting for one server, by Pollaczek and Khinchine.

    It is infinite where the server never catches up. `squared` is the mean of the square of a service; without it each
    takes the same `seconds`.
    """
    load = rate * seconds
    if load >= 1:
        return math.inf
    return rate * (seconds**2 if squared is None else squared) / (2 * (1 - load))


def overtaken(rate: float, gap: float) -> float:
    """Return the probability that others write within the gap between a read and its write."""
    return 1 - math.exp(-rate * gap)


def boats_for(limit: float, each: float) -> int:
    """Return how many boats a limit lets through where each takes so much of it."""
    return math.floor(limit / each)

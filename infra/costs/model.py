"""The estimate: lines of quantities times prices, for an idle month, for payments, and for a season.

Durations and sizes are those of the local measurements (benchmarks, tests/bot/test_costs.py), rounded up. A line shows
the list price, and what is left of it after the free allowances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.costs.prices import PRICES, SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

AIM: Final = 1.00
"""Dollars that an idle month may cost by default."""

PAYMENTS: Final = 1_000
SEASON: Final = "6 months with 150 trips of 25 patrons, each with one payment and one signature"
SEASON_MONTHS: Final = 6
SEASON_PAYMENTS: Final = 150 * 25

_MONTH: Final = SECONDS / 86_400  # days
_GB: Final = 1_000_000_000
_LOGGED: Final = 600 / _GB  # Lambda's own three lines for a request
_COLD: Final = 1.7  # seconds of a start without a snapshot, the slowest function's


@dataclass(frozen=True)
class PricedFunction:
    """One function: its memory in MB, and the versions that have a snapshot."""

    name: str
    role: str
    """`bot`, `web`, `announce` or `mail`."""
    memory: int
    snapshots: int


@dataclass(frozen=True, kw_only=True)
class Setup:
    """The deployed parts, as far as it costs something. `unread` says what was assumed instead of read."""

    functions: tuple[PricedFunction, ...]
    alarms: int
    secrets: int = 2
    dashboards: int = 1
    keys: int = 0
    firewalls: int = 0
    recovery: bool = True
    fast_start: bool = False
    patron_mails: bool = False
    canary: bool = False
    table_gb: float = 0.0
    logs_gb: float = 0.0
    buckets_gb: float = 0.034
    """Two zips of 17 MB: the one that serves, and the one before."""
    retention: int | None = 90
    other_alarms: int = 0
    other_dashboards: int = 0
    unread: tuple[str, ...] = ()

    @property
    def mails(self) -> bool:
        """True if there is a function that sends mail."""
        return any(each.role == "mail" for each in self.functions)


@dataclass(frozen=True)
class CostLine:
    """One line: the quantity of a price. `used` is what others of the account use of the free allowance."""

    what: str
    quantity: float
    price: str
    used: float = 0.0

    @property
    def listed(self) -> float:
        """Dollars by the list price."""
        return self.quantity * PRICES[self.price].dollars


@dataclass(frozen=True)
class Estimate:
    """Lines, and the dollars of each after the free allowances."""

    lines: tuple[CostLine, ...]
    owed: tuple[float, ...]

    @property
    def listed(self) -> float:
        """Dollars by the list prices, without any free allowance."""
        return sum(line.listed for line in self.lines)

    @property
    def due(self) -> float:
        """Dollars after the free allowances."""
        return sum(self.owed)


def idle(setup: Setup) -> Estimate:
    """Return the estimate of a month in which nobody does anything."""
    return _estimate(_idle(setup, 1))


def payments(setup: Setup, count: int = PAYMENTS) -> Estimate:
    """Return what `count` payments in a month, and a signature for each, add to an idle month."""
    return _estimate(_payments(setup, count), after=_idle(setup, 1))


def season(setup: Setup) -> Estimate:
    """Return the estimate of a whole season, its idle costs included."""
    return _estimate((*_idle(setup, SEASON_MONTHS), *_payments(setup, SEASON_PAYMENTS)), months=SEASON_MONTHS)


def _estimate(lines: tuple[CostLine, ...], *, months: float = 1, after: tuple[CostLine, ...] = ()) -> Estimate:
    """Count each free allowance once: over the lines `after` which these come, then over these."""
    left = {name: price.free * months for name, price in PRICES.items()}
    owed = []
    for line in (*after, *lines):
        free = max(left[line.price] - line.used * months, 0.0)
        paid = max(line.quantity - free, 0.0)
        left[line.price] -= line.quantity - paid
        owed.append(paid * PRICES[line.price].dollars)
    return Estimate(lines, tuple(owed[len(after) :]))


def _idle(setup: Setup, months: int) -> tuple[CostLine, ...]:
    runs = list(_scheduled(setup))
    calls = sum(count for _, count, _ in runs) * months
    work = sum(count * seconds * each.memory / 1024 for each, count, seconds in runs) * months
    held = sum(each.memory / 1024 * each.snapshots for each in setup.functions)
    snapshots = sum(each.snapshots for each in setup.functions)
    # The digest and the search for what is late read the table once a day each, in half units of 4 KB.
    reads = 2 * _MONTH * setup.table_gb * _GB / 8192 + sum(count for each, count, _ in runs if each.role == "web") / 2
    return tuple(
        line
        for line in (
            CostLine("Secrets", setup.secrets * months, "secret"),
            CostLine("Alarms", setup.alarms * months, "alarm", setup.other_alarms),
            CostLine("Dashboard", setup.dashboards * months, "dashboard", setup.other_dashboards),
            CostLine("Keys of KMS", setup.keys * months, "key"),
            CostLine("Firewall", setup.firewalls * months, "firewall"),
            CostLine(f"Snapshots of {snapshots} versions", held * SECONDS * months, "snapshot_gb_s"),
            CostLine("Restores", _restored(setup, runs) * months, "restore_gb"),
            CostLine("Schedules", calls, "schedule"),
            CostLine("Requests of schedules", calls, "lambda_request"),
            CostLine("Their work", work, "lambda_gb_s"),
            CostLine("Reads of schedules", reads * months, "read_unit"),
            CostLine("Logs of schedules", calls * _LOGGED, "log_gb"),
            CostLine("Logs kept", _kept(setup, calls / months) * months, "log_kept_gb"),
            CostLine("Tables", setup.table_gb * months, "table_gb"),
            CostLine("Point-in-time recovery", setup.table_gb * months if setup.recovery else 0, "backup_gb"),
            CostLine("Buckets", setup.buckets_gb * months, "s3_gb"),
        )
        if line.quantity
    )


def _kept(setup: Setup, calls: float) -> float:
    """Return the GB of logs: those that are there, or those that schedules make within the retention."""
    days = setup.retention if setup.retention is not None else 3650
    return max(setup.logs_gb, calls * _LOGGED * days / _MONTH)


def _scheduled(setup: Setup) -> Iterable[tuple[PricedFunction, float, float]]:
    """Yield a function, its scheduled requests in a month, and the seconds of each."""
    knocks = _MONTH if setup.fast_start else _MONTH * 24 * 12
    for each in setup.functions:
        if each.role in {"bot", "web"}:
            yield each, knocks, 0.02
        elif each.role == "announce":
            # Digest, late announcements and canary payments, each a start of its own.
            yield each, _MONTH * (4 + 8 + (24 if setup.canary else 0)), 1.0 + _COLD
        else:
            yield each, _MONTH * 24 * 12, 0.1
            yield each, _MONTH * (8 + (11 if setup.patron_mails else 0)), 1.0


def _restored(setup: Setup, runs: Iterable[tuple[PricedFunction, float, float]]) -> float:
    """Return the GB that scheduled requests restore: one process each."""
    return sum(count * each.memory / 1024 for each, count, _ in runs if setup.fast_start and each.snapshots)


def _payments(setup: Setup, count: int) -> tuple[CostLine, ...]:
    """Return what payments add. Each is a form with four lists, a post, a card, and one signed waiver."""
    memory = {each.role: each.memory / 1024 for each in setup.functions}
    bot, web, announce = 6.0, 3.0, 3.0  # requests: the command, type-ahead and submit; page, signature, copy; records
    mail = 2.0 if setup.mails else 0.0
    calls = count * (bot + web + announce + mail)
    work = count * (
        bot * 0.1 * memory.get("bot", 1)
        + web * 0.2 * memory.get("web", 1)
        + announce * 2.0 * memory.get("announce", 0.5)
        + mail * 1.0 * memory.get("mail", 0.5)
    )
    mails = (2.0 if setup.mails else 0.0) + (2.0 if setup.patron_mails else 0.0)
    starts = count * 0.5  # a cold process every other payment
    return tuple(
        line
        for line in (
            CostLine("Requests", calls, "lambda_request"),
            CostLine("Their work", work + (0 if setup.fast_start else starts * _COLD), "lambda_gb_s"),
            CostLine("Restores", starts if setup.fast_start else 0, "restore_gb"),
            # A row of an event has up to 30 KB; the books are four rows in a transaction; announcements, three.
            CostLine("Writes", count * (30 + 2 + 12 + 3), "write_unit"),
            CostLine("Reads", count * (6 * 8 + 4 * 8 + 14 + 8), "read_unit"),
            CostLine("Logs", calls * 3 * _LOGGED, "log_gb"),
            CostLine("Custom metrics", count * 3, "metric_hour"),
            CostLine("Evidence, written", count * 2, "s3_put"),
            CostLine("Evidence, kept a month", count * 0.0003, "s3_gb"),
            CostLine("Requests to CloudFront", count * 6, "cloudfront_request"),
            CostLine("Runs of its functions", count * 6, "cloudfront_function"),
            CostLine("Data from CloudFront", count * 0.0005, "cloudfront_gb"),
            CostLine("Mails", count * mails, "mail"),
        )
        if line.quantity
    )

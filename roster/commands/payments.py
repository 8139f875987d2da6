"""`payments`: the command for payments that an older system logged."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from charter.moments import utc
from charter.money import format_amount
from charter.settings import DEFAULT_METHODS
from roster.adopting.payments import ADD, EACH, ONCE, REPLACE, Choices, Lifting, find
from roster.adopting.reading import ReadingRules
from roster.adopting.standing import AdoptionState
from roster.plans import agreed, changing
from roster.wording import counted
from terminal.failures import Stopped
from terminal.old_payments import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from roster.adopting.payments import Difference, Findings, Lift, Place
    from roster.services import Services

_CORRECTED = (*FIELDS, "patron_id")


@click.group()
def payments() -> None:
    """Bring payments of an older system into the ledger."""


@payments.command()
@click.option("--method", "methods", multiple=True, metavar="OLD=NEW", help="Read the method OLD as NEW. Repeatable.")
@click.option(
    "--by", "people", multiple=True, metavar="OLD=NEW", help="Read logged_by OLD as slack:U… or web:NAME. Repeatable."
)
@click.option(
    "--known-methods",
    envvar="PAYMENT_METHODS",
    default=",".join(DEFAULT_METHODS),
    show_default=True,
    help="The methods of the boat.",
)
@click.option(
    "--correct",
    "corrections",
    multiple=True,
    type=(str, str, str, click.Choice(_CORRECTED), str),
    metavar="EID ROW PATRON FIELD VALUE",
    help="Read one field of one payment as VALUE. The row stays as it is. Repeatable.",
)
@click.option(
    "--copies",
    type=click.Choice([ONCE, EACH]),
    help="The same payment in several rows of an event: lift it once, or each of them. Default: neither.",
)
@click.option(
    "--changed",
    type=click.Choice([ADD, REPLACE]),
    help="Payments that changed after they were lifted: add the new one, or replace the earlier. Default: ask.",
)
@changing
@click.pass_obj
def adopt(  # noqa: PLR0913 - click hands over each option by itself
    services: Services,
    *,
    methods: Sequence[str],
    people: Sequence[str],
    known_methods: str,
    corrections: Sequence[tuple[str, str, str, str, str]],
    copies: str | None,
    changed: str | None,
    yes: bool,
    dry_run: bool,
) -> None:
    """Lift payments that stand in rows other than the event's own into the ledger, each once.

    An older system kept them in crew rows and elsewhere, where nothing counts them. Those rows stay as they are, and
    nothing is announced. Whatever cannot be read with certainty is listed and left. Run the same command again after
    an interruption, and as long as the older system still logs payments.
    """
    now = datetime.now(UTC)
    known = tuple(word.strip().lower() for word in known_methods.split(",") if word.strip())
    reading = ReadingRules(now=now, known=known, methods=_pairs(methods, lower=True), people=_pairs(people))
    lifting = Lifting(services.client, services.table, reading, currency=services.currency, moment=utc(now))
    with services.console.counting(f"Reading {services.table}") as advance:
        olds = find(services.client, services.table, advance)
        given = Choices(corrections=_by_place(corrections), copies=copies)
        found = lifting.plan(olds, given)
    if found.differing:
        decided = _decide(services, found.differing, changed, ask=not (yes or dry_run))
        found = lifting.plan(olds, Choices(corrections=given.corrections, copies=copies, changed=decided))
    _report_left(services, found)
    done = found.counts[AdoptionState.LIFTED] + found.counts[AdoptionState.THERE]
    if done:
        services.console.note(f"{counted(done, 'payment')} in other rows: in the ledger already.")
    if not found.lifts:
        if not found.left:
            services.console.say("There is nothing to lift: no payment stands outside the ledger.")
    elif agreed(services.console, [*_sums(found), *_lines(found)], yes=yes, dry_run=dry_run, question="Lift them?"):
        _carry_out(services, lifting, found)
    if found.left:
        raise Stopped(f"{counted(found.left, 'payment')} left as they are: see above.")


def _carry_out(services: Services, lifting: Lifting, found: Findings) -> None:
    refused, lifted = [], 0
    with services.console.counting("Lifting the payments", total=sum(map(len, found.lifts.values()))) as advance:
        for eid, lifts in sorted(found.lifts.items()):
            try:
                lifted += lifting.carry_out(eid, lifts)
            except Stopped as stopped:
                refused.append(stopped.message)
            advance(len(lifts))
    services.console.say(f"{counted(lifted, 'payment')} lifted. The rows that they come from are as they were.")
    for sentence in refused:
        services.console.warn(sentence)
    if refused:
        raise Stopped(f"{counted(len(refused), 'event')} not done: see above. Run the same command again.")


def _decide(services: Services, differing: Iterable[Difference], changed: str | None, *, ask: bool) -> dict[Place, str]:
    """Return the operator's decision for each payment that changed; none for those that are to be left."""
    decided: dict[Place, str] = {}
    for each in differing:
        choice = changed
        if choice is None and ask:
            services.console.warn(_difference(each))
            try:
                choice = click.prompt(
                    "Add it as another payment, replace the earlier one, or skip it?",
                    type=click.Choice([ADD, REPLACE, "skip"]),
                    default="skip",
                    err=True,
                )
            except click.Abort:
                choice = None
        if choice in {ADD, REPLACE}:
            decided[each.old.eid, each.old.row, each.old.patron_id] = str(choice)
    return decided


def _report_left(services: Services, found: Findings) -> None:
    warn = services.console.warn
    for old, reason in found.unreadable:
        how = "It is left; --correct reads one field otherwise." if old.patron_id else "It is no map, and is left."
        warn(f"{old.eid}, {old.where}: {reason}. {how}")
    for each in found.differing:
        warn(f"{_difference(each)} It is left; --changed add or --changed replace decides.")
    for group in found.copies:
        rows = " and ".join(old.row for old in group)
        warn(f"{group[0].eid}: the same payment of {group[0].patron_id} is in {rows}. Left; see --copies once or each.")
    for eid in dict.fromkeys(old.eid for old in found.homeless):
        number = sum(old.eid == eid for old in found.homeless)
        warn(f"{eid}: {counted(number, 'payment')}, but the event has no row of its own. Run first: events adopt")


def _difference(each: Difference) -> str:
    before, now = (
        f"{format_amount(entry.amount, each.currency)} by {entry.method} of {entry.timestamp:%Y-%m-%d %H:%M} UTC"
        for entry in (each.before, each.now)
    )
    return f"{each.old.eid}, {each.old.where}: {before} was lifted, and {now} is there now."


def _sums(found: Findings) -> Iterator[str]:
    """Yield the sums by currency, and by currency and method."""
    totals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for eid, lifts in found.lifts.items():
        for lift in lifts:
            totals[found.currencies[eid]][lift.entry.method] += lift.entry.amount
            for before in lift.replaced:
                totals[found.currencies[eid]][before.method] -= before.amount
    number = sum(map(len, found.lifts.values()))
    for currency, methods in sorted(totals.items()):
        parts = ", ".join(f"{method} {format_amount(amount, currency)}" for method, amount in sorted(methods.items()))
        whole = format_amount(sum(methods.values(), Decimal(0)), currency)
        yield f"{counted(number, 'payment')} of {counted(len(found.lifts), 'event')}, {whole} in all: {parts}"


def _lines(found: Findings) -> Iterator[str]:
    for eid, lifts in sorted(found.lifts.items()):
        for lift in lifts:
            yield f"{eid}: {_line(lift, found.currencies[eid])}"


def _line(lift: Lift, currency: str) -> str:
    entry = lift.entry
    who = lift.patron_id if lift.known else f"{lift.patron_id} (name unknown)"
    instead = "".join(f", in place of {format_amount(each.amount, currency)}" for each in lift.replaced)
    return (
        f"{who} {format_amount(entry.amount, currency)} {entry.method}, {entry.timestamp:%Y-%m-%d %H:%M} UTC "
        f"by {entry.logged_by}, from the row {lift.old.row}{instead}"
    )


def _pairs(texts: Iterable[str], *, lower: bool = False) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if wrong := [old for old, equals, new in pairs if not equals or not new.strip()]:
        raise click.UsageError(f"“{wrong[0]}”: the form is OLD=NEW.")
    return {old.strip().lower() if lower else old.strip(): new.strip() for old, _, new in pairs}


def _by_place(corrections: Iterable[tuple[str, str, str, str, str]]) -> dict[Place, dict[str, str]]:
    found: dict[Place, dict[str, str]] = defaultdict(dict)
    for eid, row, patron_id, name, value in corrections:
        found[eid, row, patron_id][name] = value
    return found

"""`advisories`: ask the feed of known advisories about every pin, and keep the date."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.bill import looked_at
from infra.bill.advisories import FEED, FeedUnreachable, find_advisories
from infra.bill.pins import every_pin
from infra.packing.package import ROOT
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.bill.advisories import Advisory
    from infra.bill.looked_at import PinLook
    from infra.bill.pins import Pin
    from infra.services import Services
    from terminal.console import Console

_EXAMPLES = """
\b
Examples:
  python -m infra advisories                      ask, and show what is known
  python -m infra advisories --record             ask, and keep the date of each pin
  python -m infra advisories --record --offline   date what is new, without asking
"""


@click.command(epilog=_EXAMPLES)
@click.option("--record", is_flag=True, help="Write the dates into infra/bill/looked-at.txt.")
@click.option("--offline", is_flag=True, help="Ask nobody.")
@click.option("--strict", is_flag=True, help="Fail where the feed cannot be asked.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=looked_at.FILE,
    help="The file with the dates.  [default: infra/bill/looked-at.txt]",
)
@click.pass_obj
def advisories(services: Services, /, file: Path, *, record: bool, offline: bool, strict: bool) -> None:
    """Ask OSV (osv.dev) whether an advisory is known for a pinned package, of PyPI or npm.

    Where the feed does not answer, each pin still has the day on which it was last looked at. Exit status 1 when an
    advisory is known. The variable OSV_URL names another feed of the same form.
    """
    console, today = services.console, datetime.now(UTC).date()
    where: dict[Pin, list[str]] = {}
    for name, pin in every_pin(ROOT):
        where.setdefault(pin, []).append(name)
    looks = looked_at.read_looks(file) if file.exists() else {}
    found = None if offline else _asked(list(where), console, looks)
    if record:
        clean = {pin.key for pin in where} - {each.pin.key for each in found or ()} if found is not None else set()
        keys = [pin.key for pin in where]
        looked_at.write_looks(looked_at.renewed(looks, keys, asked=clean, today=today), file)
        console.say(f"{file}: {len(where)} pins, with their dates.")
    if found is None:
        if strict:
            raise Stopped("Nobody was asked about advisories.")
        return
    _show(found, where, console)


def _asked(pins: list[Pin], console: Console, looks: Mapping[str, PinLook]) -> list[Advisory] | None:
    """Return the advisories; None, with a warning that says what is known instead, where the feed does not answer."""
    feed = os.environ.get("OSV_URL") or FEED
    try:
        with console.step(f"Asking {feed} about {len(pins)} pins"):
            return find_advisories(pins, feed=feed)
    except FeedUnreachable as why:
        days = sorted(look.day for pin in pins if (look := looks.get(pin.key)))
        since = f"The pins were last looked at between {days[0]} and {days[-1]}." if days else "No pin has a date."
        console.warn(f"{feed} cannot be asked from here ({why}), so nothing is known about advisories. {since}")
        return None


def _show(found: list[Advisory], where: Mapping[Pin, list[str]], console: Console) -> None:
    """Show each advisory. Raises Exit with status 1 when one may concern the product."""
    for each in found:
        if each.reason:
            console.note(f"{each.line()} It does not concern this product: {each.reason}")
        else:
            console.say(f"{each.line()} It is pinned by {', '.join(where[each.pin])}.")
    known = [each for each in found if not each.reason]
    if known:
        console.say(f"{len(known)} advisories are known. Run `make lock ARGS='--upgrade-package NAME'`.")
        raise click.exceptions.Exit(1)
    console.say(f"No advisory is known for {len(where)} pins.")

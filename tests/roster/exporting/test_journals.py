"""Journals of `export payments`, checked by hledger and beancount."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from beancount import loader
from beancount.core import data, realization
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.ledger import DynamoLedger
from charter.events import Event
from charter.exported import ExportedEntry, ExportedLedger
from charter.payments import Entry, Kind, Source
from charter.returned import Returned
from exports.journals import as_beancount, as_hledger
from tests.builders import DANA, EID, NOW, ZONE, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from typing import Any

    from tests.roster.operating import Operator

HLEDGER = shutil.which("hledger")
needs_hledger = pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed; CI installs Debian's")
MIA = "2026-06-02-captain-mia-sunset"


def _beancount(journal: str) -> tuple[list[Any], list[str]]:
    entries, errors, _ = loader.load_string(journal)
    return entries, [error.message for error in errors]


def _hledger(journal: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert HLEDGER is not None
    return subprocess.run(  # noqa: S603 - the tool itself, on our own text
        [HLEDGER, "-f", "-", *arguments], input=journal, capture_output=True, text=True, check=False
    )


@pytest.fixture
def paid(operator: Operator) -> Operator:
    """Log cash that Dana took and the office partly refunded, a voided venmo, and another event in euros."""
    operator.put(a_row(), a_row(MIA, currency="EUR", patrons={"d.k@x": {"name": 'Da"ve | ; \\ date:2020-99'}}))
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    log: Any = {"by": DANA, "source": Source.SLACK, "now": NOW}
    office: Any = {"by": "slack:U0OLIVIA", "source": Source.SLACK, "now": NOW + timedelta(days=2)}
    ledger.log(a_draft("p1", notes='half; now\n | "quoted" [2020-99-99] \u202eevil'), **log)
    ledger.log(replace(a_draft("p2", "ana", "50", method="cash"), tip=Decimal(5)), **log)
    ledger.log(replace(a_draft("p4", amount="1"), tip=Decimal("0.50")), **log)
    ledger.log(a_draft("p3", "d.k@x", eid=MIA, method="venmo"), **log)
    ledger.reverse(a_refund("r1", "25"), **office)
    ledger.reverse(a_void("p2", "ana"), **office)
    return operator


def test_beancount_accepts_the_journal_and_finds_the_tables_amounts(paid: Operator) -> None:
    journal = paid.done("export", "payments", "--format", "beancount").stdout
    entries, errors = _beancount(journal)

    assert errors == []
    assert "\u202e" not in journal  # it would turn the writing around
    tree = realization.realize(entries)  # type: ignore[no-untyped-call]  # beancount's own
    balance = {account.account: str(account.balance) for account in _leaves(tree)}
    assert balance == {
        "Assets:Cash:Slack-U0DANA": "(126.50 USD)",  # with one tip; the void came out of Dana's hands
        "Assets:Cash:Slack-U0OLIVIA": "(-25.00 USD)",
        "Assets:Venmo": "(125.00 EUR)",
        "Income:Tips": "(-0.50 USD)",
        f"Income:Trips:{EID}:P-dave": "(-101.00 USD)",
        f"Income:Trips:{EID}:P-ana": "()",
        f"Income:Trips:{MIA}:{_of(balance, 'X-d-k-x-')}": "(-125.00 EUR)",
    }
    assert sum(isinstance(entry, data.Balance) for entry in entries) == 6
    payees = {entry.payee for entry in entries if isinstance(entry, data.Transaction)}
    assert 'Da"ve | ; \\ date:2020-99' in payees


def _leaves(account: Any) -> list[Any]:
    below = [leaf for child in account.values() for leaf in _leaves(child)]
    return [account, *below] if account.txn_postings else below


def _of(balance: dict[str, str], start: str) -> str:
    return next(part for name in balance for part in name.split(":") if part.startswith(start))


@needs_hledger
def test_hledger_accepts_the_journal_strictly_and_finds_the_tables_amounts(paid: Operator) -> None:
    journal = paid.done("export", "payments", "--format", "hledger").stdout

    checked = _hledger(journal, "check", "--strict")
    assert (checked.returncode, checked.stderr) == (0, "")
    described = _hledger(journal, "descriptions").stdout.splitlines()
    assert 'Da"ve / , \\ date:2020-99 | payment, venmo' in described
    balance = _hledger(journal, "balance", "--flat", "--no-total", "-O", "csv").stdout.splitlines()
    assert '"Assets:Cash:Slack-U0DANA","126.50 USD"' in balance
    assert f'"Income:Trips:{EID}:P-dave","-101.00 USD"' in balance


@needs_hledger
@pytest.mark.parametrize("form", ["hledger", "beancount"])
def test_a_journal_that_was_tampered_with_is_refused_by_its_tool(paid: Operator, form: str) -> None:
    journal = paid.done("export", "payments", "--format", form).stdout
    forged = journal.replace("Slack-U0DANA  125.00 USD", "Slack-U0DANA  124.99 USD").replace(
        "P-dave  -125.00 USD", "P-dave  -124.99 USD"
    )

    assert forged != journal
    if form == "beancount":
        assert any("Balance failed" in message for message in _beancount(forged)[1])
    else:
        assert "balance assertion" in _hledger(forged, "check").stderr


@needs_hledger
@pytest.mark.parametrize(
    "choice", [["--method", "cash"], ["--by", "U0DANA"], ["--event", EID], ["--logged", "2026-06"]]
)
def test_a_chosen_part_is_a_journal_too(paid: Operator, choice: list[str]) -> None:
    for form in ("beancount", "hledger"):
        journal = paid.done("export", "payments", "--format", form, *choice).stdout
        assert f"only {'of event' if '--event' in choice else ''}".strip() in journal
        assert (
            (_beancount(journal)[1] == [])
            if form == "beancount"
            else (_hledger(journal, "check", "-s").returncode == 0)
        )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "; date:2020-99-99",
        "a | b ; c",
        '"',
        "\\",
        "\\n",
        "[2020-99]",
        "(x)",
        "=1 USD",
        "* x",
        "#tag ^link",
        "\u202eevil",
    ]
)
PATRON_IDS = st.from_regex(r"[A-Za-z0-9._@+-]{1,12}", fullmatch=True)
AMOUNTS = st.integers(-1_000_000, 1_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - drawn in UTC


@st.composite
def event_ledgers(draw: st.DrawFn) -> ExportedLedger:
    """Generate an event with entries as any program may have written them."""
    eid = draw(st.sampled_from([EID, MIA, "2026-05-20", "2026-05-20_Odd.Id"]))
    currency = draw(st.sampled_from(["USD", "EUR"]))
    event = Event(eid=eid, title="x", starts_at=NOW, currency=currency)
    lines = []
    for patron_id in sorted(draw(st.sets(PATRON_IDS, max_size=4))):
        moments = sorted(draw(st.lists(MOMENTS, min_size=1, max_size=4)))
        for place, moment in enumerate(moments):
            entry = Entry(
                payment_id=draw(TEXTS) or str(place),
                kind=draw(st.sampled_from(Kind)),
                amount=draw(AMOUNTS),
                method=draw(st.sampled_from(["cash", "Venmo", "gift card", "Überweisung", "現金"])),
                logged_by=draw(st.sampled_from([DANA, "web:olivia@example.com", "", "web:x y"])),
                timestamp=moment,
                source=Source.SLACK,
                notes=draw(TEXTS),
                reason=draw(TEXTS),
                tip=draw(st.none() | AMOUNTS),
            )
            lines.append(ExportedEntry(patron_id, draw(TEXTS), entry, entry.logged_by))
    return ExportedLedger(event, tuple(lines))


DIFFERENT = st.lists(event_ledgers(), max_size=3, unique_by=lambda ledger: ledger.event.eid)
QUIETLY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUIETLY
@given(ledgers=DIFFERENT, about=TEXTS)
def test_beancount_accepts_whatever_the_ledgers_hold(ledgers: list[ExportedLedger], about: str) -> None:
    entries, errors = _beancount("".join(as_beancount(ledgers, zone=ZONE, about=about)))

    assert errors == []
    assert sum(isinstance(entry, data.Transaction) for entry in entries) == sum(len(each.lines) for each in ledgers)


@needs_hledger
@QUIETLY
@given(ledgers=DIFFERENT, about=TEXTS)
def test_hledger_accepts_whatever_the_ledgers_hold(ledgers: list[ExportedLedger], about: str) -> None:
    journal = "".join(as_hledger(ledgers, zone=ZONE, about=about))

    checked = _hledger(journal, "check", "--strict")

    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_bounced_check_is_called_so_and_leaves_the_balances_right(operator: Operator) -> None:
    operator.put(a_row())
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    ledger.log(a_draft("p1", method="check"), by=DANA, source=Source.SLACK, now=NOW)
    bounced = Returned(EID, "dave", "p1", "no funds")
    ledger.reverse(bounced, by="slack:U0OLIVIA", source=Source.SLACK, now=NOW + timedelta(days=2))

    journal = operator.done("export", "payments", "--format", "beancount").stdout
    assert '"check bounced, check: no funds"' in journal
    assert _beancount(journal)[1] == []
    assert "check bounced, check: no funds" in operator.done("export", "payments", "--format", "hledger").stdout
    assert ",bounced,-125.00," in operator.done("export", "payments", "--format", "csv").stdout
    assert "0 broken" in operator.done("verify").output

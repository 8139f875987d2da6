"""Amounts over the API are read in the currency of the event that they are paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld

ABROAD = "2026-05-24-golden-gate-sunset"


@pytest.mark.parametrize(
    ("currency", "typed", "written"),
    [
        ("EUR", "€65", "65.00"),
        ("EUR", "65 EUR", "65.00"),
        ("EUR", "€1,250.50", "1250.50"),
        ("EUR", "eur 65", "65.00"),
        ("EUR", "65", "65.00"),
        ("EUR", 65, "65.00"),
        ("EUR", "$65", None),
        ("EUR", "65 USD", None),
        ("EUR", "£65", None),
        ("GBP", "£65", "65.00"),
        ("GBP", "€65", None),
        ("GBP", "$65", None),
        ("SEK", "65 SEK", "65.00"),
        ("SEK", "$65", None),
        ("USD", "$65", "65.00"),
        ("USD", "€65", None),
        ("USD", "65 EUR", None),
    ],
)
def test_an_amount_is_read_in_the_events_currency(
    web_world: WebWorld, currency: str, typed: object, written: str | None
) -> None:
    web_world.put(a_row(ABROAD, currency=currency))
    answer = web_world.log(eid=ABROAD, amount=typed)
    if written is None:
        assert answer.status == 422
        assert answer.errors == {
            "amount": f"“{typed}” is not an amount in {currency}. Write one number, like 125 or 1,250.00."
        }
        assert web_world.row(ABROAD)["payments"] == {}
    else:
        assert answer.status == 201
        assert (answer.json["amount"], answer.json["currency"]) == (written, currency)


def test_the_same_key_with_a_sign_is_the_same_payment(web_world: WebWorld) -> None:
    web_world.put(a_row(currency="EUR"))
    assert [web_world.log(key="k-1", amount=amount).status for amount in ("€65", "65", "65.00 EUR", 65)] == [
        201,
        *[200] * 3,
    ]
    assert web_world.log(key="k-1", amount="€66").status == 409
    assert web_world.log(key="k-1", amount="$65").status == 422
    assert len(web_world.entries()) == 1


def test_a_sign_costs_one_read_of_the_event(web_world: WebWorld) -> None:
    web_world.log(amount="6")
    with web_world.counting() as cost:
        assert web_world.log(amount="$5").status == 201
    assert cost == {"Query": 1, "UpdateItem": 1}


def test_an_amount_that_depends_on_an_event_that_is_unknown_is_not_judged(web_world: WebWorld) -> None:
    nowhere = web_world.log(eid="2026-05-23-no-such", amount="€65")
    assert (nowhere.status, set(nowhere.errors)) == (404, {"eid"})
    wrong_too = web_world.log(eid="2026-05-23-no-such", amount="€65", method="bribe")
    assert (wrong_too.status, set(wrong_too.errors)) == (422, {"eid", "method"})
    assert web_world.log(eid="soon", amount="free", method="bribe").errors.keys() == {"eid", "amount", "method"}


def test_a_sign_under_the_old_id_of_a_renamed_event_is_read_in_its_currency(web_world: WebWorld) -> None:
    web_world.put(a_row(currency="EUR"), {"eid": "2026-05-20", "crew_id": "#event", "moved_to": EID})
    assert web_world.log(eid="2026-05-20", amount="€65").status == 201
    assert web_world.log(eid="2026-05-20", amount="$65").errors.keys() == {"amount"}


def test_a_table_that_does_not_say_the_currency_is_503(web_world: WebWorld) -> None:
    web_world.table_faults.fail_next("Query", throttle=True, times=2)
    assert web_world.log(key="k-1", amount="$65").status == 503
    assert web_world.log(key="k-1", amount="$65").status == 201

"""New events: recognition of an event that the same form created before."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from charter.events import Event, Status
from charter.new_events import LONGEST_TITLE, NewEvent, check_title
from charter.refusals import TitleMalformed
from tests.builders import NOW, a_patron

NEW = NewEvent(
    eid="2026-06-06-dolphins", title="Dolphins", starts_at=NOW, currency="USD", price=Decimal(95), channel="C0CORY"
)
OTHER: dict[str, Any] = {
    "eid": "2026-06-06-whales",
    "title": "Whales",
    "starts_at": NOW + timedelta(hours=1),
    "currency": "EUR",
    "price": Decimal(96),
    "boat": "Sea Otter",
    "capacity": 20,
    "channel": "C0MIA",
}


def test_an_event_is_the_one_that_was_sent_also_with_patrons_on_it() -> None:
    assert NEW.is_written_as(NEW.event)
    assert NEW.is_written_as(replace(NEW.event, patrons={"dave": a_patron()}, renamed_from=("2026-06-06",)))
    assert not NEW.is_written_as(replace(NEW.event, status=Status.CANCELLED))
    assert (NEW.another_id, NEW.event.boat) == ("2026-05-23-dolphins-evening", None)


@pytest.mark.parametrize("name", [each.name for each in fields(NewEvent) if each.name != "captain"])
def test_an_event_that_differs_in_any_field_that_was_sent_is_another(name: str) -> None:
    assert name in {each.name for each in fields(Event)}, "what is sent is kept"
    assert not NEW.is_written_as(replace(NEW.event, **{name: OTHER[name]}))


def test_a_title_may_be_as_long_as_its_input_takes_and_a_longer_one_is_refused_at_its_own_input() -> None:
    longest = "x" * LONGEST_TITLE
    assert check_title(longest) == longest
    for field in ("title", "captain"):
        with pytest.raises(TitleMalformed, match=f"{LONGEST_TITLE} at most") as raised:
            check_title(longest + "x", field=field)
        assert raised.value.field == field

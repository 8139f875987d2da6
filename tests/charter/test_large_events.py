"""A long roster costs in proportion to its length: facts that every patron needs are computed once for all of them."""

from __future__ import annotations

from collections import UserDict
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

from bot.understanding import events as understanding
from bot.understanding.words import split_words
from bot.views.choices import patron_options, roster_options
from charter import events
from charter.names import fold
from charter.signatures import Signature
from tests.builders import NOW, a_patron, an_event

if TYPE_CHECKING:
    from collections.abc import ValuesView

MANY = 200


class Counting(UserDict[str, Signature]):
    """Signatures that count how often they are iterated."""

    times = 0

    def values(self) -> ValuesView[Signature]:
        self.times += 1
        return super().values()


def test_coverage_of_everybody_goes_through_the_signatures_once() -> None:
    patrons = {f"p{number}": a_patron(f"p{number}", name=f"Ana {number}") for number in range(MANY)}
    signed = {key: Signature(key, each.name, "2026-05-01T00:00:00Z", patron_id=key) for key, each in patrons.items()}
    del signed["p7"]
    signatures = Counting(signed)
    event = replace(an_event(*patrons.values()), signatures=signatures)
    assert str(event.covered) == f"{MANY - 1} of {MANY} signed"
    assert not event.signed("p7")
    assert [each.signature_id for each in event.signatures_of("p8")] == ["p8"]
    assert signatures.times == 1


def test_a_type_ahead_folds_each_name_a_few_times_however_many_there_are() -> None:
    patrons = {f"p{number}": a_patron(f"p{number}", name=f"Ana {number}") for number in range(MANY)}
    patrons["twin"] = a_patron("twin", name="ANA 3")
    event = an_event(*patrons.values())
    folded = mock.Mock(side_effect=fold)
    with mock.patch.object(events, "fold", folded):
        offered = patron_options(event, "ana 3")
        assert [each.patron_id for each in event.namesakes(patrons["p3"])] == ["twin"]
        assert event.alike == {"p3", "twin"}
        roster_options(event, "ana 3")
    assert "Several have this name" in str([each for each in offered.options if each["value"] == "p3"])
    assert folded.call_count <= 3 * MANY, "not once for each pair of patrons"


def test_words_are_taken_apart_once_however_many_events_a_season_has() -> None:
    near = [replace(an_event(), eid=f"2026-05-23-cory-{number}", title=f"Trip {number}") for number in range(MANY)]
    apart = mock.Mock(side_effect=understanding._pieces)
    words = split_words("ana 7 cash")
    with mock.patch.object(understanding, "_pieces", apart):
        named = understanding.find_events(words, near, places=range(len(words)), now=NOW, channel=None)
    assert [fit.listing.title for fit in named.fits] == ["Trip 7"]
    assert apart.call_count <= 2 * len(words)

"""GET /api/search: events and patrons by words, also of events that no page has read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.builders import NOW, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.web.conftest import Answer, WebWorld

OWEN: dict[str, Any] = {"owen": {"name": "Owen Macallister", "party": 2, "due": 190}}


def _search(world: WebWorld, words: str, **query: object) -> Answer:
    return world.get("/api/search", urlencode({"q": words, **query}))


def _eids(answer: Answer) -> list[str]:
    return [event["eid"] for event in answer.json["events"]]


def test_a_patron_is_found_on_any_coming_event_with_what_they_owe(web_world: WebWorld) -> None:
    far, past = "2027-03-02-whale-watch", "2026-04-02-whale-watch"
    web_world.put(a_row(far, patrons=OWEN), a_row(past, patrons=OWEN))
    web_world.put(a_signature_row("s1", eid=far, name="Owen Macallister", patron_id="owen"))
    with web_world.counting() as cost:
        answer = _search(web_world, "mcalister")
        assert answer.json == {"events": [], "from": "2026-05-23", "until": "2027-05-23", "next": None}
    assert cost == {"Query": 13, "BatchGetItem": 1}

    answer = _search(web_world, "Macallister, Owen")
    (event,) = answer.json["events"]
    assert (event["eid"], event["outstanding"], event["found_in_all"]) == (far, "190.00", 1)
    (owen,) = event["found"]
    assert (owen["name"], owen["balance"], owen["signed_people"], owen["party"]) == ("Owen Macallister", "190.00", 1, 2)

    past_days = {"from": "2026-03-01", "until": "2026-05-22"}
    with web_world.counting() as cost:
        assert _eids(_search(web_world, "owen", **past_days)) == [past]
    assert cost == {"Query": 3 + 1, "BatchGetItem": 1}


def test_titles_ids_boats_and_words_of_both_fit(web_world: WebWorld) -> None:
    sunset = {"title": "Golden Gate sunset", "boat": "Sea Otter", "patrons": {**OWEN, "ana": {"name": "Ana Lima"}}}
    web_world.put(
        a_row("2026-05-24-golden-gate-sunset", **sunset),
        a_row(
            "2026-05-25-charter", title="", patrons={"gone": {"name": "Eve Ruiz", "state": "removed"}, "odd": "text"}
        ),
    )
    for words in ("gate sunset", "2026-05-24", "sea otter"):
        (event,) = _search(web_world, words).json["events"]
        assert (event["eid"], event["found"], event["found_in_all"]) == ("2026-05-24-golden-gate-sunset", [], 0), words
    (event,) = _search(web_world, "owen sunset").json["events"]
    assert [patron["patron_id"] for patron in event["found"]] == ["owen"]
    (removed,) = _search(web_world, "eve ruiz").json["events"][0]["found"]
    assert removed["roster_state"] == "removed"
    assert _eids(_search(web_world, "sunset eve")) == []


def test_a_search_reads_as_much_with_many_events_and_goes_on_where_it_stopped(web_world: WebWorld) -> None:
    days = [NOW.date() + timedelta(days=1 + number // 3) for number in range(230)]
    eids = [f"{day}-trip-{number % 3}" for number, day in enumerate(days)]
    web_world.put(*(a_row(eid, title="Trip", patrons=OWEN if number > 210 else {}) for number, eid in enumerate(eids)))
    with web_world.counting() as cost:
        first = _search(web_world, "owen").json
    assert cost == {"Query": 3, "BatchGetItem": 4}, "two hundred rosters, whatever follows"
    assert first["events"] == []
    rest = _search(web_world, "owen", **{"from": first["next"], "until": first["until"]}).json
    assert [event["eid"] for event in rest["events"]] == eids[211:]
    assert rest["next"] is None

    seen, following = list[str](), None
    while True:
        query: dict[str, object] = {"from": following} if following else {}
        with web_world.counting() as cost:
            page = _search(web_world, "trip", until="2026-07-31", **query).json
        assert cost["Query"] <= 4 + 20
        seen += [event["eid"] for event in page["events"]]
        if (following := page["next"]) is None:
            break
    assert seen == [eid for eid in eids if eid < "2026-08"]


def test_a_crowd_that_fits_is_counted_and_cut(web_world: WebWorld) -> None:
    crowd = {f"owen{number:03}": {"name": f"Owen {number}", "party": 1, "due": 5} for number in range(130)}
    web_world.put(a_row("2026-05-30-crowd", patrons=crowd))
    (event,) = _search(web_world, "owen").json["events"]
    assert (len(event["found"]), event["found_in_all"]) == (20, 130)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": ""}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"from": "soon"}, "from"),
        ({"until": "2026-02-30"}, "until"),
        ({"until": "next year"}, "until"),
    ],
)
def test_what_cannot_be_searched_is_said_on_its_field(web_world: WebWorld, query: dict[str, str], field: str) -> None:
    answer = web_world.get("/api/search", urlencode({"q": "owen", **query}))
    assert (answer.status, set(answer.errors)) == (422, {field})


def test_a_search_needs_words_a_token_and_a_table_that_answers(web_world: WebWorld) -> None:
    assert web_world.get("/api/search").errors == {"q": "This is required."}
    assert web_world.ask("GET", "/api/search", "q=owen").status == 401
    assert _search(web_world, "owen", **{"from": str(date.max)}).json["until"] == str(date.max)
    with web_world.counting() as cost:
        assert _search(web_world, " \u200b").json["events"] == []
        assert _search(web_world, "dave", until="2026-05-22").json["events"] == []
    assert cost == {}, "blanks and days that are over name nothing to read"
    assert _search(web_world, "dave", until="2028-01-01").json["until"] == "2027-05-23", "a year and a day, no further"
    web_world.table_faults.fail_next("BatchGetItem", throttle=True, times=2)
    assert _search(web_world, "dave").status == 503
    assert _eids(_search(web_world, "dave"))


def test_a_list_of_some_days_ends_with_them(web_world: WebWorld) -> None:
    ids = [f"{day}-trip" for day in ("2026-05-24", "2026-05-29", "2026-05-30", "2026-06-01")]
    web_world.put(*map(a_row, ids))
    for days, wanted in ((1, 0), (7, 2), (8, 3), (366, 4)):
        listed = web_world.get("/api/events", urlencode({"days": days})).json["events"]
        assert [event["eid"] for event in listed][1:] == ids[:wanted]
    with web_world.counting() as cost:
        web_world.get("/api/events", "days=1")
    assert cost == {"Query": 1 + 1}, "one month, and today's event"
    first = web_world.get("/api/events", urlencode({"from": "2026-05-24", "days": 6, "limit": 1})).json
    assert first["next"] is not None
    for wrong in ("0", "367", "x", ""):
        assert set(web_world.get("/api/events", urlencode({"days": wrong})).errors) == {"days"}

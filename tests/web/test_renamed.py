"""An event is renamed while people have its old address open: page, link and API continue to work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.renames import DynamoRenames
from charter.signing import matched
from devkit.aws import dynamodb_client
from tests.builders import DANA, EID, NOW, ZONE, a_crew_row, a_row
from tests.web.stage import WebStage, an_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from charter.signatures import Signature
    from tests.conftest import Engine
    from tests.web.conftest import WebWorld

OLD = "2026-05-23"


@pytest.fixture
def rename(dynamodb: Engine, events_table: str) -> Callable[[], None]:
    """Rename Captain Cory's event, as the office does in Slack."""
    client = dynamodb_client(dynamodb.endpoint)
    renames = DynamoRenames(client, events_table, zone=ZONE, currency="USD")

    def move() -> None:
        renames.rename(OLD, EID, by=DANA, now=NOW)

    return move


@pytest.fixture
def old_stage(bare_web_stage: WebStage) -> WebStage:
    """The waiver page of Captain Cory's event, whose id is a bare date."""
    bare_web_stage.world.put(a_row(OLD), a_crew_row(OLD, name="Cory Blake"))
    return bare_web_stage


@pytest.fixture
def old_world(bare_web_world: WebWorld) -> WebWorld:
    """The web Lambda over Captain Cory's event, whose id is a bare date."""
    bare_web_world.put(a_row(OLD))
    return bare_web_world


def test_the_old_link_shows_the_same_page_in_one_read_more(old_stage: WebStage, rename: Callable[[], None]) -> None:
    party = f"party={old_stage.party('dave', OLD)}"
    before = old_stage.read(party, eid=OLD)
    rename()

    with old_stage.world.counting() as calls:
        after = old_stage.read(party, eid=OLD)

    assert (before.status, after.status) == (200, 200)
    assert "For the party of" in before.text
    assert after.text == before.text == old_stage.read(party).text
    assert party == f"party={old_stage.party()}"
    assert calls == {"Query": 3}


def test_the_old_links_qr_code_is_the_new_links(old_stage: WebStage, rename: Callable[[], None]) -> None:
    party = old_stage.party("dave", OLD)
    rename()

    old, new = old_stage.read(f"qr&party={party}", eid=OLD), old_stage.read(f"qr&party={party}")

    assert (old.status, old.headers["content-type"]) == (200, "image/png")
    assert old.body == new.body != old_stage.read("qr").body


def test_a_page_that_was_open_signs_the_renamed_event_once(old_stage: WebStage, rename: Callable[[], None]) -> None:
    signing = old_stage.signing()
    rename()

    first = old_stage.sign(signing, eid=OLD)
    old_stage.world.later(seconds=5)
    again = old_stage.sign(signing, eid=OLD)

    assert (first.status, again.status) == (201, 200)
    assert first.json["eid"] == EID
    assert list(old_stage.waivers()) == [signing["signature_id"]]
    assert list(old_stage.kept()) == [signing["signature_id"]]
    assert old_stage.kept(OLD) == {}
    assert old_stage.world.row(OLD) == {"eid": OLD, "crew_id": "#event", "moved_to": EID}


@pytest.mark.parametrize("eid", [OLD, EID])
def test_a_signature_whose_answer_the_rename_overtook_is_signed_once(
    old_stage: WebStage, rename: Callable[[], None], eid: str
) -> None:
    signing = old_stage.signing()
    assert old_stage.sign(signing, eid=OLD).status == 201
    rename()

    again = old_stage.sign(signing, eid=eid)
    changed = old_stage.sign(signing | {"name": "Somebody Else"}, eid=eid)

    assert (again.status, again.json["replayed"]) == (200, True)
    assert changed.status == 409
    assert list(old_stage.waivers()) == [signing["signature_id"]]
    assert list(old_stage.kept(OLD)) == [signing["signature_id"]]
    assert old_stage.kept() == {}


def test_a_rename_between_the_read_and_the_write_leaves_one_signature_where_the_event_is(
    old_stage: WebStage, rename: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    renames = [rename]

    def meanwhile(*given: Any, **named: Any) -> Signature:
        while renames:
            renames.pop()()
        return matched(*given, **named)

    monkeypatch.setattr("charter.signing.matched", meanwhile)
    signing = old_stage.signing(party=old_stage.party("dave", OLD))

    first = old_stage.sign(signing, eid=OLD)
    old_stage.world.later(seconds=5)
    again = old_stage.sign(signing, eid=OLD)

    assert (first.status, again.status) == (201, 200)
    assert list(old_stage.waivers()) == [signing["signature_id"]]
    assert old_stage.waivers()[signing["signature_id"]]["patron_id"] == "dave"
    assert old_stage.lines(OLD)["dave"]["signed"] is True
    assert old_stage.world.row(OLD) == {"eid": OLD, "crew_id": "#event", "moved_to": EID}


def test_a_signature_of_before_the_rename_keeps_its_patron(old_stage: WebStage, rename: Callable[[], None]) -> None:
    token = old_stage.party("ana", OLD)
    old_stage.signed("Ana Lima", eid=OLD, party=token)
    rename()
    old_stage.signed("Rui Lima", eid=OLD, party=token)

    assert old_stage.lines()["ana"]["signed_people"] == 2
    assert len(old_stage.waivers()) == 2


def test_evidence_that_was_kept_without_its_entry_is_entered_after_the_rename(
    old_stage: WebStage, rename: Callable[[], None]
) -> None:
    signing = old_stage.signing()
    old_stage.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert old_stage.sign(signing, eid=OLD).status == 503
    rename()

    assert old_stage.sign(signing, eid=OLD).status == 200

    assert list(old_stage.waivers()) == [signing["signature_id"]]
    assert (list(old_stage.kept(OLD)), old_stage.kept()) == ([signing["signature_id"]], {})


def test_what_was_signed_is_shown_at_both_addresses_whenever_it_was_signed(
    old_stage: WebStage, rename: Callable[[], None]
) -> None:
    before, after = old_stage.signing(name="Dave Kowalski"), old_stage.signing(name="Ana Lima")
    old_stage.sign(before, eid=OLD)
    rename()
    old_stage.sign(after, eid=OLD)

    for signing in (before, after):
        for eid in (OLD, EID):
            shown = old_stage.read(f"signed={signing['signature_id']}", eid=eid)
            assert shown.status == 200
            assert signing["name"] in shown.text
            assert old_stage.read(f"signed={signing['signature_id']}&pdf", eid=eid).body.startswith(b"%PDF")
    assert old_stage.read(f"signed={an_id()}", eid=OLD).status == 404
    assert old_stage.read(f"signed={an_id()}", eid="2026-07-01-nobody").status == 404


def test_the_api_takes_the_old_id_and_answers_with_the_new_one(old_world: WebWorld, rename: Callable[[], None]) -> None:
    rename()

    logged = old_world.log(eid=OLD, key="key-of-the-dock")
    again = old_world.log(eid=OLD, key="key-of-the-dock")
    other = old_world.log(eid=OLD, key="key-of-the-dock", amount="1.00")
    cleared = old_world.get(f"/api/events/{OLD}/payment-cleared", "patron_id=dave")
    page = old_world.get(f"/api/events/{OLD}")

    assert (logged.status, again.status, other.status) == (201, 200, 409)
    assert (logged.json["eid"], again.json["eid"]) == (EID, EID)
    assert (cleared.status, cleared.json["eid"], cleared.json["paid"]) == (200, EID, "125.00")
    assert (page.status, page.json["eid"]) == (200, EID)
    assert list(old_world.entries()) == ["key-of-the-dock"]


def test_a_payment_whose_answer_the_rename_overtook_is_logged_once(
    old_world: WebWorld, rename: Callable[[], None]
) -> None:
    assert old_world.log(eid=OLD, key="key-of-the-dock").status == 201
    rename()

    again = old_world.log(eid=OLD, key="key-of-the-dock")

    assert (again.status, again.json["replayed"], again.json["paid"]) == (200, True, "125.00")
    assert list(old_world.entries()) == ["key-of-the-dock"]


def test_the_list_shows_the_trip_once(old_world: WebWorld, rename: Callable[[], None]) -> None:
    rename()

    listed = old_world.get("/api/events", "from=2026-05-23")

    assert [event["eid"] for event in listed.json["events"]] == [EID]

"""The same payment twice over the API: 409 `possible_duplicate` until `confirm` or a key of its own is sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tests.builders import EID, a_row

if TYPE_CHECKING:
    import pytest

    from tests.web.conftest import WebWorld


def test_without_a_key_a_payment_is_logged_once_and_again_when_it_is_confirmed(web_world: WebWorld) -> None:
    first = web_world.log(key=None)
    assert first.status == 201
    assert list(web_world.entries()) == [first.json["payment_id"]]
    before = web_world.row()
    web_world.restart()
    web_world.later(minutes=2)

    for key, confirm in ((None, None), (None, False), ("another-key", False)):
        answer = web_world.log(key=key, confirm=confirm)
        assert answer.status == 409
        assert answer.json["type"].endswith("#possible_duplicate")
        assert answer.errors == {"confirm": "Send true if it is another payment."}
        assert "$125.00 by cash for Dave Kowalski was logged 2 minutes ago" in answer.json["detail"]
    assert web_world.row() == before

    assert web_world.log(key=None, confirm=True).status == 201
    assert web_world.log(key="third", confirm=True).status == 201
    assert web_world.log(key="third").status == 200, "its replay needs no word"
    assert web_world.log(key="third", confirm=True).status == 200
    assert web_world.log(key="fourth").status == 201, "another key names another payment"
    assert len(web_world.entries()) == 4
    web_world.later(minutes=10)
    assert web_world.log(key=None).status == 201


def test_a_void_and_a_redirect_are_seen_by_a_function_that_remembers_the_payment(web_world: WebWorld) -> None:
    web_world.log(key="k-1")
    new = "2026-05-23-captain-mia-afternoon"
    web_world.put(a_row(new, renamed_from=[EID]), {"eid": EID, "crew_id": "#event", "moved_to": new})
    assert web_world.log(key="k-2").status == 201, "the ledger at the new id has no such payment"
    assert web_world.log(key="k-3", confirm=False).status == 409
    assert list(web_world.entries(eid=new)) == ["k-2"]


def test_the_instance_of_a_problem_stands_in_the_log(web_world: WebWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    bad = [web_world.log(amount="free"), web_world.log(token="none"), web_world.get("/api/nothing")]
    instances = [answer.json["instance"] for answer in bad]
    assert len(set(instances)) == 3
    for instance in instances:
        assert instance.startswith("urn:uuid:")
        assert f"request={instance.removeprefix('urn:uuid:')} was answered" in caplog.text
    for answer in bad:
        assert f"reference={answer.json['reference']} " in caplog.text
    assert "instance" not in web_world.log().json

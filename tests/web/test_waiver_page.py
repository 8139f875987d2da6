"""The waiver's pages: before and after signing, and when nothing can be signed."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.waiver_texts import read_waiver_texts
from tests.builders import a_crew_row, a_patron, a_row
from tests.web.reading import plain, read, signed_id

if TYPE_CHECKING:
    from tests.web.stage import WebStage

OTHER = "2026-05-23-mystery-cruise"


def test_the_page_shows_event_day_captain_and_the_whole_text(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(
        a_row(OTHER, title="Mystery cruise"),
        a_crew_row(OTHER, "U0DANA", role="first mate", name="Dana Reyes"),
        a_crew_row(OTHER, "crew-mia", role="captain", name="Mia <Tanaka>"),
    )

    answer = bare_web_stage.read(eid=OTHER)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    words = plain(answer)
    assert "Mystery cruise" in words
    assert "Saturday, May 23, 2026, 1:00 PM PDT" in words
    assert "Captain Mia &lt;Tanaka&gt;" in words
    for line in read_waiver_texts()[0].markdown.splitlines():
        for part in re.split(r"\*\*|^#+ |^- |^\d\. |'", line):
            assert part.strip() in words


def test_a_captain_whom_the_title_names_is_not_named_twice(web_stage: WebStage) -> None:
    web_stage.world.put(a_crew_row(crew_id="crew-cory", name="Captain Cory"))

    assert plain(web_stage.read()).count("Captain Cory") == 2  # in the tab's title and on the page


def test_a_page_costs_two_reads(web_stage: WebStage) -> None:
    with web_stage.world.counting() as cost:
        web_stage.read()

    assert cost == {"Query": 2}
    assert not web_stage.s3_faults.calls


def test_the_page_does_without_the_captain_where_the_crew_cannot_be_read(web_stage: WebStage) -> None:
    web_stage.table_faults.fail_next("Query", throttle=True, times=2, after=1)

    assert web_stage.read().status == 200


def test_a_page_is_one_small_file_that_asks_for_nothing_else(web_stage: WebStage) -> None:
    for query in ("", f"party={web_stage.party()}", f"signed={signed_id(web_stage)}"):
        answer = web_stage.read(query)
        assert len(answer.body) < 60_000
        page = read(answer)
        for tag, attributes in page.tags:
            assert tag not in ("img", "iframe", "object", "embed", "base"), tag
            assert not attributes.keys() & {"style", "src", "onload", "onclick", "action", "srcset"}, attributes
            assert tag != "link" or attributes["href"] == "data:,"


def test_the_policy_lets_in_exactly_what_the_page_holds(web_stage: WebStage) -> None:
    answer = web_stage.read()
    page, policy = read(answer), answer.headers["content-security-policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "script-src": f"'{_hash(page.inline['script'])}'",
        "style-src": f"'{_hash(page.inline['style'])}'",
        "connect-src": "'self'",
        "img-src": "data:",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert len([tag for tag, _ in page.tags if tag in ("script", "style")]) == 2
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_without_a_form_hold_no_script(web_stage: WebStage) -> None:
    for answer in (web_stage.read(f"signed={signed_id(web_stage)}"), web_stage.read(eid="2026-05-23-nowhere")):
        assert "script" not in read(answer).inline
        assert "script-src" not in answer.headers["content-security-policy"]


def test_hostile_titles_and_names_are_text(bare_web_stage: WebStage) -> None:
    evil = '"><script>alert(1)</script>&'
    bare_web_stage.world.put(a_row(title=evil, patrons={"dave": {"name": evil, "party": 1, "due": 0}}))

    answer = bare_web_stage.read(f"party={bare_web_stage.party()}")

    assert answer.text.count("<script") == 1
    assert "alert(1)</script>" not in answer.text
    assert bare_web_stage.sign(name=a_patron().name).status == 201


@pytest.mark.parametrize(
    "eid",
    ["2026-05-23-nowhere", "2026-05-23..", "2026-05-23-a%2fb", "%2e%2e", "2026-02-30-x", "nonsense", "2026-05-23%00",
     "%3Cscript%3E", "x" * 1500, "x" * 3000, "<script>alert(1)</script>", "2026-05-23/x", "..//"],
)  # fmt: skip
def test_an_unknown_event_is_a_plain_page_that_repeats_nothing(web_stage: WebStage, eid: str) -> None:
    answer = web_stage.read(eid=eid)

    assert answer.status == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "We do not know this event" in answer.text
    assert "<script" not in answer.text
    assert eid not in answer.text


def test_a_bare_date_is_read_without_a_warning_to_patrons(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_row("2026-05-23", title="Saturday sail"))

    answer = bare_web_stage.read(eid="2026-05-23")

    assert answer.status == 200
    assert "Saturday sail" in answer.text
    assert "bare date" not in answer.text


def test_a_cancelled_event_says_so_and_offers_nothing_to_sign(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_row(status="cancelled"))

    answer = bare_web_stage.read(f"party={bare_web_stage.party()}")

    assert answer.status == 200
    assert "This event is cancelled" in answer.text
    assert "<form" not in answer.text


def test_an_event_that_is_over_can_be_read_but_not_signed(web_stage: WebStage) -> None:
    web_stage.world.clock.moment += timedelta(hours=11)

    answer = web_stage.read()

    assert answer.status == 200
    assert "This event is over" in answer.text
    assert "You release us" in answer.text
    assert "<form" not in answer.text


def test_a_table_that_does_not_answer_is_a_page_with_retry_after(
    web_stage: WebStage, caplog: pytest.LogCaptureFixture
) -> None:
    web_stage.table_faults.fail_next("Query", throttle=True, times=2)

    answer = web_stage.read()

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "Please try again in a moment" in answer.text
    code = re.search(r"Reference: (\S{4}-\S{4})\.", answer.text)
    assert code
    assert f"reference={code[1]} request=" in caplog.text


def test_what_nobody_expected_is_a_page_too_and_json_only_to_what_reads_json(
    web_stage: WebStage, caplog: pytest.LogCaptureFixture
) -> None:
    for query in ("", f"party={web_stage.party()}", "qr"):
        web_stage.table_faults.fail_next("Query", error="ResourceNotFoundException")
        page = web_stage.read(query)
        assert (page.status, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert "Something went wrong on our side" in page.text
        assert "ask the crew" in page.text
        assert "Exception" not in page.text
        code = re.search(r"Reference: (\S{4}-\S{4})\.", page.text)
        assert code
        assert f"reference={code[1]} request=" in caplog.text
        assert page.headers["cache-control"] == "no-store"
    assert caplog.text.count("ResourceNotFoundException") == 3
    web_stage.table_faults.fail_next("Query", error="ResourceNotFoundException")
    assert web_stage.sign().headers["content-type"] == "application/problem+json"


def test_a_bucket_that_does_not_answer_is_a_page_with_retry_after(web_stage: WebStage) -> None:
    signature_id = signed_id(web_stage)
    web_stage.s3_faults.fail_next("GET", error="SlowDown", times=2)

    assert web_stage.read(f"signed={signature_id}").status == 503
    assert web_stage.read(f"signed={signature_id}").status == 200


def _hash(inline: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()

"""The page with the QR code that the crew hold out: for one party, or for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_row, a_signature_row
from tests.web.reading import plain, read

if TYPE_CHECKING:
    from tests.web.conftest import Answer
    from tests.web.stage import WebStage

LINK = f"https://trips.example.com/g/{EID}/waiver"


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links that were made a code of."""
    import segno

    links: list[str] = []
    make = segno.make

    def noting(link: str, **named: Any) -> segno.QRCode:
        links.append(link)
        return make(link, **named)

    monkeypatch.setattr(segno, "make", noting)
    return links


def code_of(web_stage: WebStage, patron_id: str = "ana", *, eid: str = EID) -> Answer:
    """The page of a party, which must open."""
    answer = web_stage.read(f"party={web_stage.party(patron_id)}&qr=page", eid=eid)
    assert answer.status == 200
    return answer


def main(answer: Answer) -> str:
    """The text of the page, without its head and the choice of the language."""
    return plain(answer).partition("English | Español ")[2]


def test_the_page_of_a_party_counts_its_signatures_until_everyone_has_signed(
    web_stage: WebStage, encoded: list[str]
) -> None:
    link = f"{LINK}?party={web_stage.party('ana')}"
    web_stage.world.put(a_row(boat="Second <Wind>"))
    with web_stage.world.counting() as cost:
        answer = code_of(web_stage)
    assert cost == {"Query": 1}, "which the page repeats while it is shown"
    assert main(answer) == (
        "Scan to sign the waiver Captain Cory, afternoon Saturday, May 23, 2026, 1:00 PM PDT Boat Second &lt;Wind&gt; "
        f"For the party of Ana Lima 0 of 2 signed Update {link.removeprefix('https://')}"
    )
    assert encoded == [link]
    assert answer.text.count("<svg") == 1
    for private in ("$", "125", "250", "Kowalski", "paid"):
        assert private not in main(answer).replace(link.removeprefix("https://"), "")

    web_stage.world.put(a_signature_row("s1", name="Rui Lima", patron_id="ana", matched_by="link"))
    assert "1 of 2 signed" in main(code_of(web_stage))
    web_stage.world.put(a_signature_row("s2", name="Ana Lima", patron_id="ana"))
    done = code_of(web_stage)
    assert "Everyone has signed Ana Lima 2 of 2 signed Captain Cory, afternoon Saturday" in plain(done)
    assert "For the party of" not in plain(done)
    assert "script" not in read(done).inline, "it asks no more"
    assert "Not signed yet" in main(code_of(web_stage, "dave"))


def test_the_page_is_private_and_its_policy_lets_in_what_it_holds(web_stage: WebStage) -> None:
    answer = code_of(web_stage)
    assert {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-robots-tag")} == {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }
    policy = answer.headers["content-security-policy"]
    assert "connect-src 'self'" in policy
    assert "default-src 'none'" in policy
    for tag, attributes in read(answer).tags:
        assert tag not in ("img", "iframe", "object", "embed", "base", "meta" if "http-equiv" in attributes else "")
        assert not attributes.keys() & {"style", "src", "onload", "onclick"}, attributes


@pytest.mark.parametrize("query", ["qr=page", "qr=page&party=", "qr=page&party=dave", "qr=page&party=" + "x" * 500])
def test_without_a_partys_token_it_is_the_events_page_which_names_and_counts_nobody(
    web_stage: WebStage, encoded: list[str], query: str
) -> None:
    answer = web_stage.read(query)
    assert answer.status == 200
    assert encoded == [LINK]
    assert main(answer) == (
        "Scan to sign the waiver Captain Cory, afternoon Saturday, May 23, 2026, 1:00 PM PDT "
        + LINK.removeprefix("https://")
    )
    assert "script" not in read(answer).inline


def test_an_event_that_is_cancelled_over_or_unknown_has_no_code(web_stage: WebStage, encoded: list[str]) -> None:
    assert web_stage.read("qr=page", eid="2026-05-23-nowhere").status == 404
    web_stage.world.put(a_row(status="cancelled"))
    assert "This event is cancelled" in main(code_of(web_stage))
    web_stage.world.put(a_row(starts_at="2026-05-22T13:00:00-07:00"))
    assert "is over, so its waiver cannot be signed any more." in main(code_of(web_stage))
    web_stage.table_faults.fail_next("Query", throttle=True, times=2)
    unread = web_stage.read(f"party={web_stage.party('ana')}&qr=page")
    assert (unread.status, unread.headers["retry-after"]) == (503, "2")
    assert encoded == []


def test_hostile_titles_and_names_are_text_and_a_renamed_event_keeps_its_page(
    web_stage: WebStage, encoded: list[str]
) -> None:
    evil, new = '"><script>alert(1)</script>&', f"{EID}-2"
    patrons = {"ana": {"name": evil, "party": 2, "due": 0}}
    old = f"party={web_stage.party('ana')}&qr=page"
    web_stage.world.put(a_row(new, title=evil, boat=evil, patrons=patrons, renamed_from=[EID]))
    web_stage.world.put({"eid": EID, "crew_id": "#event", "moved_to": new})
    answer = web_stage.read(old)
    assert re.findall("<script[^>]*>", answer.text) == ['<script type="module">']
    assert encoded == [f"{LINK.replace(EID, new)}?party={web_stage.party('ana', new)}"]

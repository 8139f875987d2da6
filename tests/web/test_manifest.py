"""GET /api/events/{eid}/manifest and manifest.pdf: the people aboard, for the office, the captain and the crew."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pypdf
import pytest

from adapters.check_ins import DynamoCheckIns
from adapters.ledger import DynamoLedger
from charter.boarding import CheckIn
from charter.patrons import PatronState
from tests.builders import DANA, EID, ZONE, a_crew_row, a_row, a_signature_row
from tests.web.conftest import PUBLIC, SECRET
from web.tokens import Tokens

if TYPE_CHECKING:
    from tests.web.conftest import Answer, WebWorld

OLIVIA = "slack:U0OLIVIA"
PATH = f"/api/events/{EID}/manifest"
PHONE = "+1 310 555 0137"
PATRONS = {
    "dave": {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal("125.00"), "phone": PHONE},
    "ana": {"name": "Ana Lima", "party": Decimal(3), "due": Decimal("250.00"), "phone": "+1 310 555 0199"},
    "gus": {"name": "Gus Hall", "party": Decimal(1), "due": Decimal(0), "state": PatronState.NO_SHOW.value},
    "eve": {"name": "Eve Ruiz", "party": Decimal(2), "due": Decimal(0), "state": PatronState.REMOVED.value},
}


@pytest.fixture
def morning(web_world: WebWorld) -> WebWorld:
    """Dave is aboard; Ana and her son have signed, but not her third; Gus did not come; Eve was taken off."""
    web_world.put(
        a_row(patrons=PATRONS, boat="Sea Otter", capacity=Decimal(12)),
        a_signature_row(),
        a_signature_row("s2", name="Ana Lima", patron_id="ana", minors=["Leo Lima"]),
        a_signature_row("s3", name="Davy Stranger", patron_id=None, matched_at=None, matched_by=None),
        a_crew_row(crew_id="U0CORY", name="Cory Alvarez"),
        a_crew_row(crew_id="U0DANA", name="Dana Reyes", role="deckhand"),
    )
    check_ins(web_world).check_in(
        CheckIn(EID, "dave", 1, "Pays ashore"), by=DANA, admin=False, now=web_world.clock.moment
    )
    return web_world


def check_ins(world: WebWorld) -> DynamoCheckIns:
    ledger = DynamoLedger(world.client, world.table, zone=ZONE, currency="USD")
    return DynamoCheckIns(world.client, world.table, ledger=ledger)


def cast_off(world: WebWorld) -> None:
    rows = check_ins(world)
    seen = rows._ledger.event(EID).boarding.fingerprint
    rows.cast_off(EID, seen=seen, by=OLIVIA, now=world.clock.moment, name_of={OLIVIA: "Olivia Park"}.get)


def crew_token(world: WebWorld, *, eid: str = EID, captain: bool = False) -> str:
    tokens = Tokens(SECRET, PUBLIC, now=lambda: world.clock.moment)
    link = tokens.list_link("U0DANA", name="Dana Reyes", eid=eid, captain=captain)
    return dict(parse_qsl(link.partition("#")[2]))["token"]


def words(answer: Answer) -> list[str]:
    """Return the text of each page of a PDF."""
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf"), answer.body[:500]
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body)).pages]


def test_the_list_says_who_is_aboard_who_is_missing_and_who_does_not_come(morning: WebWorld) -> None:
    with morning.counting() as cost:
        answer = morning.get(PATH)

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert cost == {"Query": 2}  # the event, and its crew
    said: dict[str, Any] = answer.json
    parties = {party["patron_id"]: party for party in said["parties"]}
    assert (said["boat"], said["capacity"], said["captain"]) == ("Sea Otter", 12, "Cory Alvarez")
    assert (said["souls"], said["expected"], said["cast_off"]) == (1, 4, None)
    assert [party["state"] for party in said["absent"]] == ["no_show", "removed"]
    assert [person["name"] for person in said["unmatched"]] == ["Davy Stranger"]
    assert parties["dave"]["aboard"] == {
        "count": 1,
        "at": "2026-05-23T20:30:00+00:00",
        "by": "Dana Reyes",
        "reason": "Pays ashore",
    }
    assert [(each["name"], each["guardian"], each["signed"]) for each in parties["ana"]["passengers"]] == [
        ("Ana Lima", None, True),
        ("Leo Lima", "Ana Lima", True),
    ]
    assert (parties["ana"]["unnamed"], parties["ana"]["missing"]) == (1, ["payment", "waiver (2 of 3 signed)"])
    assert "125" not in answer.text


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_on_paper_it_says_the_same(morning: WebWorld, paper: str, size: tuple[int, int]) -> None:
    answer = morning.get(f"{PATH}.pdf", f"paper={paper}")

    (page,) = pypdf.PdfReader(io.BytesIO(answer.body)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == f'inline; filename="passengers-{EID}-{paper}.pdf"'
    text = " ".join(words(answer)[0].split())
    for part in (
        "Captain Cory, afternoon",
        "Saturday, May 23, 2026, 13:00 PDT",
        "Boat: Sea Otter Capacity: 12",
        "Captain: Cory Alvarez Crew: Dana Reyes",
        "1 aboard of 4 expected",
        "Page 1 of 1",
        "Ana Lima adult",
        "Leo Lima minor, with Ana Lima",
        "name unknown not known",
        "Counted by hand:",
        "As it was at 13:30 on May 23",
        "Davy Stranger adult",
        "Gus Hall (no-show)",
        "Eve Ruiz (removed)",
    ):
        assert part in text, part
    assert text.count("■") == 2  # Dave, and the legend
    assert text.index("Dave Kowalski") < text.index("Not expected") < text.index("Gus Hall (no-show)")
    assert morning.get(f"{PATH}.pdf", f"paper={paper}").body == answer.body


def test_after_the_cast_off_both_show_the_frozen_list(morning: WebWorld) -> None:
    cast_off(morning)
    morning.put(a_row(patrons={**PATRONS, "dave": {**PATRONS["dave"], "name": "Somebody Else"}}, boat="Other"))
    before = morning.get(f"{PATH}.pdf").body
    morning.later(hours=2)

    said = morning.get(PATH).json
    assert {"at": "2026-05-23T20:30:00+00:00", "by": "Olivia Park", "souls": 1}.items() <= said["cast_off"].items()
    assert said["boat"] == "Sea Otter"
    answer = morning.get(f"{PATH}.pdf")
    text = words(answer)[0]
    assert "Cast off 13:30, 1 soul, by Olivia Park" in text
    assert said["cast_off"]["sha256"] in text
    assert "Dave Kowalski" in text
    assert "Somebody Else" not in text
    assert answer.body == before


def test_crew_read_the_list_of_their_event_alone_and_phones_around_its_day(morning: WebWorld) -> None:
    other = "2026-05-23-mystery-cruise"
    morning.put(a_row(other))
    token = crew_token(morning)

    said = morning.get(PATH, token=token).json
    assert (said["parties"][1]["phone"], said["phones"]) == (PHONE, True)
    assert PHONE in words(morning.get(f"{PATH}.pdf", token=token))[0].replace("\u00a0", " ")
    for path in (f"/api/events/{other}/manifest", f"/api/events/{other}/manifest.pdf"):
        answer = morning.get(path, token=token)
        assert (answer.status, answer.errors) == (403, {})
        assert answer.json["detail"].startswith("This link is for another event.")

    morning.later(days=2)
    assert (
        morning.get(PATH, token=token).json["detail"] == "This token has expired. Type /board in Slack for a new link."
    )
    late = morning.get(PATH, token=crew_token(morning)).json
    assert (late["parties"][1]["phone"], late["phones"]) == (None, False)
    assert PHONE not in words(morning.get(f"{PATH}.pdf", token=crew_token(morning)))[0].replace("\u00a0", " ")
    assert morning.get(PATH).json["parties"][1]["phone"] == PHONE, "the office always sees it"


def test_a_token_of_before_a_rename_still_opens_the_list(morning: WebWorld) -> None:
    renamed = "2026-05-23-captain-cory-evening"
    morning.put(
        {"eid": EID, "crew_id": "#event", "moved_to": renamed},
        a_row(renamed, patrons=PATRONS, renamed_from=[EID]),
    )
    for eid in (EID, renamed):
        answer = morning.get(f"/api/events/{eid}/manifest", token=crew_token(morning))
        assert (answer.status, answer.json["eid"]) == (200, renamed)


def test_requests_that_make_no_sense_are_problems(morning: WebWorld) -> None:
    assert morning.get(f"{PATH}.pdf", "paper=a3").errors == {"paper": "Send letter or a4."}
    assert morning.get("/api/events/2026-05-24-nothing/manifest").status == 404
    assert morning.get("/api/events/2026-05-24-nothing/manifest.pdf").status == 404
    assert morning.ask("GET", PATH).headers["www-authenticate"] == "Bearer"
    morning.table_faults.fail_next("Query", error="InternalServerError", times=2)
    assert morning.get(PATH).status == 503


def test_a_cancelled_event_has_nobody_aboard(morning: WebWorld) -> None:
    morning.put(a_row(patrons=PATRONS, status="cancelled"))
    assert morning.get(PATH).json["status"] == "cancelled"
    assert "Cancelled: nobody boards" in words(morning.get(f"{PATH}.pdf"))[0]

"""Reminders to patrons before a trip: their content, their largest number, and the details that they never contain."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from charter.mail_links import MailLinks
from charter.party_links import PartyLinks
from tests.announce.patrons import PUBLIC, SECRET, mailing_patrons
from tests.builders import EID, ZONE, a_row, a_signature_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.patrons import Patrons
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

START = datetime(2026, 5, 23, 13, tzinfo=ZONE)
DAY = 24 * 3600


@pytest.fixture
def patrons(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[Patrons]:
    """The patrons of Captain Cory's trip, who get reminders, and a clock that is four days before it."""
    with mailing_patrons(announce_stage, dynamodb.endpoint, "reminders") as patrons:
        before(announce_stage, days=4)
        yield patrons


def before(stage: AnnounceStage, **left: float) -> None:
    """Set the clock to so long before the start."""
    stage.clock.seconds = (START - timedelta(**left)).timestamp()


def run(stage: AnnounceStage) -> dict[str, Any]:
    """Start the reminders, as their schedule does."""
    answer: dict[str, Any] = stage.function.lambda_handler({"remind": "patrons"}, stage.invocation())
    return answer


def counts(patrons: Patrons) -> tuple[int, int]:
    """Return the numbers of Dave's and of Ana's mails."""
    return len(patrons.to(patrons.dave)), len(patrons.to(patrons.ana))


def test_a_reminder_says_what_is_still_open_and_how_to_get_no_more(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.put(a_signature_row(name="Ana Lima", patron_id="ana"))
    before(announce_stage, days=3)
    assert run(announce_stage) == {"reminded": 2, "failed": 0, "finished": 1}
    (mail,) = patrons.to(patrons.ana)
    assert mail["Subject"] == "Before your trip: Captain Cory, afternoon, Sat May 23, 1:00 PM"
    assert mail["BodyText"].splitlines() == [
        "Hello Ana Lima,",
        "",
        "Before your trip, this is still open by our books:",
        "",
        "Trip:     Captain Cory, afternoon, Sat May 23, 1:00 PM",
        "To pay:   $250.00",
        "Waiver:   we have signatures for 1 of 2 people of your party",
        "",
        "If you have paid already, we may not have entered it yet. If in doubt, answer this mail.",
        "",
        "Everybody signs the waiver before boarding. If anybody of your party has not, this is your party's own link:",
        PartyLinks(SECRET, PUBLIC).link(announce_stage.ledger.event(EID), "ana"),
        "",
        f"Questions? Answer this mail, or write to {patrons.address}.",
        "",
        "You get this mail because your address is beside your name on the list of this trip.",
        f"To get no more mails from us: {MailLinks(SECRET, PUBLIC).link(patrons.ana)}",
    ]
    (mail,) = patrons.to(patrons.dave)
    assert "Waiver:   we have no signature from you yet" in mail["BodyText"]
    assert patrons.mails == [], "the office is not reminded"


def test_two_reminders_come_a_day_apart_and_none_after_the_start(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    seen = []
    hours = [hour for day in (96, 73, 72, 71, 48, 25, 24, 23, 12, 1, 0, -1, -48) for hour in (day, day)]
    for hour in hours:
        before(announce_stage, hours=hour)
        run(announce_stage)
        seen.append(counts(patrons)[0])
    assert seen == [0, 0, 0, 0, *[1] * 8, *[2] * 14]


def test_a_reminder_that_went_out_late_keeps_the_second_a_day_away(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    seen = []
    for hour in (30, 24, 7, 5):
        before(announce_stage, hours=hour)
        run(announce_stage)
        seen.append(counts(patrons)[0])
    assert seen == [1, 1, 1, 2]


def test_nobody_is_reminded_of_what_is_done_of_a_trip_that_is_off_or_after_they_ended_it(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    before(announce_stage, days=2)
    announce_stage.log()
    announce_stage.sign("s1")
    patrons.end_mails(patrons.ana)
    assert run(announce_stage)["reminded"] == 0
    announce_stage.void()
    announce_stage.put(a_row(patrons=patrons.roster(state="no_show")))
    assert run(announce_stage)["reminded"] == 0
    announce_stage.put(a_row(patrons=patrons.roster(), status="cancelled"))
    assert run(announce_stage)["reminded"] == 0
    announce_stage.put(a_row(patrons=patrons.roster()))
    cast_off = {"at": "2026-05-21T20:00:00.000Z", "by": "slack:U0DANA", "souls": 3, "sha256": "0" * 64, "list_id": "x"}
    announce_stage.put({"eid": EID, "crew_id": "#boarding", "aboard": {}, "cast_off": cast_off})
    assert run(announce_stage)["reminded"] == 0
    assert counts(patrons) == (0, 0)
    announce_stage.put({"eid": EID, "crew_id": "#boarding", "aboard": {}})
    assert run(announce_stage)["reminded"] == 1, "Dave alone: Ana wants no mails"


def test_where_a_signature_is_not_matched_nobody_is_said_not_to_have_signed(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.put(a_signature_row(name="D. Kowalsky", patron_id=None, matched_at=None, matched_by=None))
    before(announce_stage, days=2)
    run(announce_stage)
    (mail,) = patrons.to(patrons.dave)
    assert "Waiver:   we have signatures that we could not match to a party yet" in mail["BodyText"]
    for false in ("no signature from you", "0 of 1", "Kowalsky"):
        assert false not in mail["BodyText"]


@pytest.mark.parametrize(
    ("fault", "mails"),
    [({"error": "TooManyRequestsException"}, 1), ({"drop_answer": True}, 1), ({"drop_request": True}, 0)],
    ids=["it was refused for now", "it went out, and the answer was lost", "nobody knows, and it did not go out"],
)
def test_one_that_may_have_gone_out_is_not_sent_again(
    patrons: Patrons, announce_stage: AnnounceStage, fault: dict[str, Any], mails: int
) -> None:
    patrons.end_mails(patrons.ana)
    before(announce_stage, days=3)
    announce_stage.faults.fail_next("POST", **fault)
    assert run(announce_stage) == {"reminded": 0, "failed": 1, "finished": 1}
    for _ in range(3):
        announce_stage.later(3600)
        run(announce_stage)
    assert counts(patrons)[0] == mails
    before(announce_stage, hours=20)
    run(announce_stage)
    assert counts(patrons)[0] == mails + 1, "the second comes all the same"


def test_killed_in_the_middle_no_reminder_comes_twice(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    patrons.end_mails(patrons.ana)
    before(announce_stage, days=3)
    with announce_stage.dying("mailer", "send", after=True):
        run(announce_stage)
    assert run(announce_stage)["reminded"] == 0, "another process may be at it"
    announce_stage.later(3600)
    run(announce_stage)
    assert counts(patrons) == (1, 0)


def test_a_renamed_trip_and_a_mail_service_that_is_down_start_no_second_round(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    before(announce_stage, days=3)
    announce_stage.faults.fail_next("POST", error="SendingPausedException", times=2)
    assert run(announce_stage) == {"reminded": 0, "failed": 2, "finished": 1}
    assert run(announce_stage)["reminded"] == 2
    new = "2026-05-23-captain-cory-late-afternoon"
    row = a_row(new, patrons=patrons.roster(), renamed_from=[EID])
    announce_stage.put(row, {"eid": EID, "crew_id": "#event", "moved_to": new})
    announce_stage.later(3600)
    assert run(announce_stage)["reminded"] == 0
    assert counts(patrons) == (1, 1)
    assert announce_stage.counted("ReminderFailed") == [{"why": "MailUnavailable"}] * 2


def test_what_a_run_has_no_time_for_is_left_to_the_next(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    before(announce_stage, days=2)
    send = announce_stage.function.mailer.send

    def slowly(mail: Any) -> None:
        send(mail)
        announce_stage.later(55)

    announce_stage.monkeypatch.setattr(announce_stage.function.mailer, "send", slowly)
    assert [run(announce_stage) for _ in range(3)] == [
        {"reminded": 1, "failed": 0, "finished": 0},
        {"reminded": 1, "failed": 0, "finished": 0},
        {"reminded": 0, "failed": 0, "finished": 1},
    ]
    assert counts(patrons) == (1, 1)


def test_reminders_are_off_unless_they_are_named(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    before(announce_stage, days=2)
    for kinds in (None, "receipts,changes"):
        announce_stage.restart(MAIL_PATRONS=kinds)
        assert run(announce_stage) == {}
    assert counts(patrons) == (0, 0)
    announce_stage.restart(MAIL_PATRONS="reminders")


def test_an_error_that_nobody_expected_is_raised_without_its_text(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    def broken(_months: object) -> None:
        raise ValueError(patrons.dave)

    announce_stage.monkeypatch.setattr(announce_stage.function.app.services.ledger, "listings", broken)
    with pytest.raises(Exception, match=r"^ValueError$"):
        run(announce_stage)

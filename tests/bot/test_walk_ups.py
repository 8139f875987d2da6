"""People who walk up on the dock: they join the roster with their first payment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.bot.conftest import last, logged, opened
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

EIGHTY = "Maximiliana Alexandrina Wilhelmina Theodora von Hohenstaufen-Rosenberg-Lindqvist"


def _walks_up(form: Modal, name: str, *, typed: str | None = None) -> Modal:
    """Type a name into the patron field, take the new patron that it offers, and fill in the rest."""
    form.choose("patron", name[:40] if typed is None else typed, pick="New patron")
    return form.fill("name", name).choose("method", "Cash")


def _newcomer(bot_stage: BotStage, eid: str = EID) -> tuple[str, dict[str, object]]:
    (found,) = [(key, line) for key, line in bot_stage.row(eid)["patrons"].items() if key not in {"dave", "ana"}]
    return found


def test_a_walk_up_joins_the_roster_and_owes_the_price(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "Zed Quist", pick="New patron “Zed Quist”")
    assert (form.values["name"], form.values["amount"]) == ("Zed Quist", "125.00")
    form.fill("amount", "50").choose("method", "Cash").submit()
    assert "Logged: $50.00 by cash for Zed Quist" in form.text
    assert "New balance\n$75.00 to pay" in form.text
    patron_id, line = _newcomer(bot_stage)
    assert patron_id.startswith("zed-quist-")
    assert line == {"name": "Zed Quist", "party": 1, "due": Decimal("125.00")}
    assert bot_stage.paid() == {patron_id: "50.00"}
    assert "Zed Quist · owes $75.00" in opened(bot_stage.dana).options("patron")


def test_a_family_that_walks_up_owes_the_price_for_each(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "Zed Quist", pick="New patron “Zed Quist”").fill("party", "4")
    assert (form.values["due"], form.values["amount"]) == ("500.00", "500.00")
    form.choose("method", "Cash").submit()
    assert "Logged: $500.00 by cash for Zed Quist" in form.text
    assert "Paid in full" in form.text
    assert _newcomer(bot_stage)[1] == {"name": "Zed Quist", "party": 4, "due": Decimal("500.00")}


def test_what_was_typed_stays_when_the_party_changes(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "Zed Quist", pick="New patron “Zed Quist”")
    form.fill("amount", "60").fill("party", "2")
    assert (form.values["due"], form.values["amount"]) == ("250.00", "60")
    form.fill("due", "200").fill("party", "3")
    assert (form.values["due"], form.values["amount"]) == ("200", "60")
    form.choose("method", "Cash").submit()
    assert "New balance\n$140.00 to pay" in form.text
    assert _newcomer(bot_stage)[1] == {"name": "Zed Quist", "party": 3, "due": Decimal("200.00")}


def test_the_form_opened_with_the_name_that_nobody_bears_offers_the_new_patron(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} zed 20 cash").choose("patron", "", pick="New patron “zed”")
    assert form.values["name"] == "zed"
    assert form.values["amount"] == "20"


def test_picking_another_new_patron_brings_the_other_name(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "Zed", pick="New patron “Zed”")
    form.choose("patron", "Zoe", pick="New patron “Zoe”").choose("method", "Cash").submit()
    assert "for Zoe" in form.text


def test_a_name_that_was_corrected_is_the_one_that_counts(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "zed", pick="New patron “zed”").fill("name", "Zed Quist")
    form.choose("method", "Cash").submit()
    assert _newcomer(bot_stage)[1]["name"] == "Zed Quist"


def test_going_back_to_somebody_on_the_roster_takes_the_name_field_away(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "zed", pick="New patron “zed”").choose("patron", "Dave")
    assert "name" not in form.values
    assert form.values["amount"] == "125.00"


def test_an_event_without_a_price_expects_nothing_of_a_walk_up(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(without=["price"]))
    form = _walks_up(opened(bot_stage.dana), "Zed")
    assert form.values["amount"] is None
    form.fill("amount", "50").submit()
    assert form.title == "Payment logged"
    assert _newcomer(bot_stage)[1]["due"] == 0


def test_an_event_known_by_its_crew_gets_its_row_with_its_first_walk_up(bot_stage: BotStage) -> None:
    eid = "2026-06-04-captain-mia-afternoon"
    bot_stage.put(a_crew_row(eid, "mia"))
    form = opened(bot_stage.dana, eid)
    assert form.options("event", eid) == ["Captain Mia, afternoon · Thu Jun 4"]
    assert form.options("patron", "Zed") == ["New patron “Zed”"]
    _walks_up(form, "Zed").fill("amount", "50").submit()
    assert form.title == "Payment logged", form.errors
    row = bot_stage.row(eid)
    assert {name: row[name] for name in ("title", "starts_at", "month", "status", "currency")} == {
        "title": "Captain Mia, afternoon",
        "starts_at": "2026-06-04",
        "month": "2026-06",
        "status": "scheduled",
        "currency": "USD",
    }
    assert bot_stage.paid(eid) == {next(iter(row["patrons"])): "50.00"}


def test_two_walk_ups_of_one_name_are_two_people(bot_stage: BotStage) -> None:
    _walks_up(opened(bot_stage.dana), "Zed Quist").submit()
    form = _walks_up(opened(bot_stage.marco), "Quist, Zed")
    form.submit()
    assert "@Dana Reyes logged $125.00 by cash for Zed Quist just now. Is this another one?" in form.text
    assert len(bot_stage.paid()) == 1
    form.choose("confirm", "Yes, this is another payment").submit()
    assert form.title == "Payment logged"
    assert len(bot_stage.paid()) == 2


def test_odd_names_are_kept_and_shown_as_they_were_typed(bot_stage: BotStage) -> None:
    for name in (EIGHTY, "🏄" * 80, "<!channel> & Sons", "Зоя", "👩\u200d👩\u200d👧", "<@U0DANA>"):
        bot_stage.put(a_row())
        form = _walks_up(opened(bot_stage.dana), name)
        form.submit()
        assert f"for {name}" in form.text
        assert _newcomer(bot_stage)[1]["name"] == name
        for text, shown in ((EID, name[:20]), (f"{EID} {name}", name)):  # a table has room for the first letters
            bot_stage.olivia.command("/payment-status", text)
            assert shown in last(bot_stage.olivia).text
        assert any(name[:20] in label for label in opened(bot_stage.marco).options("patron"))


def test_a_name_that_says_nothing_or_too_much_is_refused_on_its_field(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana).choose("patron", "", pick="New patron…").choose("method", "Cash").fill("amount", "20")
    for name in ("   ", "\u200b", "\n\t", "x" * 81):
        form.fill("name", name).submit()
        assert form.errors.keys() == {"name"}
    assert bot_stage.row() == a_row()
    form.fill("name", "Zed").submit()
    assert form.title == "Payment logged"


def test_the_same_form_sent_again_brings_nobody_twice(bot_stage: BotStage) -> None:
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    form = _walks_up(opened(bot_stage.dana), "Zed Quist")
    form.submit()
    assert "The ledger did not answer in time" in form.errors["amount"]
    form.submit()
    assert "Already logged, and counted once: $125.00 by cash for Zed Quist" in form.text
    assert len(bot_stage.paid()) == 1


def test_of_a_hundred_and_thirty_patrons_any_is_found_by_a_few_letters(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.plant_season()
    festival = "2026-05-25-harbor-festival-midday"
    form = opened(bare_bot_stage.dana, festival)
    offered = form.options("patron")
    assert len(offered) == 100
    assert offered[-1] == "New patron…"
    unpaid = [label for label in offered[:-1] if "owes" in label]
    assert unpaid == offered[: len(unpaid)], "those who owe come first"
    everybody = {line["name"] for line in bare_bot_stage.row(festival)["patrons"].values()}
    assert all(
        any(label.startswith(f"{name} · ") for label in form.options("patron", name))
        for name in sorted(everybody)[::10]
    )
    logged(bare_bot_stage.dana, f"{festival} {sorted(everybody)[7]} 5 cash")

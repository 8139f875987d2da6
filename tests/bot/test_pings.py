"""No text that people type notifies anybody or is read as Slack's markup, in messages and in forms."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devkit.slack.visible import pings_in
from tests.bot.conftest import last, opened
from tests.builders import EID, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

RINGS = "<!channel> <!here|x> <@U0DANA> <https://x.example|y> & &lt;!everyone&gt;"


def _quiet(form: Modal) -> Modal:
    assert pings_in({"blocks": form.blocks}) == []
    assert "@channel" not in form.text
    assert "@Dana" not in form.text.replace("Logged by\n@Dana Reyes", "")
    return form


def _ringing_rows(bot_stage: BotStage) -> None:
    line = {"name": f"Dave {RINGS}", "party": Decimal(1), "due": Decimal(125)}
    entry = {
        "kind": "payment",
        "amount": Decimal(20),
        "method": RINGS,
        "logged_by": f"web:{RINGS}",
        "timestamp": "2026-05-20T10:00:00Z",
        "source": "web",
        "notes": RINGS,
        "reason": RINGS,
    }
    entries = {"p1": entry, "p2": {**entry, "logged_by": "slack:U0DANA> <!channel"}}
    payments = {"dave": {**entry, "amount": Decimal(40), "entries": entries}}
    bot_stage.put(a_row(title=f"Captain Cory {RINGS}", patrons={"dave": line}, payments=payments, currency=RINGS[:10]))


def test_the_form_and_the_receipt_notify_nobody_for_any_typed_text(bot_stage: BotStage) -> None:
    _ringing_rows(bot_stage)
    _quiet(opened(bot_stage.dana, f"zeppelin {RINGS}"))
    _quiet(opened(bot_stage.dana, f"2026-05-23-{RINGS}"))
    form = _quiet(opened(bot_stage.dana, f"{EID} zed <!everyone> & co"))
    assert "You typed “zed <!everyone> & co”" in form.text
    form.choose("patron", RINGS[:20], pick="New patron")
    _quiet(form).fill("name", f"Zed {RINGS}"[:80]).fill("notes", RINGS).fill("amount", RINGS).choose("method", "Cash")
    form.submit()
    assert form.errors.keys() == {"amount"}
    form.fill("amount", "20").submit()
    assert _quiet(form).title == "Payment logged"
    assert RINGS in form.text
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    form.submit()
    _quiet(form)


def test_every_status_stays_quiet(bot_stage: BotStage) -> None:
    _ringing_rows(bot_stage)
    for person in (bot_stage.dana, bot_stage.olivia):
        for text in ("", EID, f"{EID} dave", RINGS, f"{EID} {RINGS}", f"2026-05-23-{RINGS}", "cory", "dave"):
            person.command("/payment-status", text)
            answer = last(person)
            assert "@channel" not in answer.text + answer.fallback, text
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    assert RINGS[:60] in last(bot_stage.olivia).text


def test_the_waivers_card_and_question_stay_quiet(bot_stage: BotStage) -> None:
    _ringing_rows(bot_stage)
    for text in (EID, RINGS, f"cory {RINGS}", f"2026-05-23-{RINGS}"):
        bot_stage.dana.command("/waiver", text)
        answer = last(bot_stage.dana)
        assert "@channel" not in answer.text + answer.fallback, text


def test_the_forms_that_take_back_stay_quiet(bot_stage: BotStage) -> None:
    _ringing_rows(bot_stage)
    for action, fields in (("void_entry", {}), ("refund_payment", {"amount": "5"})):
        bot_stage.olivia.command("/payment-status", f"{EID} dave")
        bot_stage.olivia.click(last(bot_stage.olivia), action_id=action)
        form = _quiet(bot_stage.olivia.form)
        _take_back(form, fields)
        assert form.title in {"Voided", "Refunded"}, form.text


def _take_back(form: Modal, fields: dict[str, Any]) -> None:
    menu = "method" if fields else "payment_id"
    form.choose(menu, form.options(menu)[0]).fill("reason", RINGS)
    for block_id, text in fields.items():
        form.fill(block_id, text)
    form.submit()
    _quiet(form)


def test_the_boarding_list_and_the_passenger_list_stay_quiet(bot_stage: BotStage) -> None:
    _ringing_rows(bot_stage)
    row = bot_stage.row()
    bot_stage.put({**row, "boat": RINGS, "patrons": {"dave": {**row["patrons"]["dave"], "phone": RINGS}}})
    bot_stage.put(a_crew_row(name=RINGS), a_signature_row(name=RINGS, minors=[RINGS]))
    for text in (RINGS, f"cory {RINGS}", f"2026-05-23-{RINGS}"):
        bot_stage.olivia.command("/board", text)
    assert "@channel" not in "".join(each.text + each.fallback for each in bot_stage.olivia.sees("C0DOCK"))
    bot_stage.olivia.command("/board", EID)
    form = _quiet(bot_stage.olivia.form)
    form.click("board_let_aboard")
    _quiet(bot_stage.olivia.form).fill("reason", RINGS).submit()
    assert RINGS in _quiet(form).text
    form.click("board_passengers")
    _quiet(bot_stage.olivia.form).close()
    form.click("board_take_back")
    form.click("board_menu", value="No-show…")
    _quiet(bot_stage.olivia.form).fill("reason", RINGS).submit()
    assert RINGS in _quiet(form).text

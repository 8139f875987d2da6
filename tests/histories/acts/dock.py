"""The dock: waivers signed and matched, reminders, check-ins, cast-off and reopening."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.waiver_texts import read_waiver_texts
from charter.party_links import PartyLinks
from tests.histories import processes
from tests.histories.boat import BOT
from tests.histories.day import Missing
from tests.histories.deeds import Said

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.histories.day import Day
    from tests.histories.steps import Step


def sign(day: Day, step: Step) -> None:
    """Sign the waiver, by the plain link or a party's own; the page tries again by itself."""
    row = day.event(step)
    names = [str(line["name"]) for line in (row.get("patrons") or {}).values()]
    name = (names or ["Zoe Rey"])[step.pick(1, max(1, len(names)))] if step.pick(3, 3) else "Zoe Rey"
    body: dict[str, Any] = {
        "signature_id": str(uuid.UUID(int=(0xD0C << 116) + step.number + 1)),
        "name": name,
        "minors": [{"name": f"Mia {name.split()[-1]}", "age": 9}] if step.pick(4, 3) == 0 else [],
        "agreed": True,
        "version": read_waiver_texts()[0].version,
        "signature": {"kind": "typed", "text": name},
    }
    if step.pick(5, 3) == 0 and row.get("patrons"):
        links = PartyLinks(processes.SECRET, processes.PUBLIC)
        event = day.boat.function(BOT).ledger.event(str(row["eid"])) if not day.boat.injector.faults else None
        if event is not None:
            body["party"] = links.token(event, day.patron(row, step))
    path = f"/g/{row['eid']}/waiver"
    day.signatures[body["signature_id"]] = (name, Said.UNKNOWN)
    for _ in range(2 if step.twice else 1):
        day.signatures[body["signature_id"]] = (name, _signed(day, path, body, day.signatures[body["signature_id"]][1]))
    day.unsure_signatures.append((path, body))


def _signed(day: Day, path: str, body: dict[str, Any], before: Said) -> Said:
    status, _ = day.boat.web("POST", path, body, headers={"user-agent": "Mozilla/5.0 (iPhone)"})
    if before is Said.YES:
        return before
    return Said.YES if status in {200, 201} else Said.UNKNOWN if status >= 500 else Said.NO


def match(day: Day, step: Step) -> None:
    """Say whose an unmatched signature is, in the menu of the status."""
    row = day.event(step)
    _stranger(day, step, row)
    person = day.person(step)
    answer = day.answer(person, "/payment-status", str(row["eid"]))
    line = (row.get("patrons") or {}).get(day.patron(row, step), {})
    menus = [block for block in answer.blocks if "match" in str(block.get("accessory", {}).get("action_id", ""))]
    if not menus:
        raise Missing("every signature is matched")
    element = menus[0]["accessory"]
    offered = day.boat.slack.suggest(person.id, answer.place, menus[0]["block_id"], element["action_id"], "")
    options = [each for group in offered.get("option_groups", [offered]) for each in group.get("options", [])]
    fitting = [each for each in options if str(line.get("name")) in str(each)]
    if not fitting:
        raise Missing("the patron is not offered")
    change = {"selected_option": fitting[0]}
    day.boat.slack.act(person.id, answer.place, menus[0]["block_id"], element["action_id"], change)


def _stranger(day: Day, step: Step, row: dict[str, Any]) -> None:
    """Let somebody sign who is on no roster, unless somebody has."""
    rows = [each for each in day.rows() if str(each["crew_id"]).startswith("#signature:")]
    if not any(each["eid"] == row["eid"] and "patron_id" not in each and "set_aside_at" not in each for each in rows):
        sign(day, replace(step, picks=(*step.picks[:3], 0, 1, 1), twice=""))


def set_aside(day: Day, step: Step) -> None:
    """Set an unmatched signature aside, as a false one."""
    row = day.event(step)
    _stranger(day, step, row)
    person = day.person(step)
    day.press(person, day.answer(person, "/payment-status", str(row["eid"])), "set_aside.0")


def remind(day: Day, step: Step) -> None:
    """Remind an event's channel to sign."""
    day.person(step).command("/waiver", f"remind {day.event(step)['eid']}", channel="C0DOCK")


def board(day: Day, step: Step) -> None:
    """Check a party in, or take that back."""
    row, form = _list(day, step)
    patron = day.patron(row, step)
    action = ("board_check_in", "board_check_in", "board_take_back")[step.pick(3, 3)]
    try:
        _click(form, action, patron)
    except Missing:
        let_aboard(day, step)


def let_aboard(day: Day, step: Step) -> None:
    """Let a party aboard that is not clear, with a reason."""
    row, form = _list(day, step)
    _click(form, "board_let_aboard", day.patron(row, step))
    top = day.boat.slack.modals.top(form._user)
    if top is None or top.id == form.id:
        raise Missing("they are clear")
    person = day.boat.slack.as_(form._user)
    _fill(person.form, "reason", f"pays later {step.number}")
    day.submit(person.form, ())


def cast_off(day: Day, step: Step) -> None:
    """Freeze the list."""
    _, form = _list(day, step)
    _click(form, "board_cast_off", None)


def reopen(day: Day, step: Step) -> None:
    """Open a frozen list again, with a reason."""
    row = day.event(step)
    olivia = day.fresh("olivia")
    olivia.command("/board", str(row["eid"]), channel="C0DOCK")
    form = day.form(olivia)
    if "board_cast_off" in str(form.blocks):
        _click(form, "board_cast_off", None)
    _click(form, "board_reopen", None)
    _fill(olivia.form, "reason", f"one more came {step.number}")
    day.submit(olivia.form, ())


def _list(day: Day, step: Step) -> tuple[dict[str, Any], Modal]:
    row, person = day.event(step), day.person(step)
    person.command("/board", str(row["eid"]), channel="C0DOCK")
    return row, day.form(person)


def _click(form: Modal, action_id: str, patron: str | None) -> None:
    try:
        form.click(action_id, block_id=None if patron is None else f"party_of.{patron}")
    except LookupError as error:
        raise Missing(str(error)) from error


def _fill(form: Modal, block_id: str, text: str) -> None:
    try:
        form.fill(block_id, text)
    except LookupError as error:
        raise Missing(str(error)) from error


ACTS: Final = {
    "sign": sign,
    "match": match,
    "set_aside": set_aside,
    "remind": remind,
    "board": board,
    "let_aboard": let_aboard,
    "cast_off": cast_off,
    "reopen": reopen,
}

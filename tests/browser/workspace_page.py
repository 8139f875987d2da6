"""A strict Slack behind HTTP with a scripted bot, and helpers for the elements of its page."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from devkit.local_slack import RunningSlack, serve
from tests.devkit.slack.stage import Stage, a_select, a_text_input, a_view, an_input, mrkdwn, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from devkit.slack.wire import JSON

PATRONS = ("Dave Kowalski", "Ana Lima 🐬", "Priya Natarajan", "<script>alert(1)</script> & Sons")


TOO_SMALL = """nodes => nodes
    .filter((node) => node.offsetParent && (node.offsetHeight < 44 || node.offsetWidth < 44))
    .map((node) => node.outerHTML)"""
"""JavaScript that returns the visible elements that are too small for a finger."""


@dataclass(frozen=True)
class ServedWorkspace:
    """A stage that is open to the public at `running.url`."""

    stage: Stage
    running: RunningSlack

    def open(self, page: Page, user: str = "U0DANA", channel: str = "C0DOCK") -> Page:
        """Open the workspace as this person, in this channel."""
        page.goto(f"{self.running.url}/?user={user}&channel={channel}")
        composer(page).wait_for()
        return page

    def submissions(self) -> list[JSON]:
        """The `state.values` of each view_submission that the bot heard."""
        heard = [payload for payload in self.stage.heard if payload.get("type") == "view_submission"]
        return [payload["view"]["state"]["values"] for payload in heard]

    def actions(self) -> list[JSON]:
        """Each action that the bot heard of."""
        return [action for payload in self.stage.heard for action in payload.get("actions", ())]


@contextmanager
def served_workspace(says: Callable[[Stage, JSON], Any] | None = None, **workspace: Any) -> Iterator[ServedWorkspace]:
    """A workspace whose bot answers with `says`, served until the end."""
    stage = Stage(says, **workspace)
    running = serve(stage.slack)
    try:
        yield ServedWorkspace(stage, running)
    finally:
        running.stop()


def payment_form(*, patron: str = "patron", **more: Any) -> JSON:
    """The form of the scripted bot: event, patron, amount, method, notes."""
    typed = {"type": "external_select", "min_query_length": 0}
    return a_view(
        an_input(typed, "event", dispatch_action=True),
        an_input({**typed, "action_id": "patron"}, patron, label=plain("Patron")),
        a_text_input("amount"),
        a_select("method", options=("Cash", "Venmo", "Zelle")),
        a_text_input("notes", optional=True, multiline=True),
        **more,
    )


RECEIPT: JSON = {
    "type": "modal",
    "title": plain("Payment logged"),
    "close": plain("Done"),
    "blocks": [{"type": "section", "text": mrkdwn("*$125.00* from Dave Kowalski")}],
}


def cashier(stage: Stage, payload: JSON) -> Any:
    """A bot that logs payments: opens the form, offers patrons, refuses what is no number, answers with the receipt.

    Choosing an event gives the patron's field a new block_id, as a form does when the roster behind it changed.
    """
    if "command" in payload:
        opened = stage.api("views.open", trigger_id=payload["trigger_id"], view=payment_form())
        assert opened["ok"], opened
        return None
    if payload["type"] == "block_suggestion":
        names = ("Captain Cory", "Sunset") if payload["action_id"] == "event" else PATRONS
        chosen = [name for name in names if payload["value"].lower() in name.lower()]
        return {"options": [{"text": plain(name), "value": name.lower()} for name in chosen]}
    if payload["type"] == "block_actions":
        view = payment_form(patron=f"patron-{payload['actions'][0]['selected_option']['value']}")
        stage.api("views.update", view_id=payload["view"]["id"], hash=payload["view"]["hash"], view=view)
        return None
    if payload["view"]["state"]["values"]["amount"]["amount"]["value"].isdigit():
        return {"response_action": "update", "view": RECEIPT}
    return {"response_action": "errors", "errors": {"amount": "Please enter one amount, such as 125."}}


def eventually(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Wait until `holds()` is true. For requests that the bot gets and no element of the page shows."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"did not come to hold within {seconds} s"
        time.sleep(0.02)


class Gate:
    """Holds the bot's answer back until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def wait(self) -> None:
        assert self._open.wait(30)

    def open(self) -> None:
        self._open.set()


def composer(page: Page) -> Locator:
    return page.locator(".composer-field")


def dialog(page: Page) -> Locator:
    return page.locator("[role=dialog]")


def messages(page: Page) -> Locator:
    return page.locator("[data-ts]")


def run(page: Page, words: str) -> None:
    """Write a command or a message and press Enter."""
    composer(page).fill(words)
    composer(page).press("Enter")


def become(page: Page, name: str) -> None:
    """Switch the page to another person."""
    page.get_by_role("button", name="You are").click()
    page.get_by_role("menuitemradio", name=name).click()
    # Until the page has asked for what they see, what is typed stays the other person's draft.
    page.get_by_role("button", name=f"You are {name}").wait_for()


def pick(page: Page, label: str, letters: str) -> None:
    """Type some letters into a type-ahead and take the first choice."""
    field = dialog(page).get_by_label(label)
    field.click()
    field.press_sequentially(letters)
    page.get_by_role("option").filter(has_text=letters).first.click()


def pick_patron(page: Page, letters: str, *, owes: str) -> None:
    """Take the first patron with these letters, and wait until the form shows what they owe, as people do."""
    pick(page, "Patron", letters)
    expect(dialog(page).get_by_label("Amount in USD")).to_have_value(owes)


def pick_sunset(page: Page) -> None:
    """Take the cashier's event *Sunset*, and wait until the form shows the patron's field of that event."""
    pick(page, "Event", "Sun")
    dialog(page).locator("[data-block-id=patron-sunset]").wait_for()

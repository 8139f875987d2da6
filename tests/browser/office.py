"""The office at its dispatch page: the real web Lambda behind the edge, on the table that Slack's bot writes too."""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from playwright.sync_api import expect

from charter.roles import Role
from devkit.edge.origins import folder_bucket
from devkit.public_site import public_site
from devkit.season.planting import to_item
from tests.browser.caching import bind_own_port, kept_bucket
from web.tokens import GOOD_FOR, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Request, Route

    from tests.conftest import World

PUBLIC = "https://trips.example.com"
"""The site's address as the Lambdas know it. The tests' own edge has a free port instead."""
LOG = "**/payment-log"
API = "**/api/**"
SECRET = "made-up-token-secret-of-at-least-32-bytes"


@dataclass(frozen=True)
class Office:
    """The public site at `url`, and the world behind it."""

    world: World
    url: str

    def token(
        self,
        subject: str = "U0OLIVIA",
        *,
        name: str = "Olivia Park",
        role: Role = Role.ADMIN,
        good_for: timedelta = GOOD_FOR,
        audience: str = PUBLIC,
    ) -> str:
        """A token as `/dispatch` would hand it out."""
        tokens = Tokens(secret=SECRET, audience=audience, now=lambda: datetime.now(UTC))
        return tokens.issue(subject, name=name, role=role, good_for=good_for)

    def link(self, **token: Any) -> str:
        """The page's address with a token in its fragment."""
        return f"{self.url}/dispatch#token={self.token(**token)}"

    def enter(self, page: Page, *, view: str = "Coming", **token: Any) -> Page:
        """Open the page by a link, turn to a view, and wait for its events."""
        page.goto(self.link(**token))
        cards(page).first.wait_for()
        page.get_by_role("button", name=view, exact=True).click()
        page.locator("#events:not([aria-busy])").wait_for()
        return page

    def record(self, eid: str, patron_id: str) -> dict[str, Any]:
        """Return a patron's payment record in Python's types; empty when nothing was paid."""
        key: Any = to_item({"eid": eid, "crew_id": "#event"})
        row = self.world.client.get_item(TableName=self.world.table, Key=key, ConsistentRead=True)["Item"]
        payments: dict[str, Any] = TypeDeserializer().deserialize(row.get("payments", {"M": {}}))
        return dict(payments.get(patron_id, {}))

    def put(self, row: dict[str, Any]) -> None:
        """Write one whole row past the Lambdas."""
        item: Any = to_item(row)
        self.world.client.put_item(TableName=self.world.table, Item=item)

    def forget_patron(self, eid: str, patron_id: str) -> None:
        """Take a patron off the roster, as another program would."""
        key: Any = to_item({"eid": eid, "crew_id": "#event"})
        self.world.client.update_item(
            TableName=self.world.table,
            Key=key,
            UpdateExpression="REMOVE #roster.#patron",
            ExpressionAttributeNames={"#roster": "patrons", "#patron": patron_id},
        )


@contextmanager
def an_office(world: World, folder: Path | None = None) -> Iterator[Office]:
    """The site over the world's own table, with a freshly imported web Lambda, until the end.

    A `folder` has the page's files, and its browser asks for them at each load.
    """
    sys.modules.pop("web_function", None)
    web_function = importlib.import_module("web_function")
    try:
        bucket = folder_bucket(folder) if folder else kept_bucket()
        with public_site(bind_own_port(), web_function.lambda_handler, bucket=bucket) as url:
            yield Office(world, url)
    finally:
        sys.modules.pop("web_function", None)


def cards(page: Page) -> Locator:
    """The events that are shown."""
    return page.locator("article.card:visible")


def card(page: Page, eid: str) -> Locator:
    return page.locator(f"article.card[data-eid='{eid}']")


def open_card(page: Page, eid: str) -> Locator:
    """The card of this event, opened, with its patrons read."""
    found = card(page, eid)
    toggle = found.locator(".card-toggle")
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    found.locator("li.patron").first.wait_for()
    return found


def patron(page: Page, eid: str, patron_id: str) -> Locator:
    """A patron's line in the card of this event."""
    return card(page, eid).locator(f"[data-patron-id='{patron_id}']")


def open_row(page: Page, eid: str, patron_id: str) -> Locator:
    """A patron's row in the card of this event, opened to their ledger."""
    row = patron(page, eid, patron_id)
    toggle = row.locator(".patron-toggle")
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    return row


def form(page: Page) -> Locator:
    return page.locator("#log-payment-modal")


def tray(page: Page) -> Locator:
    return page.get_by_role("region", name="Payments not sent yet")


def open_form(page: Page, eid: str, patron_id: str = "dave") -> Locator:
    """The form for a patron, from their own row; of those who owe nothing the button is within it."""
    open_card(page, eid)
    button = patron(page, eid, patron_id).get_by_role("button", name="Log payment")
    if not button.count():
        open_row(page, eid, patron_id)
    button.click()
    expect(form(page).get_by_label("Patron")).to_have_value(patron_id)
    return form(page)


def press_log(page: Page) -> None:
    form(page).get_by_role("button", name="Log payment", exact=True).click()


def log_payment(page: Page, eid: str, amount: str, patron_id: str = "dave", method: str = "cash") -> None:
    """Fill in the form for a patron and press its button."""
    opened = open_form(page, eid, patron_id)
    opened.get_by_label("Amount").fill(amount)
    opened.get_by_label("Method").select_option(method)
    press_log(page)


def watch_posts(page: Page) -> list[Request]:
    """Every payment that any tab of this browser sends from now on."""
    posts: list[Request] = []
    page.context.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    return posts


def dead(route: Route) -> None:
    """Let no request arrive."""
    route.abort()


def deaf(route: Route) -> None:
    """Let the request arrive, and lose its answer."""
    route.fetch()
    route.abort()


def log_unsent(page: Page, eid: str, amount: str, patron_id: str = "dave", method: str = "cash") -> None:
    """Log a payment that does not arrive, and wait until the page has given it up for now."""
    log_payment(page, eid, amount, patron_id, method)
    expect(form(page)).to_be_hidden()
    expect(tray(page)).to_be_visible()


def never(_route: Route) -> None:
    """Let nothing come back, not even a refusal."""


def refusing(status: int, sentence: str, field: str) -> dict[str, object]:
    """Return a final refusal as the answer."""
    problem = {"type": "about:blank", "title": "No", "status": status, "detail": sentence}
    body = json.dumps({**problem, "errors": [{"field": field, "message": sentence}]})
    return {"status": status, "content_type": "application/problem+json", "body": body}


def bring_line_back(page: Page) -> None:
    """Send the page the event by which a browser reports that the network is back."""
    page.context.set_offline(True)
    page.context.set_offline(False)


def pass_on(page: Page) -> list[tuple[str, str]]:
    """Let payments arrive again. Return the list that gets the amount and the key of each."""
    sent: list[tuple[str, str]] = []

    def record(route: Route) -> None:
        sent.append((json.loads(route.request.post_data or "")["amount"], route.request.headers["idempotency-key"]))
        route.continue_()

    page.context.route(LOG, record)
    return sent

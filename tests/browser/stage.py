"""A patron's phone before the waiver: the real web Lambda behind the edge, on the table that Slack's bot reads."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from adapters.attribute_values import from_wire
from charter.party_links import PartyLinks
from devkit.buckets import create_waivers_bucket, s3_client
from devkit.environment import WAIVERS_BUCKET
from devkit.listen import bind
from devkit.public_site import public_site
from devkit.season.planting import to_item
from tests.builders import an_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Request, Route

    from tests.conftest import World


@dataclass(frozen=True)
class TripStage:
    """The public site at `url`, one event of today on it, and the content of its stores."""

    world: World
    url: str
    endpoint: str
    eid: str

    def link(self, query: str = "", *, eid: str | None = None) -> str:
        """The waiver's address."""
        return f"{self.url}/g/{eid or self.eid}/waiver{query}"

    def row(self) -> dict[str, Any]:
        """The event's own row, in Python's types."""
        key: Any = to_item({"eid": self.eid, "crew_id": "#event"})
        answer = self.world.client.get_item(TableName=self.world.table, Key=key, ConsistentRead=True)
        return from_wire(answer["Item"])

    def change(self, **attributes: Any) -> None:
        """Write the row anew with other attributes."""
        self.add({**self.row(), **attributes})

    def add(self, row: dict[str, Any]) -> None:
        """Write another event's row."""
        item: Any = to_item(row)
        self.world.client.put_item(TableName=self.world.table, Item=item)

    def party(self, patron_id: str) -> str:
        """The query of a party's personal link."""
        settings = sys.modules["web_function"].settings
        links = PartyLinks(settings.admin_token_secret, settings.public_base_url)
        return f"?party={links.token(replace(an_event(), eid=self.eid), patron_id)}"

    def signed(self) -> list[dict[str, Any]]:
        """The rows of the signatures that this test made; each has its one object of evidence."""
        answer = self.world.client.query(
            TableName=self.world.table,
            KeyConditionExpression="eid = :eid AND begins_with(crew_id, :ours)",
            ExpressionAttributeValues={":eid": {"S": self.eid}, ":ours": {"S": "#signature:"}},
            ConsistentRead=True,
        )
        rows = {str(item["crew_id"]["S"]).removeprefix("#signature:"): from_wire(item) for item in answer["Items"]}
        s3 = s3_client(self.endpoint)
        found = s3.list_object_versions(Bucket=WAIVERS_BUCKET, Prefix=f"waivers/{self.eid}/").get("Versions", [])
        s3.close()
        keys = [each["Key"] for each in found]
        ours = [row for each, row in rows.items() if f"waivers/{self.eid}/{each}.json" in keys]
        assert len(ours) == len(keys)
        return ours


@contextmanager
def a_trip_stage(world: World, endpoint: str, eid: str) -> Iterator[TripStage]:
    """The public site in the environment that `world` has set, with an empty place for evidence."""
    create_waivers_bucket(endpoint, WAIVERS_BUCKET)
    _empty(endpoint)
    sys.modules.pop("web_function", None)
    importlib.import_module("web_function")
    try:
        with public_site(bind(0), _present_handler) as url:
            yield TripStage(world, url, endpoint, eid)
    finally:
        sys.modules.pop("web_function", None)


def _present_handler(event: Any, context: Any) -> Any:
    """The web Lambda's handler as it is now: a test may load it anew."""
    return sys.modules["web_function"].lambda_handler(event, context)


def _empty(endpoint: str) -> None:
    s3 = s3_client(endpoint)
    for each in s3.list_object_versions(Bucket=WAIVERS_BUCKET).get("Versions", []):
        s3.delete_object(
            Bucket=WAIVERS_BUCKET, Key=each["Key"], VersionId=each["VersionId"], BypassGovernanceRetention=True
        )
    s3.close()


def draw(page: Page, *, reach: float = 0.7) -> None:
    """Draw with a finger across the pad, in one stroke."""
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, across: float, down: float) -> None:
        points = (
            []
            if kind == "touchEnd"
            else [{"x": box["x"] + across * box["width"], "y": box["y"] + down * box["height"]}]
        )
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.1, 0.7)
    for step in range(1, 21):
        touch("touchMove", 0.1 + reach * step / 20, 0.25 if step % 4 < 2 else 0.75)
    touch("touchEnd", 0, 0)
    finger.detach()


def complete(page: Page, name: str = "Dave Kowalski") -> None:
    """Fill in all that a signature needs, typed, up to the button."""
    page.get_by_label("Your full name", exact=True).fill(name)
    page.get_by_label("Type it").check()
    page.get_by_label("Type your full name as your signature").fill(name)
    page.get_by_label("I have read this waiver").check()


def sign(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Sign the waiver").click()


def is_signed(page: Page, name: str = "Dave Kowalski") -> None:
    """Check that the page confirms the signature and its signer."""
    expect(page.get_by_role("heading", name=f"Signed by {name}", exact=True)).to_be_focused()


def sent(page: Page) -> list[dict[str, Any]]:
    """Record the posts of the page from now on."""
    posted: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            posted.append(dict(request.post_data_json or {}))

    page.on("request", note)
    return posted


def lose_answers(page: Page, times: int) -> None:
    """Let the next `times` posts reach the server, and lose their answers."""
    left = [times]

    def pass_on(route: Route) -> None:
        if route.request.method == "POST" and left[0]:
            left[0] -= 1
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/waiver*", pass_on)

"""The studio of `make screenshots`: the local world on a day that never changes, and Chromium to show it.

The strict Slack, the Lambdas and the browser all use the clock of the same Saturday in May, so that a picture changes
only when the product has changed. Only the pictures are kept.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from zoneinfo import ZoneInfo

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from devkit.announcing import announcing, show_digest
from devkit.aws import (
    ROOT,
    EngineFailed,
    create_announcements_table,
    create_events_table,
    dynamodb_client,
    start_ministack,
)
from devkit.books import plant_with_books
from devkit.buckets import create_waivers_bucket
from devkit.chromium import CHROMIUM_FLAGS, NO_CHROMIUM, find_chromium
from devkit.environment import ANNOUNCEMENTS_TABLE, EVENTS_TABLE, TIMEZONE, WAIVERS_BUCKET, bot_environment
from devkit.functions import in_process
from devkit.listen import bind, listening
from devkit.local_slack import local_slack, serve
from devkit.outbox import outbox, sent_mail
from devkit.public_site import public_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from playwright.sync_api import FloatRect

    from devkit.functions import Event
    from devkit.outbox import Mail
    from devkit.slack import Answer

PICTURES: Final = ROOT / "docs" / "pictures"
NOON: Final = datetime(2026, 5, 23, 12, 20, tzinfo=ZoneInfo(TIMEZONE))  # forty minutes before Captain Cory casts off
PUBLIC_URL: Final = "https://trips.example.com"
LARGEST: Final = 250 * 1024  # bytes of one picture
_PIXELS_A_POINT: Final = 1.1  # of a page on paper
PATIENCE: Final = 15_000  # milliseconds; announcements come through the stream, one post a second


@dataclass
class Clock:
    """A clock that advances by a millisecond at each reading, which keeps messages in order, and by `advance`."""

    now: datetime = NOON

    def __call__(self) -> float:
        """Unix seconds."""
        self.now += timedelta(milliseconds=1)
        return self.now.timestamp()

    def at(self, zone: tzinfo) -> datetime:
        """Return `datetime.now(zone)` of that day."""
        return self.now.astimezone(zone)

    def advance(self, minutes: int) -> None:
        """Move the clock forward."""
        self.now += timedelta(minutes=minutes)


@dataclass
class Studio:
    """The running world, a browser, and the folder for the pictures."""

    url: str
    site: str
    """The public site's local address; in links it is PUBLIC_URL."""
    endpoint: str
    """The embedded AWS."""
    clock: Clock
    browser: Browser
    folder: Path
    log: Path
    """The output of the announce Lambda."""
    taken: list[Path] = field(default_factory=list)
    _spare: dict[str, list[Page]] = field(default_factory=dict)

    @contextmanager
    def seat(self, user: str, channel: str, **options: Any) -> Iterator[Page]:
        """Open Slack as this user, with these options of the browser's context."""
        with self.window(f"{self.url}/?user={user}&channel={channel}", **options) as page:
            page.locator(".composer-field").wait_for()
            yield page

    @contextmanager
    def window(self, url: str, **options: Any) -> Iterator[Page]:
        """Open any page, with these options of the browser's context.

        A window that was used before is emptied and used again: a new one takes longer than most pages.
        """
        spare = self._spare.setdefault(repr(options), [])
        page = spare.pop() if spare else self._new_window(options)
        page.clock.set_fixed_time(self.clock.now)
        page.goto(url)
        yield page
        _empty(page)
        spare.append(page)

    def _new_window(self, options: dict[str, Any]) -> Page:
        return self.browser.new_context(
            locale="en-US", timezone_id=TIMEZONE, reduced_motion="reduce", **options
        ).new_page()

    @contextmanager
    def announced(self) -> Iterator[str]:
        """Announce changes until the block ends. Yield the outbox's address; its mails have the day's own time.

        The books are brought up to what was logged before.
        """
        with closing(dynamodb_client(self.endpoint)) as client:
            plant_with_books(client, EVENTS_TABLE, NOON.date())
        function = importlib.import_module("announce_function").lambda_handler

        def on_that_day(event: Event, context: Any) -> Any:  # noqa: ANN401 - the handler's answer
            """Set the changes' time to that day, since the engine uses today's."""
            for record in event.get("Records", []):
                record["dynamodb"]["ApproximateCreationDateTime"] = self.clock.now.timestamp()
            return function(event, context)

        with announcing(
            endpoint=self.endpoint, table=EVENTS_TABLE, today=NOON.date, log=self.log, handler=on_that_day
        ) as handler:
            page = outbox(self._mails, partial(show_digest, handler))
            with listening(page, bind(0)) as url:
                yield url

    def _mails(self) -> list[Mail]:
        return [{**mail, "at": self.clock.now.timestamp()} for mail in sent_mail(self.endpoint)]

    def take(self, page: Page, name: str, *, around: Locator | None = None, margin: float = 16) -> None:
        """Write `name`.png of the page, or of a part and its margin. Raises ValueError if it is too large."""
        path = self.folder / f"{name}.png"
        box = around.bounding_box() if around else None
        clip = _with_margin(box, margin) if box else None
        page.mouse.move(0, 0)  # so that nothing is drawn as hovered
        page.screenshot(path=path, animations="disabled", caret="hide", clip=clip)
        self._keep(path)

    def take_paper(self, paper: Path, name: str) -> None:
        """Write `name`.png of the first page of a PDF. Raises ValueError if it is too large."""
        path = self.folder / f"{name}.png"
        with pypdfium2.PdfDocument(paper) as document:
            document[0].render(scale=_PIXELS_A_POINT).to_pil().save(path, optimize=True)
        self._keep(path)

    def _keep(self, path: Path) -> None:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.name} is larger than {LARGEST // 1024} KB. Show less, or a smaller window.")
        self.taken.append(path)


def _empty(page: Page) -> None:
    """Leave the page, and remove what it stored."""
    origin = page.evaluate("() => { sessionStorage.clear(); return location.origin; }")
    page.goto("about:blank")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    devtools.detach()


def _with_margin(box: FloatRect, margin: float) -> FloatRect:
    left, top = max(box["x"] - margin, 0), max(box["y"] - margin, 0)
    return {
        "x": left,
        "y": top,
        "width": box["x"] + box["width"] + margin - left,
        "height": box["y"] + box["height"] + margin - top,
    }


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    """Run the local world on that Saturday, and Chromium. Raises EngineFailed."""
    program = find_chromium()
    if program is None:
        raise EngineFailed(f"Pictures need a browser; there is {NO_CHROMIUM}.")
    clock, lambdas = Clock(), _Lambdas()
    slack = local_slack(lambdas.deliver, clock=clock)
    slack.rate_limit = False  # on this clock its second would never pass
    with ExitStack() as stack:
        endpoint = stack.enter_context(start_ministack())
        client = dynamodb_client(endpoint)
        stack.callback(client.close)
        create_events_table(client, EVENTS_TABLE)
        create_announcements_table(client, ANNOUNCEMENTS_TABLE)
        create_waivers_bucket(endpoint, WAIVERS_BUCKET)
        plant_with_books(client, EVENTS_TABLE, NOON.date())
        running = serve(slack)
        stack.callback(running.stop)
        lambdas.start(stack, clock, aws=endpoint, slack=running.url)
        site = stack.enter_context(public_site(bind(0)))
        log = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "announce.log"
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        stack.callback(browser.close)
        expect.set_options(timeout=PATIENCE)
        yield Studio(running.url, site, endpoint, clock, browser, folder, log)


class _Lambdas:
    """The Lambdas in this process. They start after Slack, because they need its address."""

    bot: ModuleType

    def start(self, stack: ExitStack, clock: Clock, *, aws: str, slack: str) -> None:
        """Import the function files with their own environment, and replace their clocks."""
        environment = bot_environment(aws=aws, slack=slack, public_url=PUBLIC_URL, token_secret="-" * 32)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
        stack.enter_context(mock.patch.dict(os.environ, kept | environment, clear=True))
        self.bot = importlib.import_module("lambda_function")
        for module in (self.bot, *map(importlib.import_module, ("web_function", "announce_function"))):
            stack.enter_context(mock.patch.object(module, "datetime", SimpleNamespace(now=clock.at)))
        # Slack signs with that day's time, so signatures must be checked by the same clock.
        stack.enter_context(mock.patch("slack_sdk.signature.time", clock))

    def deliver(self, kind: str, headers: dict[str, str], body: bytes) -> Answer:
        """Deliver one request of Slack's to the bot."""
        return in_process(self.bot.lambda_handler)(kind, headers, body)

"""One Chromium for the whole run, and a fresh window or phone for each test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from devkit.chromium import CHROMIUM_FLAGS, NO_CHROMIUM, find_chromium
from devkit.local import today_at_the_dock
from devkit.season import plant
from tests.browser.office import Office, an_office
from tests.browser.stage import TripStage, a_trip_stage
from tests.browser.windows import PATIENCE_MS, Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Engine, World


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Without one, browser tests are skipped; in CI (`CI=true`) that is a failure."""
    executable = find_chromium()
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(chromium: Browser) -> Windows:
    """The windows of the browser, used by one test after another."""
    return Windows(chromium)


@pytest.fixture
def motion(request: pytest.FixtureRequest) -> str:
    """The window's `reduced_motion`. Chromium needs a sixth less for the public site's pages where nothing moves.

    Things move in second and dark windows there, and in all windows of the workspace.
    """
    return "reduce" if {"office", "trip_stage"} & set(request.fixturenames) else "no-preference"


@pytest.fixture
def page(windows: Windows, motion: str) -> Iterator[Page]:
    """A desktop window, 1280 × 800."""
    with windows.opened(viewport={"width": 1280, "height": 800}, reduced_motion=motion) as opened:
        yield opened


@pytest.fixture
def second_page(windows: Windows) -> Iterator[Page]:
    """Another desktop window, for a second person at the same time."""
    with windows.opened(viewport={"width": 1280, "height": 800}) as opened:
        yield opened


@pytest.fixture
def dark_page(windows: Windows) -> Iterator[Page]:
    """A desktop window of somebody who prefers dark."""
    with windows.opened(viewport={"width": 1280, "height": 800}, color_scheme="dark") as opened:
        yield opened


@pytest.fixture
def phone(windows: Windows, motion: str) -> Iterator[Page]:
    """A phone, 375 × 812, with fingers."""
    with windows.opened(viewport={"width": 375, "height": 812}, has_touch=True, reduced_motion=motion) as opened:
        yield opened


@pytest.fixture
def second_phone(windows: Windows) -> Iterator[Page]:
    """Another phone, which knows nothing of what was done on the first."""
    with windows.opened(viewport={"width": 390, "height": 844}, has_touch=True) as opened:
        yield opened


@pytest.fixture
def office(world: World) -> Iterator[Office]:
    """The public site over the world's table, in which the sample season is planted."""
    plant(world.client, world.table, today_at_the_dock())
    with an_office(world) as opened:
        yield opened


@pytest.fixture
def trip() -> str:
    """This afternoon's trip with Captain Cory; Dave Kowalski owes 125.00, Ben Okafor 65.00 of it."""
    return f"{today_at_the_dock()}-captain-cory-afternoon"


@pytest.fixture
def trip_stage(world: World, dynamodb: Engine) -> Iterator[TripStage]:
    """This afternoon's event with Captain Cory, which Dave Kowalski has not signed for."""
    today = today_at_the_dock()
    plant(world.client, world.table, today)
    with a_trip_stage(world, dynamodb.endpoint, f"{today}-captain-cory-afternoon") as opened:
        # Whatever the hour at which the tests run, the event is ahead.
        opened.change(starts_at=f"{today}T23:30:00-08:00")
        yield opened


@pytest.fixture
def dave(trip_stage: TripStage) -> str:
    """Dave Kowalski's patron id."""
    patrons: dict[str, Any] = trip_stage.row()["patrons"]
    return next(key for key, line in patrons.items() if line["name"] == "Dave Kowalski")

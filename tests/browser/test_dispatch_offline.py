"""The dispatch page's service worker: the page opens without a network, in one release and never in two."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from devkit.public_site import DISPATCH
from devkit.season import plant
from infra.page.site import site_files
from tests.browser.office import Office, an_office, cards, log_unsent, tray
from tests.browser.workspace_page import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.windows import Windows
    from tests.conftest import World

pytestmark = pytest.mark.browser

ACTIVE = "navigator.serviceWorker.getRegistration().then((each) => each?.active?.state ?? '')"
UPDATE = """() => navigator.serviceWorker.getRegistration().then((each) => each.update()).then(() => "", String)"""
KEPT = """async () => {
    const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const keys = await Promise.all(opened.map((cache) => cache.keys()));
    return keys.flat().map(({ url }) => url);
}"""
WORDS = """() => fetch("dispatch/words.js").then((answer) => answer.text())"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The page's files, which a test may change."""
    return shutil.copytree(DISPATCH, tmp_path / "page")


@pytest.fixture
def site(world: World, folder: Path) -> Iterator[Office]:
    """The public site with those files."""
    plant(world.client, world.table, today_at_the_dock())
    with an_office(world, folder) as opened:
        yield opened


@pytest.fixture
def window(windows: Windows) -> Iterator[Page]:
    """A phone whose browser has service workers."""
    with windows.opened(viewport={"width": 390, "height": 844}, service_workers="allow") as opened:
        yield opened


def _kept_whole(window: Page) -> None:
    """Wait until the worker has every file, and let it serve the page."""
    eventually(lambda: window.evaluate(ACTIVE) == "activated")
    window.reload()
    cards(window).first.wait_for()
    eventually(lambda: window.evaluate("navigator.serviceWorker.controller !== null"))


def test_the_page_opens_without_a_network_and_keeps_nobodys_data(site: Office, trip: str, window: Page) -> None:
    site.enter(window)
    _kept_whole(window)
    window.context.set_offline(True)
    log_unsent(window, trip, "120")
    window.reload()
    expect(window.locator("#who")).to_contain_text("Olivia Park")
    expect(window.get_by_text("You are offline.")).to_be_visible()
    expect(window.locator("#status")).to_contain_text("The ledger cannot be reached right now.")
    expect(tray(window)).to_contain_text("1 payment not sent yet")
    window.goto(f"{site.url}/dispatch/money.html")
    expect(window.get_by_role("heading", name="Money")).to_be_visible()
    window.goto(f"{site.url}/dispatch/events/today?unpaid#token=x")
    expect(window.locator("#who")).to_contain_text("Olivia Park")

    kept: list[str] = window.evaluate(KEPT)
    names = {url.removeprefix(f"{site.url}/dispatch/") for url in kept if "?" not in url}
    assert names == {path.name for path in DISPATCH.iterdir()} - {"sw.js"}
    windows_kept = [url for url in kept if "?" in url]
    assert all(url.startswith(f"{site.url}/dispatch/?window=") for url in windows_kept)
    assert not any("token" in url or "/api" in url for url in windows_kept)

    window.context.set_offline(False)
    expect(tray(window)).to_be_hidden()
    assert site.record(trip, "dave")["amount"] == 120
    window.goto(f"{site.url}/g/{trip}/waiver")
    assert window.evaluate("navigator.serviceWorker.controller") is None, "waivers are no part of this page"


def test_a_new_release_is_taken_whole_and_no_open_page_gets_a_file_of_it(
    site: Office, folder: Path, window: Page
) -> None:
    site.enter(window)
    _kept_whole(window)
    new: dict[str, Any] = {
        "words.js": (folder / "words.js").read_bytes() + b"\ndocument.title += ', new words';\n",
        "index.html": (folder / "index.html").read_bytes().replace(b"<title>Dispatch", b"<title>New dispatch"),
    }
    later = shutil.copytree(folder, folder.parent / "later")
    for name, body in new.items():
        (later / name).write_bytes(body)
    (worker,) = [file.read() for file in site_files(later) if file.key == "dispatch/sw.js"]
    (folder / "sw.js").write_bytes(worker)  # a promotion that stopped half-way: some files are the old ones
    (folder / "words.js").write_bytes(new["words.js"])
    window.evaluate(UPDATE)
    eventually(
        lambda: window.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.installing === null)")
    )
    window.reload()
    cards(window).first.wait_for()
    expect(window).to_have_title("Dispatch · Ship Captain Crew")

    (folder / "index.html").write_bytes(new["index.html"])
    window.evaluate(UPDATE)
    expect(window.locator("#newer")).to_contain_text("A newer version of this page is there.")
    assert "new words" not in window.evaluate(WORDS), "this page began with the release before"
    window.get_by_role("button", name="Open it").click()
    expect(window).to_have_title("New dispatch · Ship Captain Crew, new words")
    cards(window).first.wait_for()
    assert "new words" in window.evaluate(WORDS)


def test_without_a_worker_the_page_is_as_before(site: Office, page: Page) -> None:
    page.context.add_init_script("delete Navigator.prototype.serviceWorker")
    site.enter(page)
    expect(page.locator("#status")).to_have_text("8 coming events")

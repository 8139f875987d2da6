"""The staged dispatch page: a browser loads it completely from the staging path, and logs in there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from devkit.public_site import DISPATCH
from infra.smoke.keys import make_token
from tests.browser.test_dispatch_offline import ACTIVE
from tests.browser.workspace_page import eventually
from tests.infra.site_stage import SECRET, SiteStage, berth, site_stage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.windows import Windows
    from tests.conftest import Engine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site_stage(dynamodb: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteStage]:
    """The page staged and promoted; staged again with a title of its own, and not promoted."""
    with site_stage_of(dynamodb) as site_stage:
        berth(site_stage).site("stage")
        site_stage.site("promote")
        new = shutil.copytree(DISPATCH, tmp_path_factory.mktemp("next") / "page")
        with (new / "words.js").open("a") as words:
            words.write("\ndocument.title = 'The next version';\n")
        site_stage.site("stage", "--folder", str(new))
        yield site_stage


@pytest.mark.parametrize(
    ("path", "files", "title"),
    [
        ("/_staging/dispatch", "/_staging/dispatch/", "The next version"),
        ("/_staging/dispatch/", "/_staging/dispatch/dispatch/", "The next version"),
        ("/dispatch", "/dispatch/", "Dispatch · Ship Captain Crew"),
        ("/dispatch/", "/dispatch/dispatch/", "Dispatch · Ship Captain Crew"),
        ("/dispatch/events/today", "/dispatch/events/dispatch/", "Dispatch · Ship Captain Crew"),
        ("/", "/dispatch/", "Dispatch · Ship Captain Crew"),
    ],
)
def test_a_page_brings_its_own_files_from_wherever_it_is_opened_and_lets_an_admin_in(
    site_stage: SiteStage, page: Page, path: str, files: str, title: str
) -> None:
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(f"{answer.status} {urlsplit(answer.url).path}"))
    page.goto(f"{site_stage.url}{path}#token={make_token(SECRET, audience=site_stage.url)}")
    expect(page.locator("#who")).to_contain_text("Smoke test")
    expect(page.locator("#board")).to_be_visible()
    expect(page).to_have_title(title)
    assert asked[0] == f"200 {path}"
    assert {line for line in asked[1:] if not line.startswith("200 /api/events")}
    assert all(line.startswith((f"200 {files}", "200 /api/events")) for line in asked[1:])


def test_the_staged_page_and_the_live_one_have_a_service_worker_each(site_stage: SiteStage, windows: Windows) -> None:
    titles = {"/dispatch": "Dispatch · Ship Captain Crew", "/_staging/dispatch": "The next version"}
    with windows.opened(service_workers="allow") as page:
        page.goto(f"{site_stage.url}/_staging/dispatch")
        eventually(lambda: page.evaluate(ACTIVE) == "activated")
        assert page.evaluate("navigator.serviceWorker.getRegistration().then(({ scope }) => scope)") == (
            f"{site_stage.url}/_staging/dispatch"
        )
        page.goto(f"{site_stage.url}/dispatch")
        assert page.evaluate("navigator.serviceWorker.controller") is None, "the staged worker leaves this page alone"
        eventually(lambda: page.evaluate(ACTIVE) == "activated")
        page.context.set_offline(True)
        for path, title in titles.items():
            page.goto(f"{site_stage.url}{path}")
            expect(page).to_have_title(title)

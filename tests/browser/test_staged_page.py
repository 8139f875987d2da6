"""The dispatch page where it is staged: a browser gets it whole from there, and logs in there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from infra.smoke.keys import make_token
from tests.infra.site_stage import SECRET, SiteStage, berth, site_stage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.conftest import Engine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site_stage(dynamodb: Engine) -> Iterator[SiteStage]:
    """The page staged and promoted; staged again with a title of its own, and not promoted."""
    with site_stage_of(dynamodb) as site_stage:
        berth(site_stage).site("stage")
        site_stage.site("promote")
        key = "_staging/dispatch/words.js"
        words = site_stage.s3.get_object(Bucket=site_stage.bucket, Key=key)["Body"].read()
        new = words + b"\ndocument.title = 'The next version';\n"
        site_stage.s3.put_object(
            Bucket=site_stage.bucket, Key=key, Body=new, ContentType="text/javascript; charset=utf-8"
        )
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

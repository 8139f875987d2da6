"""`site stage`, `promote` and `rollback` over a real bucket, looked at as people see the page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from devkit.edge.template import parse_template
from devkit.public_site import DISPATCH
from infra.fetch import fetch
from tests.devkit.edge_stage import changed
from tests.infra.landing import Landing, a_page, berth, landing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Engine

STAGED = "_staging/dispatch/"
ANOTHER = {"index_html": '<script type="module" src="dispatch/app.js"></script>', "page_css": "body { margin: 9px }\n"}


@pytest.fixture(scope="module")
def running(dynamodb: Engine) -> Iterator[Landing]:
    with landing_of(dynamodb) as landing:
        yield landing


@pytest.fixture
def landing(running: Landing) -> Iterator[Landing]:
    yield berth(running)
    assert running.s3_proxy.unused == {}


def release(landing: Landing, folder: Path, **files: str) -> dict[str, bytes]:
    """Stages and promotes a small page; what production must hold from then on."""
    page = a_page(folder, **files)
    landing.site("stage", "--folder", str(page))
    landing.site("promote")
    return {path.name: path.read_bytes() for path in page.iterdir()}


def record(landing: Landing, name: str) -> Any:
    """One of the records in the bucket."""
    return json.loads(landing.s3.get_object(Bucket=landing.bucket, Key=f"_releases/{name}.json")["Body"].read())


def test_the_real_page_is_staged_and_works_in_place(landing: Landing) -> None:
    said = landing.site("stage")
    assert landing.page(STAGED) == {path.name: path.read_bytes() for path in DISPATCH.iterdir()}
    assert landing.page() == {}  # production is not touched
    assert landing.invalidated() == [["/_staging/*"]]
    assert "byte for byte" in said
    assert "✓ API without a token: 401" in said
    assert "✓ API with a token: 200" in said
    assert f"{landing.url}/_staging/dispatch" in said
    for path in ("/_staging/dispatch", "/_staging/dispatch/"):
        assert landing.get(path).body == (DISPATCH / "index.html").read_bytes()


def test_promoting_copies_the_staged_bytes_with_their_kinds_and_freshness(landing: Landing) -> None:
    landing.site("stage")
    landing.site("promote")
    assert landing.page() == landing.page(STAGED)
    assert landing.invalidated() == [["/_staging/*"], ["/dispatch*", "/"]]
    head = landing.s3.head_object(Bucket=landing.bucket, Key="dispatch/app.js")
    assert (head["ContentType"], head["CacheControl"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert landing.get("/").body == landing.get("/dispatch").body == (DISPATCH / "index.html").read_bytes()
    # Whatever stands in the address, the page's files are found from there.
    assert landing.get("/dispatch/dispatch/app.js").body == (DISPATCH / "app.js").read_bytes()


def test_what_is_changed_in_staging_after_its_verification_is_not_promoted(landing: Landing, tmp_path: Path) -> None:
    page = a_page(tmp_path)
    landing.site("stage", "--folder", str(page))
    landing.s3.put_object(Bucket=landing.bucket, Key=f"{STAGED}app.js", Body=b"evil()", ContentType="text/javascript")
    landing.site("promote")
    assert landing.page() == {path.name: path.read_bytes() for path in page.iterdir()}


def test_files_that_are_gone_leave_staging_and_at_last_production(landing: Landing, tmp_path: Path) -> None:
    release(landing, tmp_path)
    after = release(landing, tmp_path, board_js="", app_js="export const board = () => 2;\n")
    assert landing.page(STAGED) == landing.page() == after
    assert "board.js" not in after


def test_the_page_comes_last_and_what_is_gone_goes_after_it(landing: Landing, tmp_path: Path) -> None:
    release(landing, tmp_path)
    release(landing, tmp_path, board_js="", app_js="export const board = () => 2;\n")
    listed = landing.s3.list_object_versions(Bucket=landing.bucket, Prefix="dispatch/")
    (gone,) = listed["DeleteMarkers"]
    put = {each["Key"]: each["LastModified"] for each in listed["Versions"] if each["IsLatest"]}
    assert gone["Key"] == "dispatch/board.js"
    assert max(put, key=lambda key: put[key]) == "dispatch/index.html"
    assert put["dispatch/index.html"] <= gone["LastModified"]


def test_going_back_restores_each_release_exactly_one_after_the_other(landing: Landing, tmp_path: Path) -> None:
    first = release(landing, tmp_path)
    second = release(landing, tmp_path, page_css="body { margin: 1px }\n", extra_txt="new\n")
    third = release(landing, tmp_path, extra_txt="", page_css="body { margin: 2px }\n")
    assert landing.page() == third
    landing.site("rollback")
    assert landing.page() == second
    landing.site("rollback")
    assert landing.page() == first
    assert landing.get("/dispatch").body == first["index.html"]
    assert landing.invalidated()[-1] == ["/dispatch*", "/"]
    assert "no release before" in landing.site("rollback", code=1)
    assert landing.page() == first


def test_going_back_can_name_a_release_and_go_forward_again(landing: Landing, tmp_path: Path) -> None:
    release(landing, tmp_path)
    second = release(landing, tmp_path, page_css="body { margin: 1px }\n")
    newest = record(landing, "current")["release"]
    landing.site("rollback")
    landing.site("rollback", "--to", newest)
    assert landing.page() == second
    listed = landing.site("releases")
    assert re.search(rf"^\* +{newest}", listed, re.MULTILINE)
    assert "There is no release ../x" in landing.site("rollback", "--to", "../x", code=1)


def test_what_lay_in_production_before_all_this_can_be_gone_back_to(landing: Landing, tmp_path: Path) -> None:
    for key, body in (("dispatch/index.html", b"old page"), ("dispatch/old.js", b"old()")):
        landing.s3.put_object(Bucket=landing.bucket, Key=key, Body=body, ContentType="text/html")
    old = landing.page()
    new = release(landing, tmp_path)
    assert landing.page() == new
    landing.site("rollback", "--no-wait")
    assert landing.page() == old
    assert landing.s3.head_object(Bucket=landing.bucket, Key="dispatch/old.js")["ContentType"] == "text/html"


def test_what_was_changed_by_hand_since_is_kept_as_a_release_of_its_own(landing: Landing, tmp_path: Path) -> None:
    first = release(landing, tmp_path)
    landing.s3.put_object(
        Bucket=landing.bucket, Key="dispatch/page.css", Body=b"/* in a hurry */", ContentType="text/css"
    )
    by_hand = landing.page()
    release(landing, tmp_path, page_css="body { margin: 3px }\n")
    landing.site("rollback", "--no-wait")
    assert landing.page() == by_hand
    landing.site("rollback")
    assert landing.page() == first


def test_promoting_twice_is_a_no_op_that_says_so(landing: Landing, tmp_path: Path) -> None:
    release(landing, tmp_path)
    before = landing.s3.list_object_versions(Bucket=landing.bucket, Prefix="")["Versions"]
    assert "in production already" in landing.site("promote")
    assert landing.s3.list_object_versions(Bucket=landing.bucket, Prefix="")["Versions"] == before


def test_a_dry_run_says_everything_and_does_nothing(landing: Landing, tmp_path: Path) -> None:
    page = str(a_page(tmp_path))
    assert "would upload _staging/dispatch/app.js" in landing.site("stage", "--folder", page, "--dry-run")
    assert landing.s3.list_object_versions(Bucket=landing.bucket).get("Versions", []) == []
    release(landing, tmp_path)
    landing.site("stage", "--folder", str(a_page(tmp_path, board_js="", app_js="1;\n")))
    before = landing.s3.list_object_versions(Bucket=landing.bucket)["Versions"]
    invalidated = landing.invalidated()
    said = landing.site("promote", "--dry-run")
    assert "would copy _staging/dispatch/app.js to dispatch/app.js" in said
    assert "would delete board.js" in said
    assert "would invalidate /dispatch*" in said
    assert "no release before" in landing.site("rollback", "--dry-run", code=1)
    assert landing.s3.list_object_versions(Bucket=landing.bucket)["Versions"] == before
    assert landing.invalidated() == invalidated


def test_nothing_can_be_promoted_that_was_not_staged_and_verified(landing: Landing, tmp_path: Path) -> None:
    assert "site stage" in landing.site("promote", code=1)
    page = a_page(tmp_path)
    landing.site("stage", "--folder", str(page))
    said = landing.site(
        "stage", "--folder", str(page), code=1, ADMIN_TOKEN_SECRET="another-secret-of-at-least-32-bytes"
    )
    assert "✗ API with a token" in said
    assert "cannot be promoted" in said
    assert "site stage" in landing.site("promote", code=1)
    assert landing.page() == {}


def test_without_a_token_staging_asks_for_one_or_for_the_word(landing: Landing, tmp_path: Path) -> None:
    page = str(a_page(tmp_path))
    assert "--without-login" in landing.site("stage", "--folder", page, code=1, ADMIN_TOKEN_SECRET="")
    assert landing.page(STAGED) == {}
    said = landing.site("stage", "--folder", page, "--without-login", ADMIN_TOKEN_SECRET="")
    assert "– API with a token" in said


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"index_html": '<script type="module" src="/dispatch/app.js"></script>'}, "index.html names /dispatch/app.js"),
        ({"index_html": '<link rel="icon" href="dispatch/icon.svg">'}, "index.html names dispatch/icon.svg"),
        ({"app_js": 'import "/dispatch/board.js";'}, "app.js names /dispatch/board.js"),
        ({"app_js": 'await import("./bord.js")'}, "app.js names ./bord.js"),
        ({"index_html": ""}, "holds no index.html"),
        ({"notes_md": "x"}, "no content type"),
    ],
)
def test_a_page_that_would_run_productions_files_is_not_staged(
    landing: Landing, tmp_path: Path, files: dict[str, str], names: str
) -> None:
    assert names in landing.site("stage", "--folder", str(a_page(tmp_path, **files)), code=1)
    assert landing.page(STAGED) == {}


def test_a_distribution_that_serves_the_staged_page_wrongly_is_told(landing: Landing, tmp_path: Path) -> None:
    landing.serve(parse_template(changed("stage + '/dispatch/index.html'", "'/dispatch/index.html'")))
    said = landing.site("stage", "--folder", str(a_page(tmp_path)), code=1)
    assert "✗ page at /_staging/dispatch: 404" in said
    assert "SiteFunction" in said


def test_a_bucket_without_versions_is_refused(landing: Landing) -> None:
    landing.s3.put_bucket_versioning(Bucket=landing.bucket, VersioningConfiguration={"Status": "Suspended"})
    for command in ("stage", "promote", "rollback"):
        assert "keeps no versions" in landing.site(command, code=1)


def test_a_failure_of_s3_in_the_middle_leaves_the_old_page_whole(landing: Landing, tmp_path: Path) -> None:
    first = release(landing, tmp_path)
    landing.site("stage", "--folder", str(a_page(tmp_path, **ANOTHER)))
    proxy = landing.s3_proxy
    proxy.fail_next("PUT", delay=0.001, times=5)  # the release, the place, three files: they pass
    proxy.fail_next("PUT", error="InternalError", times=5)  # the page itself, as often as the SDK tries
    said = landing.site("promote", code=1)
    assert "Production is as it was before. AWS refused CopyObject: InternalError." in said
    assert landing.page() == first
    landing.site("promote")
    assert landing.page() == landing.page(STAGED) != first
    landing.site("rollback")
    assert landing.page() == first


def test_a_move_that_cannot_even_be_undone_is_finished_or_undone_by_the_next_command(
    landing: Landing, tmp_path: Path
) -> None:
    first = release(landing, tmp_path)
    for finish in (False, True):
        landing.site("stage", "--folder", str(a_page(tmp_path, extra_txt="x\n", **ANOTHER)))
        landing.s3_proxy.fail_next("PUT", delay=0.001, times=6)
        landing.s3_proxy.fail_next("PUT", error="SlowDown", times=60)
        said = landing.site("promote", code=1)
        assert "half-way" in said
        assert landing.page() not in (first, landing.page(STAGED))
        assert landing.page()["index.html"] == first["index.html"]
        assert "did not end" in landing.site("releases")
        landing.s3_proxy._faults.clear()
        landing.site("promote" if finish else "rollback")
        assert landing.page() == (landing.page(STAGED) if finish else first)
    landing.site("rollback")
    assert landing.page() == first


def test_two_who_move_at_once_do_not_meet(landing: Landing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.releases import Releases

    first = release(landing, tmp_path)
    landing.site("stage", "--folder", str(a_page(tmp_path, page_css="body { margin: 9px }\n")))
    save = Releases.save

    def meanwhile(self: Releases, made: Any) -> None:
        save(self, made)
        landing.s3.put_object(Bucket=landing.bucket, Key="_releases/current.json", Body=b"{}")

    monkeypatch.setattr(Releases, "save", meanwhile)
    assert "Somebody else is promoting" in landing.site("promote", code=1)
    assert landing.page() == first


def test_nobody_at_the_public_address_is_one_sentence(landing: Landing, tmp_path: Path) -> None:
    landing.url, whole = "http://127.0.0.1:1", landing.url
    try:
        said = landing.site("stage", "--folder", str(a_page(tmp_path)), code=1)
    finally:
        landing.url = whole
    assert "127.0.0.1:1 takes no connections." in said
    assert "Traceback" not in said


def test_without_the_options_the_stack_tells_where_or_says_that_it_is_not_there(landing: Landing) -> None:
    said = landing.run("site", "stage", "--stack", "no-such-stack", code=1)
    assert "There is no stack no-such-stack" in said


def test_the_records_hold_no_secret_and_name_each_file_with_its_sha256(landing: Landing, tmp_path: Path) -> None:
    release(landing, tmp_path)
    staged = record(landing, "staged")
    assert {file["name"] for file in staged["files"]} == {"app.js", "board.js", "index.html", "page.css"}
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in staged["files"])
    assert fetch("GET", f"{landing.url}/_releases/staged.json").kind == "application/json"  # anybody may read it

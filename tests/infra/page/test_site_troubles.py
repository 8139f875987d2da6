"""Faults while the dispatch page is staged, promoted and taken back, and what people see meanwhile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from devkit.edge.template import parse_template
from tests.devkit.edge_stage import changed
from tests.infra.site_stage import SiteStage, a_page

if TYPE_CHECKING:
    from pathlib import Path

STAGED = "_staging/dispatch/"
ANOTHER = {"index_html": '<script type="module" src="dispatch/app.js"></script>', "page_css": "body { margin: 9px }\n"}


def test_nothing_can_be_promoted_that_was_not_staged_and_verified(site_stage: SiteStage, tmp_path: Path) -> None:
    assert "site stage" in site_stage.site("promote", code=1)
    page = a_page(tmp_path)
    site_stage.site("stage", "--folder", str(page))
    said = site_stage.site(
        "stage", "--folder", str(page), code=1, ADMIN_TOKEN_SECRET="another-secret-of-at-least-32-bytes"
    )
    assert "✗ API with a token" in said
    assert "cannot be promoted" in said
    assert "site stage" in site_stage.site("promote", code=1)
    assert site_stage.page() == {}


def test_without_a_token_staging_asks_for_one_or_for_the_word(site_stage: SiteStage, tmp_path: Path) -> None:
    page = str(a_page(tmp_path))
    assert "--without-login" in site_stage.site("stage", "--folder", page, code=1, ADMIN_TOKEN_SECRET="")
    assert site_stage.page(STAGED) == {}
    assert "would upload" in site_stage.site("stage", "--folder", page, "--dry-run", ADMIN_TOKEN_SECRET="")
    said = site_stage.site("stage", "--folder", page, "--without-login", ADMIN_TOKEN_SECRET="")
    assert "– API with a token" in said


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (
            {"index_html": '<script type="module" src="/dispatch/app.js"></script>'},
            "index.html links to /dispatch/app.js",
        ),
        ({"index_html": '<link rel="icon" href="dispatch/icon.svg">'}, "index.html links to dispatch/icon.svg"),
        ({"app_js": 'import "/dispatch/board.js";'}, "app.js links to /dispatch/board.js"),
        ({"app_js": 'await import("./bord.js")'}, "app.js links to ./bord.js"),
        ({"index_html": ""}, "has no index.html"),
        ({"notes_md": "x"}, "no content type"),
    ],
)
def test_a_page_that_would_run_productions_files_is_not_staged(
    site_stage: SiteStage, tmp_path: Path, files: dict[str, str], names: str
) -> None:
    assert names in site_stage.site("stage", "--folder", str(a_page(tmp_path, **files)), code=1)
    assert site_stage.page(STAGED) == {}


def test_a_distribution_that_serves_the_staged_page_wrongly_is_reported(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.serve(parse_template(changed("stage + '/dispatch/index.html'", "'/dispatch/index.html'")))
    said = site_stage.site("stage", "--folder", str(a_page(tmp_path)), code=1)
    assert "✗ page at /_staging/dispatch: 404" in said
    assert "SiteFunction" in said


def test_bytes_that_are_not_those_of_the_record_never_come_into_production(
    site_stage: SiteStage, tmp_path: Path
) -> None:
    first = site_stage.release(tmp_path)
    site_stage.site("stage", "--folder", str(a_page(tmp_path, **ANOTHER)))
    where = {"Bucket": site_stage.bucket, "Key": "_releases/staged.json"}
    staged = json.loads(site_stage.s3.get_object(**where)["Body"].read())
    staged["files"][0]["sha256"] = "0" * 64
    site_stage.s3.put_object(**where, Body=json.dumps(staged).encode())
    assert "app.js has another SHA-256 or content type. Try again." in site_stage.site("promote", code=1)
    assert site_stage.page() == first


@pytest.mark.parametrize(
    ("kind", "body", "trouble"),
    [("text/javascript; charset=utf-8", b"stale()", "other bytes"), ("text/plain", None, "served as text/plain")],
)
def test_a_staged_file_that_comes_otherwise_through_cloudfront_is_reported(
    site_stage: SiteStage, tmp_path: Path, kind: str, body: bytes | None, trouble: str
) -> None:
    assert site_stage.edge is not None
    fetch = site_stage.edge._origins["SiteBucket"]

    def otherwise(request: Any) -> Any:
        status, headers, held = fetch(request)
        if not request.raw_path.endswith("/app.js"):
            return status, headers, held
        return status, [("content-type", kind)], held if body is None else body

    site_stage.edge._origins["SiteBucket"] = otherwise
    said = site_stage.site("stage", "--folder", str(a_page(tmp_path)), code=1)
    assert f"✗ files under /_staging/dispatch/: app.js ({trouble})" in said
    assert "cannot be promoted" in said


def test_a_bucket_without_versions_is_refused(site_stage: SiteStage) -> None:
    site_stage.s3.put_bucket_versioning(Bucket=site_stage.bucket, VersioningConfiguration={"Status": "Suspended"})
    for command in ("stage", "promote", "rollback"):
        assert "keeps no versions" in site_stage.site(command, code=1)


def test_a_failure_of_s3_in_the_middle_leaves_the_old_page_whole(site_stage: SiteStage, tmp_path: Path) -> None:
    first = site_stage.release(tmp_path)
    site_stage.site("stage", "--folder", str(a_page(tmp_path, **ANOTHER)))
    proxy = site_stage.s3_proxy
    proxy.fail_next("PUT", delay=0.001, times=5)  # the release, the place, three files: they pass
    proxy.fail_next("PUT", error="InternalError", times=5)  # the page itself, as often as the SDK tries
    said = site_stage.site("promote", code=1)
    assert "Production is as it was before. AWS refused CopyObject: InternalError." in said
    assert site_stage.page() == first
    site_stage.site("promote")
    assert site_stage.page() == site_stage.page(STAGED) != first
    site_stage.site("rollback")
    assert site_stage.page() == first


def test_ctrl_c_in_the_middle_puts_the_old_page_back(
    site_stage: SiteStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infra.page.bucket import SiteBucket

    first = site_stage.release(tmp_path)
    site_stage.site("stage", "--folder", str(a_page(tmp_path, **ANOTHER)))
    copy, pressed = SiteBucket.copy, [True]

    def interrupted(self: SiteBucket, kept: Any, *, key: str) -> None:
        if key == "dispatch/index.html" and pressed and pressed.pop():
            raise KeyboardInterrupt
        copy(self, kept, key=key)

    with monkeypatch.context() as patched:
        patched.setattr(SiteBucket, "copy", interrupted)
        assert "Production is as it was before. KeyboardInterrupt." in site_stage.site("promote", code=1)
    assert site_stage.page() == first
    site_stage.site("promote")
    assert site_stage.page() == site_stage.page(STAGED)


def test_what_was_left_half_way_is_overtaken_by_the_next_release(site_stage: SiteStage, tmp_path: Path) -> None:
    first = site_stage.release(tmp_path)
    site_stage.site("stage", "--folder", str(a_page(tmp_path, **ANOTHER)))
    site_stage.s3_proxy.fail_next("PUT", delay=0.001, times=4)
    site_stage.s3_proxy.fail_next("PUT", error="InternalError", times=60)
    assert "was interrupted" in site_stage.site("promote", code=1)
    site_stage.s3_proxy._faults.clear()
    third = site_stage.release(tmp_path, page_css="body { margin: 7px }\n")
    assert site_stage.page() == third
    site_stage.site("rollback")
    assert site_stage.page() == first  # and not the mixture


def test_a_move_that_cannot_even_be_undone_is_finished_or_undone_by_the_next_command(
    site_stage: SiteStage, tmp_path: Path
) -> None:
    first = site_stage.release(tmp_path)
    for finish in (False, True):
        site_stage.site("stage", "--folder", str(a_page(tmp_path, extra_txt="x\n", **ANOTHER)))
        site_stage.s3_proxy.fail_next("PUT", delay=0.001, times=6)
        site_stage.s3_proxy.fail_next("PUT", error="SlowDown", times=60)
        said = site_stage.site("promote", code=1)
        assert "was interrupted" in said
        assert site_stage.page() not in (first, site_stage.page(STAGED))
        assert site_stage.page()["index.html"] == first["index.html"]
        assert "was interrupted" in site_stage.site("releases")
        site_stage.s3_proxy._faults.clear()
        site_stage.site("promote" if finish else "rollback")
        assert site_stage.page() == (site_stage.page(STAGED) if finish else first)
    site_stage.site("rollback")
    assert site_stage.page() == first


def test_two_who_move_at_once_do_not_meet(
    site_stage: SiteStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infra.page.releases import Releases

    first = site_stage.release(tmp_path)
    site_stage.site("stage", "--folder", str(a_page(tmp_path, page_css="body { margin: 9px }\n")))
    save = Releases.save

    def meanwhile(self: Releases, made: Any) -> None:
        save(self, made)
        site_stage.s3.put_object(Bucket=site_stage.bucket, Key="_releases/current.json", Body=b"{}")

    monkeypatch.setattr(Releases, "save", meanwhile)
    assert "Somebody else is promoting" in site_stage.site("promote", code=1)
    assert site_stage.page() == first


def test_nobody_at_the_public_address_is_one_sentence(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.url, whole = "http://127.0.0.1:1", site_stage.url
    try:
        said = site_stage.site("stage", "--folder", str(a_page(tmp_path)), code=1)
    finally:
        site_stage.url = whole
    assert "127.0.0.1:1 refuses connections." in said
    assert "Traceback" not in said


def test_without_the_options_the_stack_is_asked_and_reported_if_it_is_not_there(site_stage: SiteStage) -> None:
    said = site_stage.run("site", "stage", "--stack", "no-such-stack", code=1)
    assert "There is no stack no-such-stack" in said

"""`site stage`, `promote` and `rollback` over a real bucket, looked at as people see the page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from devkit.public_site import DISPATCH
from infra.smoke.fetch import fetch
from tests.infra.landing import SECRET, Landing, a_page, client_of

if TYPE_CHECKING:
    from pathlib import Path

STAGED = "_staging/dispatch/"
ANOTHER = {"index_html": '<script type="module" src="dispatch/app.js"></script>', "page_css": "body { margin: 9px }\n"}


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
    landing.release(tmp_path)
    after = landing.release(tmp_path, board_js="", app_js="export const board = () => 2;\n")
    assert landing.page(STAGED) == landing.page() == after
    assert "board.js" not in after


def test_the_page_comes_last_and_what_is_gone_goes_after_it(landing: Landing, tmp_path: Path) -> None:
    landing.release(tmp_path)
    landing.release(tmp_path, board_js="", app_js="export const board = () => 2;\n")
    listed = landing.s3.list_object_versions(Bucket=landing.bucket, Prefix="dispatch/")
    (gone,) = listed["DeleteMarkers"]
    put = {each["Key"]: each["LastModified"] for each in listed["Versions"] if each["IsLatest"]}
    assert gone["Key"] == "dispatch/board.js"
    assert max(put, key=lambda key: put[key]) == "dispatch/index.html"
    assert put["dispatch/index.html"] <= gone["LastModified"]


def test_going_back_restores_each_release_exactly_one_after_the_other(landing: Landing, tmp_path: Path) -> None:
    first = landing.release(tmp_path)
    second = landing.release(tmp_path, page_css="body { margin: 1px }\n", extra_txt="new\n")
    third = landing.release(tmp_path, extra_txt="", page_css="body { margin: 2px }\n")
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
    landing.release(tmp_path)
    second = landing.release(tmp_path, page_css="body { margin: 1px }\n")
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
    new = landing.release(tmp_path)
    assert landing.page() == new
    landing.site("rollback", "--no-wait")
    assert landing.page() == old
    assert landing.s3.head_object(Bucket=landing.bucket, Key="dispatch/old.js")["ContentType"] == "text/html"


def test_what_was_changed_by_hand_since_is_kept_as_a_release_of_its_own(landing: Landing, tmp_path: Path) -> None:
    first = landing.release(tmp_path)
    landing.s3.put_object(
        Bucket=landing.bucket, Key="dispatch/page.css", Body=b"/* in a hurry */", ContentType="text/css"
    )
    by_hand = landing.page()
    landing.release(tmp_path, page_css="body { margin: 3px }\n")
    landing.site("rollback", "--no-wait")
    assert landing.page() == by_hand
    landing.site("rollback")
    assert landing.page() == first


def test_promoting_twice_is_a_no_op_that_says_so(landing: Landing, tmp_path: Path) -> None:
    landing.release(tmp_path)
    before = landing.s3.list_object_versions(Bucket=landing.bucket, Prefix="")["Versions"]
    assert "in production already" in landing.site("promote")
    assert landing.s3.list_object_versions(Bucket=landing.bucket, Prefix="")["Versions"] == before


def test_a_dry_run_says_everything_and_does_nothing(landing: Landing, tmp_path: Path) -> None:
    page = str(a_page(tmp_path))
    assert "would upload _staging/dispatch/app.js" in landing.site("stage", "--folder", page, "--dry-run")
    assert landing.s3.list_object_versions(Bucket=landing.bucket).get("Versions", []) == []
    landing.release(tmp_path)
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


def test_the_records_hold_no_secret_and_name_each_file_with_its_sha256(landing: Landing, tmp_path: Path) -> None:
    landing.release(tmp_path)
    staged = record(landing, "staged")
    assert {file["name"] for file in staged["files"]} == {"app.js", "board.js", "index.html", "page.css"}
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in staged["files"])
    assert fetch("GET", f"{landing.url}/_releases/staged.json").kind == "application/json"  # anybody may read it


def test_a_stack_tells_where_the_page_goes_and_signs_the_token(landing: Landing, tmp_path: Path) -> None:
    stacks, secrets = client_of(landing.engine, "cloudformation"), client_of(landing.engine, "secretsmanager")
    name = f"stack-of-{landing.bucket}"
    secret = secrets.create_secret(Name=name, SecretString=SECRET)["ARN"]
    outputs = {
        "SiteBucketName": landing.bucket,
        "DistributionId": landing.distribution_id,
        "SiteUrl": landing.url,
        "AdminTokenSecretArn": secret,
    }
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    said = landing.run("site", "stage", "--stack", name, "--folder", str(a_page(tmp_path)), ADMIN_TOKEN_SECRET="")
    assert "✓ API with a token: 200" in said
    landing.run("site", "promote", "--stack", name)
    assert landing.page() == landing.page(STAGED) != {}
    del template["Outputs"]["SiteUrl"]
    stacks.update_stack(StackName=name, TemplateBody=json.dumps(template))
    assert "no output SiteUrl. Give --url" in landing.run("site", "promote", "--stack", name, code=1)
    stacks.close()
    secrets.close()

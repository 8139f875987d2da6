"""`site stage`, `promote` and `rollback` over a real bucket, looked at as people see the page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from devkit.public_site import DISPATCH
from infra.page.site import site_files
from infra.smoke import fetch as smoke_fetch
from infra.smoke.fetch import fetch
from infra.smoke.keys import make_token
from tests.infra.site_stage import SECRET, SiteStage, a_distribution, a_page, client_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from infra.smoke.fetch import FetchedAnswer

STAGED = "_staging/dispatch/"
ANOTHER = {"index_html": '<script type="module" src="dispatch/app.js"></script>', "page_css": "body { margin: 9px }\n"}


def record(site_stage: SiteStage, name: str) -> Any:
    """One of the records in the bucket."""
    return json.loads(site_stage.s3.get_object(Bucket=site_stage.bucket, Key=f"_releases/{name}.json")["Body"].read())


def test_the_real_page_is_staged_and_works_in_place(site_stage: SiteStage) -> None:
    said = site_stage.site("stage")
    assert site_stage.page(STAGED) == {file.key.removeprefix("dispatch/"): file.read() for file in site_files(DISPATCH)}
    assert site_stage.page() == {}  # production is not touched
    assert site_stage.invalidated() == [["/_staging/*"]]
    assert "byte for byte" in said
    assert "✓ API without a token: 401" in said
    assert "✓ API with a token: 200" in said
    assert f"{site_stage.url}/_staging/dispatch" in said
    for path in ("/_staging/dispatch", "/_staging/dispatch/"):
        assert site_stage.get(path).body == (DISPATCH / "index.html").read_bytes()


def test_promoting_copies_the_staged_bytes_with_their_kinds_and_freshness(site_stage: SiteStage) -> None:
    site_stage.site("stage")
    site_stage.site("promote")
    assert site_stage.page() == site_stage.page(STAGED)
    assert site_stage.invalidated() == [["/_staging/*"], ["/dispatch*", "/"]]
    head = site_stage.s3.head_object(Bucket=site_stage.bucket, Key="dispatch/app.js")
    assert (head["ContentType"], head["CacheControl"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert site_stage.get("/").body == site_stage.get("/dispatch").body == (DISPATCH / "index.html").read_bytes()
    # Whatever stands in the address, the page's files are found from there.
    assert site_stage.get("/dispatch/dispatch/app.js").body == (DISPATCH / "app.js").read_bytes()


def test_what_is_changed_in_staging_after_its_verification_is_not_promoted(
    site_stage: SiteStage, tmp_path: Path
) -> None:
    page = a_page(tmp_path)
    site_stage.site("stage", "--folder", str(page))
    site_stage.s3.put_object(
        Bucket=site_stage.bucket, Key=f"{STAGED}app.js", Body=b"evil()", ContentType="text/javascript"
    )
    site_stage.site("promote")
    assert site_stage.page() == {path.name: path.read_bytes() for path in page.iterdir()}


def test_files_that_are_gone_leave_staging_and_at_last_production(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.release(tmp_path)
    after = site_stage.release(tmp_path, board_js="", app_js="export const board = () => 2;\n")
    assert site_stage.page(STAGED) == site_stage.page() == after
    assert "board.js" not in after


def test_the_page_comes_last_and_what_is_gone_goes_after_it(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.release(tmp_path)
    site_stage.release(tmp_path, board_js="", app_js="export const board = () => 2;\n")
    listed = site_stage.s3.list_object_versions(Bucket=site_stage.bucket, Prefix="dispatch/")
    (gone,) = listed["DeleteMarkers"]
    put = {each["Key"]: each["LastModified"] for each in listed["Versions"] if each["IsLatest"]}
    assert gone["Key"] == "dispatch/board.js"
    assert max(put, key=lambda key: put[key]) == "dispatch/index.html"
    assert put["dispatch/index.html"] <= gone["LastModified"]


def test_going_back_restores_each_release_exactly_one_after_the_other(site_stage: SiteStage, tmp_path: Path) -> None:
    first = site_stage.release(tmp_path)
    second = site_stage.release(tmp_path, page_css="body { margin: 1px }\n", extra_txt="new\n")
    third = site_stage.release(tmp_path, extra_txt="", page_css="body { margin: 2px }\n")
    assert site_stage.page() == third
    site_stage.site("rollback")
    assert site_stage.page() == second
    site_stage.site("rollback")
    assert site_stage.page() == first
    assert site_stage.get("/dispatch").body == first["index.html"]
    assert site_stage.invalidated()[-1] == ["/dispatch*", "/"]
    assert "no release before" in site_stage.site("rollback", code=1)
    assert site_stage.page() == first


def test_going_back_can_name_a_release_and_go_forward_again(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.release(tmp_path)
    second = site_stage.release(tmp_path, page_css="body { margin: 1px }\n")
    newest = record(site_stage, "current")["release"]
    site_stage.site("rollback")
    site_stage.site("rollback", "--to", newest)
    assert site_stage.page() == second
    listed = site_stage.site("releases")
    assert re.search(rf"^\* +{newest}", listed, re.MULTILINE)
    assert "There is no release ../x" in site_stage.site("rollback", "--to", "../x", code=1)


def test_what_lay_in_production_before_all_this_can_be_gone_back_to(site_stage: SiteStage, tmp_path: Path) -> None:
    for key, body in (("dispatch/index.html", b"old page"), ("dispatch/old.js", b"old()")):
        site_stage.s3.put_object(Bucket=site_stage.bucket, Key=key, Body=body, ContentType="text/html")
    old = site_stage.page()
    new = site_stage.release(tmp_path)
    assert site_stage.page() == new
    site_stage.site("rollback", "--no-wait")
    assert site_stage.page() == old
    assert site_stage.s3.head_object(Bucket=site_stage.bucket, Key="dispatch/old.js")["ContentType"] == "text/html"


def test_what_was_changed_by_hand_since_is_kept_as_a_release_of_its_own(site_stage: SiteStage, tmp_path: Path) -> None:
    first = site_stage.release(tmp_path)
    site_stage.s3.put_object(
        Bucket=site_stage.bucket, Key="dispatch/page.css", Body=b"/* in a hurry */", ContentType="text/css"
    )
    by_hand = site_stage.page()
    site_stage.release(tmp_path, page_css="body { margin: 3px }\n")
    site_stage.site("rollback", "--no-wait")
    assert site_stage.page() == by_hand
    site_stage.site("rollback")
    assert site_stage.page() == first


def test_promoting_twice_is_a_no_op_that_says_so(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.release(tmp_path)
    before = site_stage.s3.list_object_versions(Bucket=site_stage.bucket, Prefix="")["Versions"]
    assert "in production already" in site_stage.site("promote")
    assert site_stage.s3.list_object_versions(Bucket=site_stage.bucket, Prefix="")["Versions"] == before


def test_a_dry_run_says_everything_and_does_nothing(site_stage: SiteStage, tmp_path: Path) -> None:
    page = str(a_page(tmp_path))
    assert "would upload _staging/dispatch/app.js" in site_stage.site("stage", "--folder", page, "--dry-run")
    assert site_stage.s3.list_object_versions(Bucket=site_stage.bucket).get("Versions", []) == []
    site_stage.release(tmp_path)
    site_stage.site("stage", "--folder", str(a_page(tmp_path, board_js="", app_js="1;\n")))
    before = site_stage.s3.list_object_versions(Bucket=site_stage.bucket)["Versions"]
    invalidated = site_stage.invalidated()
    said = site_stage.site("promote", "--dry-run")
    assert "would copy _staging/dispatch/app.js to dispatch/app.js" in said
    assert "would delete board.js" in said
    assert "would invalidate /dispatch*" in said
    assert "no release before" in site_stage.site("rollback", "--dry-run", code=1)
    assert site_stage.s3.list_object_versions(Bucket=site_stage.bucket)["Versions"] == before
    assert site_stage.invalidated() == invalidated


def test_the_records_hold_no_secret_and_name_each_file_with_its_sha256(site_stage: SiteStage, tmp_path: Path) -> None:
    site_stage.release(tmp_path)
    staged = record(site_stage, "staged")
    assert {file["name"] for file in staged["files"]} == {"app.js", "board.js", "index.html", "page.css"}
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in staged["files"])
    assert fetch("GET", f"{site_stage.url}/_releases/staged.json").kind == "application/json"  # anybody may read it


def a_stack(site_stage: SiteStage, *, host: str = "") -> str:
    """A stack whose outputs name the bucket, the distribution and the site; `host` is that of its links."""
    stacks = client_of(site_stage.engine, "cloudformation")
    name = f"stack-of-{site_stage.bucket}"
    outputs = {
        "SiteBucketName": site_stage.bucket,
        "DistributionId": site_stage.distribution_id,
        "SiteUrl": site_stage.url,
    }
    template = {
        "Parameters": {"PublicHost": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    parameters = [{"ParameterKey": "PublicHost", "ParameterValue": host}]
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=parameters)
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    stacks.close()
    return name


def test_a_page_behind_an_adopted_distribution_is_checked_and_refreshed_there(
    site_stage: SiteStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = f"{site_stage.bucket}.example.com"
    config = a_distribution("old.s3.us-west-2.amazonaws.com", host, Aliases={"Quantity": 1, "Items": [host]})
    adopted = site_stage.cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    name = a_stack(site_stage, host=host)
    asked: list[str] = []

    def at_home(method: str, url: str, *rest: Any) -> FetchedAnswer:
        asked.append(url)
        return fetched(method, url.replace(f"https://{host}", site_stage.url), *rest)

    fetched = smoke_fetch._fetched
    monkeypatch.setattr(smoke_fetch, "_fetched", at_home)
    page = a_page(tmp_path)
    token = make_token(SECRET, audience=site_stage.url)
    site_stage.run("site", "stage", "--stack", name, "--folder", str(page), ADMIN_TOKEN=token)
    site_stage.run("site", "promote", "--yes", "--stack", name)
    assert asked
    assert [url for url in asked if not url.startswith((f"https://{host}/", f"http://{host}/"))] == []
    refreshed = site_stage.cloudfront.list_invalidations(DistributionId=adopted)["InvalidationList"]["Items"]
    assert len(refreshed) == len(site_stage.invalidated()) == 2


def test_the_page_goes_where_the_stack_says_and_its_secret_signs_the_token(
    site_stage: SiteStage, tmp_path: Path
) -> None:
    stacks, secrets = client_of(site_stage.engine, "cloudformation"), client_of(site_stage.engine, "secretsmanager")
    name = f"stack-of-{site_stage.bucket}"
    secret = secrets.create_secret(Name=name, SecretString=SECRET)["ARN"]
    outputs = {
        "SiteBucketName": site_stage.bucket,
        "DistributionId": site_stage.distribution_id,
        "SiteUrl": site_stage.url,
        "AdminTokenSecretArn": secret,
    }
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    said = site_stage.run("site", "stage", "--stack", name, "--folder", str(a_page(tmp_path)), ADMIN_TOKEN_SECRET="")
    assert "✓ API with a token: 200" in said
    assert f"`python -m infra site promote --stack {name}` puts it into production." in said
    refused = site_stage.run("site", "promote", "--stack", name, code=1)
    assert f"Replace the page at {site_stage.url}/dispatch by the staged one?" in refused
    assert "Nothing was changed, because nobody answered. Pass --yes" in refused
    assert site_stage.page() == {}
    site_stage.run("site", "promote", "--stack", name, "--yes")
    assert site_stage.page() == site_stage.page(STAGED) != {}
    del template["Outputs"]["SiteUrl"]
    stacks.update_stack(StackName=name, TemplateBody=json.dumps(template))
    assert "no output SiteUrl. Give --url" in site_stage.run("site", "promote", "--stack", name, code=1)
    stacks.close()
    secrets.close()

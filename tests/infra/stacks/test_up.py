"""`infra up`: one command makes it, the same command brings it up to date, and whatever happens between, goes on."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from typing import Any

import pytest

from infra.stacks import change_sets, stack
from tests.infra.stacks.building_site import SIGNING_SECRET, SITE, TOKEN, BuildingSite, site, standing

__all__ = ["site", "standing"]  # fixtures
# Making it


def test_one_command_makes_it_and_gives_the_links_cloudfronts_own_name(site: BuildingSite) -> None:
    result = site.up("--yes")
    assert result.exit_code == 0, result.output
    key, host, currency, zone, release = site.settings
    assert (host, currency, zone) == (SITE, "USD", "America/Los_Angeles")
    assert key == f"code/{hashlib.sha256((site.folder / 'app.zip').read_bytes()).hexdigest()}.zip"
    assert re.fullmatch(r"[0-9a-f]{16}", release)
    assert site.secret == {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING_SECRET}
    assert f"SiteUrl: https://{SITE}" in result.stdout
    assert "python -m infra manifest --url https://bot.lambda-url.us-west-2.on.aws/" in result.stdout
    assert "Nobody is an admin yet" in result.stderr
    assert "Nobody gets the alarms yet. Pass --parameter AlarmEmail=" in result.stderr
    bot = "--bot-url https://bot.lambda-url.us-west-2.on.aws/"
    assert result.stdout.endswith(f"Then check it: python -m infra smoke https://{SITE} {bot}\n")


def test_the_plan_is_shown_and_asked_about_before_anything_is_made(site: BuildingSite) -> None:
    result = site.up(answers="y\ny\n")
    assert result.exit_code == 0, result.output
    assert "Create the stack there? [y/N]" in result.stderr
    assert "  add     Table (AWS::DynamoDB::Table)\n" in result.stdout
    assert "Make 2 changes? [y/N]" in result.stderr
    assert result.stderr.count("[y/N]") == 2, "what follows from CloudFront's name is not asked about"


def test_no_secret_is_shown(site: BuildingSite) -> None:
    result = site.up("--yes")
    again = site.up("--yes", "--credentials", "-", answers=json.dumps({"slack_bot_token": "xoxb-0987654321-newer"}))
    for secret in (TOKEN, SIGNING_SECRET, "xoxb-0987654321-newer"):
        assert secret not in result.output + again.output


def test_the_code_bucket_is_private_encrypted_versioned_and_speaks_tls_alone(standing: BuildingSite) -> None:
    (bucket,) = standing.buckets
    s3 = standing.client("s3")
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_no_to_the_first_question_leaves_the_account_as_it_was(site: BuildingSite) -> None:
    result = site.up(answers="n\n")
    assert result.exit_code == 1
    assert "Error: Nothing was changed." in result.stderr
    assert (site.status, site.buckets) == ("", [])


def test_a_no_to_the_plan_leaves_no_stack_behind(site: BuildingSite) -> None:
    result = site.up(answers="y\nn\n")
    assert result.exit_code == 1
    assert "Error: The stack was not changed." in result.stderr
    assert site.status == ""
    assert site.up("--yes").exit_code == 0


def test_where_nobody_can_be_asked_it_says_so(site: BuildingSite) -> None:
    result = site.up()
    assert result.exit_code == 1
    assert "Pass --yes" in result.stderr
    assert site.buckets == []


def test_a_dry_run_makes_nothing(site: BuildingSite) -> None:
    result = site.up("--dry-run")
    assert result.exit_code == 0, result.output
    assert "would be created" in result.stdout
    assert (site.status, site.buckets) == ("", [])


# Again


def test_the_same_command_again_changes_nothing_and_says_so(standing: BuildingSite) -> None:
    before = standing.settings
    result = standing.up("--yes")
    assert result.exit_code == 0, result.output
    assert "Nothing has to change" in result.stdout
    assert "The same zip was uploaded before." in result.stderr
    assert standing.settings == before


def test_parameters_stay_as_they_were_until_they_are_named(standing: BuildingSite) -> None:
    assert standing.up("--yes", "--parameter", "Currency=EUR").exit_code == 0
    standing.zip_says = "newer code"
    assert standing.up("--yes", "--parameter", "TimeZone=Europe/Oslo").exit_code == 0
    _, host, currency, zone, _ = standing.settings
    assert (host, currency, zone) == (SITE, "EUR", "Europe/Oslo")


def test_new_code_new_settings_and_new_credentials_are_each_a_new_release(standing: BuildingSite) -> None:
    releases = [standing.settings[-1]]
    standing.zip_says = "newer code"
    newer = json.dumps({"slack_bot_token": "xoxb-0987654321-newer"})
    for arguments, answers in (
        (["--yes"], ""),
        (["--yes", "--parameter", "Currency=EUR"], ""),
        (["--yes", "--credentials", "-"], newer),
    ):
        result = standing.up(*arguments, answers=answers)
        assert result.exit_code == 0, result.output
        releases.append(standing.settings[-1])
    assert len(set(releases)) == 4


def test_a_dry_run_shows_what_would_change_and_leaves_no_change_set(standing: BuildingSite) -> None:
    before = standing.settings
    result = standing.up("--dry-run", "--parameter", "Currency=EUR")
    assert result.exit_code == 0, result.output
    assert "  modify  Settings (AWS::SSM::Parameter)" in result.stdout
    assert "1 change would be made. Nothing was changed." in result.stdout
    assert standing.settings == before
    left = standing.client("cloudformation").list_change_sets(StackName=standing.stack)["Summaries"]
    assert [each["ExecutionStatus"] for each in left if each["ExecutionStatus"] == "AVAILABLE"] == []


def test_a_host_of_ones_own_stays_and_is_to_be_pointed_at_cloudfront(site: BuildingSite) -> None:
    site.template["Parameters"]["CertificateArn"] = {"Type": "String", "Default": ""}
    own = [
        "--parameter",
        "PublicHost=trips.example.com",
        "--parameter",
        "CertificateArn=arn:aws:acm:us-east-1:1:certificate/x",
    ]
    result = site.up("--yes", *own)
    assert f"Point trips.example.com at {SITE}" in result.stdout
    again = site.up("--yes")
    assert "Nothing has to change" in again.stdout
    assert site.settings[1] == "trips.example.com"


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        (
            "Curency=EUR",
            "Curency cannot be set. The parameters are PublicHost, CredentialsName, UseGmail, Currency, TimeZone.",
        ),
        ("CodeKey=evil.zip", "CodeKey cannot be set."),
        ("Currency=euro", "CloudFormation refuses this: "),
        ("Currency", "the form is NAME=VALUE"),
    ],
)
def test_a_parameter_that_will_not_do_is_refused_and_nothing_changes(
    standing: BuildingSite, parameter: str, message: str
) -> None:
    before = standing.settings
    result = standing.up("--yes", "--parameter", parameter)
    assert result.exit_code != 0
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert (standing.settings, standing.status) == (before, "UPDATE_COMPLETE")


# What goes wrong


# It reads a secret that is not there.
CANNOT_BE_MADE = {
    "Type": "AWS::SSM::Parameter",
    "Properties": {"Type": "String", "Value": "{{resolve:secretsmanager:nobody-made-it:SecretString:key}}"},
}


def test_a_stack_that_could_not_be_made_says_why_and_is_made_by_the_next_run(site: BuildingSite) -> None:
    site.template["Resources"]["Other"] = {**CANNOT_BE_MADE, "DependsOn": "Table"}
    site.template["Resources"]["Table"]["DeletionPolicy"] = "Retain"
    result = site.up("--yes")
    assert result.exit_code == 1
    assert "create complete: Table" in result.stderr
    left = site.client("dynamodb").list_tables()["TableNames"]
    assert [name for name in left if site.stack in name] == [], "it would stand in the next try's way"
    assert f"Error: {site.stack} was not created, and everything was rolled back, because of Other: " in result.stderr
    assert site.status == "ROLLBACK_COMPLETE"

    del site.template["Resources"]["Other"]
    again = site.up("--yes")
    assert again.exit_code == 0, again.output
    assert f"Deleting what is left of {site.stack}" in again.stderr
    assert site.status == "UPDATE_COMPLETE"


def test_a_change_that_fails_is_taken_back_and_said(standing: BuildingSite) -> None:
    before = standing.settings
    standing.template["Resources"]["Other"] = CANNOT_BE_MADE
    result = standing.up("--yes", "--parameter", "Currency=EUR")
    assert result.exit_code == 1
    assert f"{standing.stack} was rolled back, because of Other: " in result.stderr
    assert "run the same command again" in result.stderr
    assert standing.settings == before

    del standing.template["Resources"]["Other"]
    assert standing.up("--yes", "--parameter", "Currency=EUR").exit_code == 0
    assert standing.settings[2] == "EUR"


@pytest.mark.parametrize("instead", [None, {"Type": "AWS::S3::Bucket"}], ids=["removed", "replaced"])
def test_a_table_is_not_replaced_or_removed_by_a_yes_alone(
    standing: BuildingSite, instead: dict[str, str] | None
) -> None:
    table = standing.outputs["Table"]
    if instead is None:
        del standing.template["Resources"]["Table"], standing.template["Outputs"]["Table"]
    else:
        standing.template["Resources"]["Table"] = instead
    result = standing.up("--yes")
    assert result.exit_code == 1
    assert "would replace or remove Table, with all data in it. Nothing was changed." in result.stderr
    assert standing.outputs["Table"] == table
    assert standing.up("--yes", "--replace-data").exit_code == 0
    assert standing.outputs.get("Table") != table


def test_an_interrupted_run_says_how_to_go_on_and_the_next_one_does(
    standing: BuildingSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stack, "follow", interrupted)  # CloudFormation has begun, and is at it
        result = standing.up("--yes", "--parameter", "Currency=EUR")
    assert result.exit_code == 1
    assert "Run the same command to continue" in result.stderr
    again = standing.up("--yes", "--parameter", "Currency=EUR")
    assert again.exit_code == 0, again.output
    assert standing.settings[2] == "EUR"


def test_a_first_run_that_ended_before_cloudfronts_name_was_used_is_finished_by_the_next(
    site: BuildingSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, plans = change_sets.plan, itertools.count()

    def interrupted_at_the_second(*arguments: Any, **named: Any) -> Any:
        if next(plans):
            raise KeyboardInterrupt
        return plan(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(change_sets, "plan", interrupted_at_the_second)
        assert site.up("--yes").exit_code == 1
    assert site.settings[1] == "not-known-yet.invalid"
    assert site.up("--yes").exit_code == 0
    assert site.settings[1] == SITE


def test_a_bucket_of_another_account_is_not_used(site: BuildingSite) -> None:
    other = BuildingSite(site.endpoint, site.folder, site.stack, account="111111111111")
    other.client("s3").create_bucket(
        Bucket=f"theirs-{site.stack}", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    result = site.up("--yes", "--code-bucket", f"theirs-{site.stack}")
    assert result.exit_code == 1
    assert f"The bucket theirs-{site.stack} belongs to another account" in result.stderr


def test_no_region_is_said(site: BuildingSite) -> None:
    nowhere = {"AWS_REGION": "", "AWS_CONFIG_FILE": str(site.folder / "none")}
    result = site.run("--region", "", "up", environment=nowhere)
    assert result.exit_code == 1
    assert "No region is configured." in result.stderr


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Table already exists", "Table already exists"),
        ("4KB limit. String measured: {SLACK_BOT_TOKEN=xoxb-secret}", "4KB limit. …"),
        ('Value \'{"A": "xoxb-secret"}\' at environment failed', "…"),
        ("x" * 400, "x" * 300 + " …"),
    ],
)
def test_a_reason_is_cut_before_it_quotes_an_environment(reason: str, expected: str) -> None:
    assert stack.shortened(reason).strip() == expected

"""`infra up` after its stack was deleted: the table, buckets and log groups that stayed are taken over as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.template import read_template
from tests.infra.stacks.building_site import site
from tests.infra.stacks.releasing import MODULES

if TYPE_CHECKING:
    from tests.infra.stacks.building_site import BuildingSite

__all__ = ["site"]  # a fixture

# CloudFormation knows no such type, so the change that creates it fails.
WRONG = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "No such type"}}
RETAINED = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def _with_all_that_stays(site: BuildingSite) -> None:
    """As ours: a table and a bucket that CloudFormation names, and log groups, one of them only for mails."""
    resources = site.template["Resources"]
    resources["Table"] |= RETAINED
    resources["Waivers"] = {"Type": "AWS::S3::Bucket", **RETAINED}
    for name, condition in (("bot", {}), ("mail", {"Condition": "SendsMail"})):
        named = {"LogGroupName": {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{name}"}, "RetentionInDays": 90}
        resources[f"{name.title()}Logs"] = {"Type": "AWS::Logs::LogGroup", **RETAINED, **condition, "Properties": named}
    site.template["Parameters"]["NotifyEmailTo"] = {"Type": "String", "Default": ""}
    site.template["Conditions"] = {"SendsMail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "NotifyEmailTo"}, ""]}]}}
    site.template["Outputs"]["Waivers"] = {"Value": {"Ref": "Waivers"}}


def _held(site: BuildingSite) -> dict[str, str]:
    found = site.client("cloudformation").list_stack_resources(StackName=site.stack)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def _log(site: BuildingSite) -> str:
    """Return the one line in the log of the bot."""
    group = f"/aws/lambda/{site.stack}-bot"
    (event,) = site.client("logs").get_log_events(logGroupName=group, logStreamName="one")["events"]
    return str(event["message"])


@pytest.fixture
def deleted(site: BuildingSite) -> dict[str, str]:
    """A stack that was used, with mails, and then deleted; what it held."""
    _with_all_that_stays(site)
    result = site.up("--yes", "--parameter", "NotifyEmailTo=office@example.com")
    assert result.exit_code == 0, result.output
    before, group = _held(site), f"/aws/lambda/{site.stack}-bot"
    site.client("dynamodb").put_item(TableName=before["Table"], Item={"id": {"S": "a payment"}})
    site.client("s3").put_object(Bucket=before["Waivers"], Key="signed", Body=b"by Dave")
    site.client("logs").create_log_stream(logGroupName=group, logStreamName="one")
    site.client("logs").put_log_events(
        logGroupName=group, logStreamName="one", logEvents=[{"timestamp": 1_790_000_000_000, "message": "old"}]
    )
    site.client("cloudformation").delete_stack(StackName=site.stack)
    site.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName=site.stack, WaiterConfig={"Delay": 0.05}
    )
    assert site.status == ""
    return before


def _holds_what_was_there(site: BuildingSite, before: dict[str, str]) -> None:
    after = _held(site)
    for name in ("Table", "Waivers", "BotLogs"):
        assert after[name] == before[name]
    (row,) = site.client("dynamodb").scan(TableName=site.outputs["Table"])["Items"]
    assert row == {"id": {"S": "a payment"}}
    assert site.client("s3").get_object(Bucket=site.outputs["Waivers"], Key="signed")["Body"].read() == b"by Dave"
    assert _log(site) == "old"
    assert site.status == "UPDATE_COMPLETE"


def test_what_the_old_stack_left_belongs_to_the_new_one_with_all_that_is_in_it(
    site: BuildingSite, deleted: dict[str, str]
) -> None:
    dry = site.up("--dry-run")
    assert dry.exit_code == 0, dry.output
    assert f"  import  Table (AWS::DynamoDB::Table) {deleted['Table']}" in dry.stdout
    assert "Everything else would be done after that. Nothing was changed." in dry.stdout
    assert site.status == ""

    result = site.up("--yes")
    assert result.exit_code == 0, result.output
    assert f"An earlier stack {site.stack} left these, which the new one takes over as they are:" in result.stdout
    assert "import  MailLogs" not in result.stdout, "without mails the template has no such log"
    _holds_what_was_there(site, deleted)
    again = site.up("--yes")
    assert "Nothing has to change" in again.stdout


def test_who_does_not_want_it_is_shown_how_to_begin_anew(site: BuildingSite, deleted: dict[str, str]) -> None:
    result = site.up(answers="y\nn\n")
    assert result.exit_code == 1
    assert f"python -m infra up --stack {site.stack}-2" in result.stderr
    assert site.status == ""
    assert site.client("dynamodb").scan(TableName=deleted["Table"])["Count"] == 1


def test_interrupted_between_its_two_changes_the_next_run_goes_on(site: BuildingSite, deleted: dict[str, str]) -> None:
    site.template["Resources"]["Wrong"] = WRONG
    first = site.up("--yes", "--parameter", "NotifyEmailTo=office@example.com")
    assert first.exit_code == 1
    assert "  import  MailLogs" in first.stdout
    del site.template["Resources"]["Wrong"]
    again = site.up("--yes")
    assert again.exit_code == 0, again.output
    _holds_what_was_there(site, deleted)


def test_of_several_old_tables_a_person_chooses(site: BuildingSite, deleted: dict[str, str]) -> None:
    other = f"{site.stack}-Table-ABCDEF123456"
    key: dict[str, Any] = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    client = site.client("dynamodb")
    client.create_table(TableName=other, BillingMode="PAY_PER_REQUEST", **key)
    client.put_item(TableName=other, Item={"id": {"S": "another"}})
    result = site.up("--yes")
    assert result.exit_code == 1
    assert deleted["Table"] in result.stderr
    assert "Choose one: --parameter EventsTableName=" in result.stderr
    assert site.status == ""
    client.delete_item(TableName=other, Key={"id": {"S": "another"}})
    assert site.up("--yes").exit_code == 0, "an empty one is nobody's"
    _holds_what_was_there(site, deleted)


def test_logs_of_a_part_that_was_off_are_taken_over_when_it_is_on_again(
    site: BuildingSite, deleted: dict[str, str]
) -> None:
    # The emulator sees no resource in what a condition turns on, so the template here gains it as well.
    logs = site.template["Resources"].pop("MailLogs")
    assert site.up("--yes").exit_code == 0
    site.template["Resources"] |= {"MailLogs": logs, "Wrong": WRONG}
    on = ("--parameter", "NotifyEmailTo=office@example.com")
    result = site.up("--yes", *on)
    assert result.exit_code == 1, "an end between the two changes"
    assert f"  import  MailLogs (AWS::Logs::LogGroup) {deleted['MailLogs']}" in result.stdout
    assert _held(site)["MailLogs"] == deleted["MailLogs"]
    del site.template["Resources"]["Wrong"]
    again = site.up("--yes", *on)
    assert again.exit_code == 0, again.output
    assert "import" not in again.stdout
    assert _held(site)["MailLogs"] == deleted["MailLogs"]
    _holds_what_was_there(site, deleted)


def test_all_that_our_own_template_retains_can_be_imported_alone(site: BuildingSite) -> None:
    site.template, site.modules = read_template(), MODULES
    found: dict[str, str] = {}
    for logical, resource in site.template["Resources"].items():
        suffix = "1A2B3C4D5E6F"
        if resource["Type"] == "AWS::Logs::LogGroup":
            found[logical] = resource["Properties"]["LogGroupName"]["Fn::Sub"].replace("${AWS::StackName}", site.stack)
            site.client("logs").create_log_group(logGroupName=found[logical])
        elif resource["Type"] == "AWS::S3::Bucket":
            found[logical] = f"{site.stack}-{logical}-{suffix}".lower()
            place = {"LocationConstraint": "us-west-2"}
            site.client("s3").create_bucket(Bucket=found[logical], CreateBucketConfiguration=place)
            site.client("s3").put_object(Bucket=found[logical], Key="kept", Body=b"kept")
        elif resource["Type"] == "AWS::DynamoDB::Table" and resource["DeletionPolicy"] == "Retain":
            found[logical] = f"{site.stack}-{logical}-{suffix}"
            keys = {"eid": "HASH", "crew_id": "RANGE"}
            site.client("dynamodb").create_table(
                TableName=found[logical],
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
                KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            )
            row = {"eid": {"S": "e"}, "crew_id": {"S": "#event"}}
            site.client("dynamodb").put_item(TableName=found[logical], Item=row)
    result = site.up("--yes")
    assert result.exit_code == 1, "the emulator does not transform the rest"
    assert "import complete: EventsTable" in result.stderr
    del found["MailLogs"]  # nobody gets mails
    assert _held(site) == found
    assert len(found) == 6

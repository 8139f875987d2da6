"""The roles of the functions: their limits, and detection of rights that are too narrow or too wide."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.dynamo import connect
from devkit.aws import CREDENTIALS, REGION
from tests.builders import EID
from tests.rights import commands, recorder, verdict
from tests.rights.calls import Call, Names, calls_of
from tests.rights.commands import listed_for_up, listed_in_the_runbook, unlisted, unused
from tests.rights.policies import ROLES, allowed, grants

NAMES = Names({"EVENTS_TABLE": "events", "ANNOUNCEMENTS_TABLE": "announced", "WAIVERS_BUCKET": "waivers"})
WRITES = ("PutItem", "UpdateItem", "DeleteItem")


def may(role: str, operation: str, params: dict[str, Any], service: str = "dynamodb") -> bool:
    """Return whether a role may call this."""
    return all(allowed([role], call) for call in calls_of(service, operation, params, NAMES))


def key(eid: str) -> dict[str, Any]:
    return {"TableName": "events", "Key": {"eid": {"S": eid}, "crew_id": {"S": "#event"}}}


@pytest.mark.parametrize(
    ("role", "eid", "operations"),
    [
        ("WebRole", EID, {"PutItem", "UpdateItem"}),
        ("WebRole", "#books", set()),
        ("WebRole", "#cash", set()),
        ("WebRole", "#mail:hash", {"PutItem"}),
        ("WebRole", "#address:hash", {"UpdateItem"}),
        ("WebRole", "#canary", set()),
        ("BotRole", EID, {"PutItem", "UpdateItem"}),
        ("BotRole", "#cash", {"PutItem", "UpdateItem"}),
        ("BotRole", "#books", {"PutItem"}),
        ("BotRole", "#mail:hash", set()),
        ("BotRole", "#address:hash", set()),
        ("AnnounceRole", EID, set()),
        ("AnnounceRole", "#books", set()),
        ("AnnounceRole", "#cash", set()),
        ("AnnounceRole", "#canary", {"PutItem", "UpdateItem"}),
        ("MailRole", EID, set()),
        ("MailRole", "#books", set()),
    ],
)
def test_each_role_writes_rows_of_its_own_kinds_alone(role: str, eid: str, operations: set[str]) -> None:
    done = {each for each in WRITES if may(role, each, {**key(eid), "Item": key(eid)["Key"]})}
    assert done == operations
    scans = may(role, "Scan", {"TableName": "events"})
    assert scans is (role != "BotRole"), "the bot never reads the whole table"
    assert not may(role, "BatchWriteItem", {"RequestItems": {"events": [{"DeleteRequest": {"Key": key(eid)["Key"]}}]}})
    assert not may(role, "GetItem", {**key(eid), "TableName": "somebody's"})


def test_rows_are_deleted_and_books_written_in_transactions_alone() -> None:
    def together(part: str, eid: str) -> dict[str, Any]:
        return {"TransactItems": [{part: {**key(eid), "Item": key(eid)["Key"]}}]}

    for role in ("BotRole", "AnnounceRole"):
        assert may(role, "TransactWriteItems", together("Delete", EID))
        assert not may(role, "TransactWriteItems", together("Delete", "#cash"))
    assert may("AnnounceRole", "TransactWriteItems", together("Put", "#books"))
    assert not may("WebRole", "TransactWriteItems", together("Delete", EID))
    mixed = {"RequestItems": {"events": {"Keys": [key("#books")["Key"], key("#cash")["Key"]]}}}
    assert not may("WebRole", "BatchGetItem", mixed)


def test_no_role_deletes_evidence_and_each_has_a_folder_of_its_own() -> None:
    for role, folder in (("WebRole", "waivers"), ("AnnounceRole", "manifests")):
        for key in ("waivers/e/s.json", "manifests/e/m.json", "other"):
            params = {"Bucket": "waivers", "Key": key}
            assert may(role, "PutObject", params, "s3") is key.startswith(folder)
            assert may(role, "GetObject", params, "s3") is key.startswith(folder)
            for never in ("DeleteObject", "PutObjectRetention", "PutObjectLegalHold"):
                assert not may(role, never, params, "s3")
        locked = {"Bucket": "waivers", "Key": f"{folder}/x", "ObjectLockMode": "GOVERNANCE"}
        assert not may(role, "PutObject", locked, "s3")
        assert not may(role, "GetObject", {"Bucket": "another", "Key": f"{folder}/x"}, "s3")
    assert {each.role for each in grants() if each.action.startswith("s3:")} == {"WebRole", "AnnounceRole"}
    assert {each.role for each in grants()} == set(ROLES)


def test_a_call_that_is_not_granted_fails_at_once_and_a_grant_that_nobody_uses_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("seen", "asked_by_commands", "refused"):
        monkeypatch.setattr(recorder, name, set())
    used = Call("dynamodb:GetItem", "EventsTable", (("dynamodb:LeadingKeys", (EID,)),))
    recorder.judge(("BotRole",), used)
    assert ("BotRole", "Events", "dynamodb:GetItem", "EventsTable") in recorder.seen
    with pytest.raises(recorder.NotGranted):
        recorder.judge(("BotRole",), Call("dynamodb:Scan", "EventsTable"))
    assert verdict.of_any_run() == ["BotRole may not dynamodb:Scan on EventsTable with {}"]
    unused_grants = verdict.of_a_whole_run()
    assert "granted and never used: BotRole Events: dynamodb:PutItem on EventsTable" in unused_grants
    assert not any("BotRole Events: dynamodb:GetItem" in each or "Logs" in each for each in unused_grants)
    before = recorder.handed_over()
    for name in ("seen", "asked_by_commands", "refused"):
        monkeypatch.setattr(recorder, name, set())
    recorder.take_over(before)
    assert recorder.handed_over() == before


def test_a_client_belongs_to_the_function_whose_file_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = compile("client = connect()", next(name for name in recorder._FUNCTIONS if "web_" in name), "exec")
    for name, value in {**CREDENTIALS, "AWS_REGION": REGION, "EVENTS_TABLE": "events"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(recorder, "refused", set())
    within: dict[str, Any] = {"connect": connect}
    exec(made, within)  # noqa: S102  # two words of ours, as if they were in that file
    with pytest.raises(recorder.NotGranted):
        within["client"].delete_item(**key(EID))
    within["client"].close()


def test_the_commands_ask_for_what_the_pages_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"PublishVersion", "UpdateAlias"} <= listed_for_up()["lambda"]
    assert "UpdateFunctionCode" not in listed_in_the_runbook()["rollback"]
    asked = {("up", "lambda:GetFunction"), ("up", "s3:HeadObject"), ("rollback", "lambda:UpdateAlias")}
    assert unlisted(asked) == []
    assert unlisted({("up", "ec2:RunInstances"), ("rollback", "lambda:UpdateFunctionCode")}) == [
        "docs/runbook.md does not list lambda:UpdateFunctionCode, which `infra rollback` calls",
        "docs/going-live.md does not list ec2:RunInstances, which `infra up` calls",
    ]
    assert unused(asked) == []
    monkeypatch.setattr(commands, "named_in_sources", set)
    assert "docs/going-live.md lists lambda:PublishVersion, which no command calls" in unused(asked)

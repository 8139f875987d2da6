"""`infra doctor` and `infra cost` about a whole stack: what is well, what is not, and what could not be looked at."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from devkit.aws import ROOT
from devkit.slack import people
from infra.doctor.finding import SECTIONS
from tests.infra.deploying.cloud import WRITES, refusal
from tests.infra.stacks.releasing import _one_stage, saying, stage

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.infra.deploying.cloud import Answer
    from tests.infra.stacks.releasing import ReleaseStage

__all__ = ["_one_stage", "stage"]  # fixtures

NOWHERE = ("--url", "http://127.0.0.1:9", "--bot-url", "http://127.0.0.1:9")


def _examined(stage: ReleaseStage, *arguments: str) -> dict[str, dict[str, Any]]:
    """Each check by its name."""
    result = stage.run("doctor", *NOWHERE, "--json", *arguments)
    for secret in (people.BOT_TOKEN, stage.site.secret["slack_signing_secret"]):
        assert secret not in result.output
    assert result.exit_code == 1, result.output  # nothing answers at the address
    return {each["name"]: each for each in json.loads(result.stdout)["checks"]}


def _wrong(checks: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, each in checks.items() if each["passed"] is False}


def _outside(name: str) -> bool:
    return "health" in name or "Slack's signed" in name or "request" in name or name == "dispatch page"


def test_a_stack_that_is_well_is_said_to_be_and_nothing_is_changed(stage: ReleaseStage) -> None:
    stage.cloud.forget()
    checks = _examined(stage)
    assert not WRITES & set(stage.cloud.calls)
    well = {name for name, each in checks.items() if each["passed"]}
    assert {
        *("stack", *stage.names, "deploys", "Slack's token", "Slack's scopes", "secret", "table", "index", "stream"),
        *(f"reader of the stream: {stage.names[2]}", f"backlog of {stage.names[2]}", "dead letters (announce)"),
        *("limit of the waiver page", "schedules"),
    } - well <= {"limit of the waiver page"}
    # Other tests make this stack's functions fail, which raises an alarm.
    assert ("alarms" in well) is not any(name.startswith("alarm ") for name in checks)
    said = stage.run("doctor", *NOWHERE).stdout
    assert re.search(r"^ok +index: by_month$", said, re.MULTILINE)
    assert re.search(r"^not ok +health: .*\n +→ .* Runbook, “Bad deploy”[.]$", said, re.MULTILINE)
    assert re.search(r"^could not check +budget: none is set$", said, re.MULTILINE)
    assert re.search(r"^\S+: \d+ ok, \d+ not ok, \d+ could not be checked[.]$", said, re.MULTILINE)


def test_each_thing_that_is_not_well_says_what_to_do(stage: ReleaseStage) -> None:
    before = _wrong(_examined(stage))
    assert "subscribers of the alarms" in before
    outputs, client = stage.site.outputs, stage.site.client
    queue = outputs["AnnounceDeadLettersUrl"]
    alarm = client("cloudwatch").describe_alarms(AlarmNamePrefix=stage.site.stack)["MetricAlarms"][0]["AlarmName"]
    mappings = client("lambda").list_event_source_mappings(EventSourceArn=outputs["EventsStreamArn"])
    (mapping,) = mappings["EventSourceMappings"]
    whole = client("secretsmanager").get_secret_value(SecretId=stage.site.stack)["SecretString"]
    try:
        client("sqs").send_message(QueueUrl=queue, MessageBody="{}")
        client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test")
        client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        lacking = {key: value for key, value in json.loads(whole).items() if key != "slack_bot_token"}
        client("secretsmanager").put_secret_value(SecretId=stage.site.stack, SecretString=json.dumps(lacking))
        result = stage.run("doctor", *NOWHERE, "--json")
    finally:
        client("sqs").purge_queue(QueueUrl=queue)
        client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="a test")
        client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
        client("secretsmanager").put_secret_value(SecretId=stage.site.stack, SecretString=whole)
    checks = {each["name"]: each for each in json.loads(result.stdout)["checks"]}
    reader = f"reader of the stream: {stage.names[2]}"
    assert _wrong(checks) - before == {"dead letters (announce)", f"alarm {alarm}", reader, "secret"}
    assert checks["dead letters (announce)"]["remedy"].startswith(
        f"Run `python -m infra announce --stack {stage.site.stack}`."
    )
    assert mapping["UUID"] in checks[reader]["remedy"]
    assert checks["secret"]["detail"].endswith("lacks slack_bot_token")
    assert "Runbook, “" in checks[f"alarm {alarm}"]["remedy"]


def test_a_schedule_that_is_off_gone_or_astray_is_found(stage: ReleaseStage) -> None:
    client = stage.site.client("scheduler")
    listed = stage.site.client("cloudformation").describe_stack_resources(StackName=stage.site.stack)["StackResources"]
    names = {each["LogicalResourceId"]: each["PhysicalResourceId"].rpartition("/")[2] for each in listed}
    kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target", "State", "Description")

    def schedule(logical: str) -> dict[str, Any]:
        answer = client.get_schedule(Name=names[logical])
        return {name: answer[name] for name in kept if name in answer}

    digest, late, awake = before = [schedule(each) for each in ("MorningDigest", "LateAnnouncements", "BotStaysAwake")]
    assert "schedules" not in _wrong(_examined(stage))
    try:
        client.update_schedule(**{**digest, "State": "DISABLED"})
        client.delete_schedule(Name=late["Name"])
        arn = awake["Target"]["Arn"].removesuffix(":live")
        client.update_schedule(**{**awake, "Target": {**awake["Target"], "Arn": arn}})
        checks = _examined(stage)
    finally:
        client.create_schedule(**late)
        for each in before:
            client.update_schedule(**each)
    assert checks["schedule MorningDigest"]["detail"] == "it is disabled"
    assert "Runbook, “Posts or mails wait”." in checks["schedule MorningDigest"]["remedy"]
    assert checks["schedule LateAnnouncements"]["detail"] == "somebody deleted it"
    assert checks["schedule BotStaysAwake"]["detail"] == f"it invokes {stage.names[0]}"
    assert "Runbook, “Answers are slow”." in checks["schedule BotStaysAwake"]["remedy"]
    assert "schedules" not in checks
    assert _examined(stage)["schedules"]["detail"] == "all 4 are enabled"


def test_an_alarm_that_is_gone_or_notifies_nobody_is_found(stage: ReleaseStage) -> None:
    client = stage.site.client("cloudwatch")
    listed = client.describe_alarms(AlarmNamePrefix=stage.site.stack)["MetricAlarms"]
    calm = [each for each in listed if each["StateValue"] != "ALARM"]
    kept = client.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    gone, mute, astray = before = [{name: each[name] for name in kept if name in each} for each in calm[:3]]
    topic = stage.site.outputs["AlarmsTopicArn"]
    try:
        client.delete_alarms(AlarmNames=[gone["AlarmName"]])
        client.put_metric_alarm(**{**mute, "ActionsEnabled": False})
        client.put_metric_alarm(**{**astray, "AlarmActions": []})
        checks = _examined(stage)
    finally:
        for each in before:
            client.put_metric_alarm(**each)
    assert checks[f"alarm {gone['AlarmName']}"]["detail"] == "somebody deleted it"
    assert "enable-alarm-actions" in checks[f"alarm {mute['AlarmName']}"]["remedy"]
    assert f"Add the action {topic}" in checks[f"alarm {astray['AlarmName']}"]["remedy"]
    assert "Runbook, “Nobody hears the alarms”." in checks[f"alarm {astray['AlarmName']}"]["remedy"]
    assert "alarms" not in checks
    assert not {f"alarm {each['AlarmName']}" for each in before} & _wrong(_examined(stage))


def test_strangers_who_could_take_the_bots_room_are_found(stage: ReleaseStage) -> None:
    web, client = stage.names[1], stage.site.client("lambda")
    share = "limit of the waiver page"
    client.put_function_concurrency(FunctionName=web, ReservedConcurrentExecutions=20)
    try:
        assert _examined(stage)[share]["passed"] is True
        client.put_function_concurrency(FunctionName=web, ReservedConcurrentExecutions=5)
        assert _examined(stage)[share]["detail"] == "it is 5, and the stack says 20"
        client.delete_function_concurrency(FunctionName=web)
        found = _examined(stage)[share]
        assert found["detail"].startswith("it has none: strangers on the waiver page can take all ")
        assert "--parameter WebConcurrency=20" in found["remedy"]
    finally:
        client.put_function_concurrency(FunctionName=web, ReservedConcurrentExecutions=20)


def test_a_refused_token_missing_scopes_and_an_unfinished_deploy_are_found(
    stage: ReleaseStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.slack.app.SCOPES", {"commands": "", "canvases:write": ""})
    checks = _examined(stage)
    assert checks["Slack's scopes"]["detail"] == "the app lacks canvases:write"
    other = {"SLACK_BOT_TOKEN": "xoxb-of-nobody-at-all"}
    client = stage.site.client("lambda")
    for name in stage.names:
        now = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        if "SLACK_BOT_TOKEN" in now:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": {**now, **other}})
            version = client.publish_version(FunctionName=name)["Version"]
            client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    checks = _examined(stage)
    assert checks["Slack's token"]["detail"] == "Slack refuses the bot token (invalid_auth)"
    assert "--renew slack_bot_token" in checks["Slack's token"]["remedy"]
    assert checks["secret"]["detail"].startswith("what serves has another slack_bot_token")
    for name in stage.names:
        assert "$LATEST has another" not in checks[name]["detail"]


def test_what_may_not_be_read_is_said_and_never_taken_for_health(stage: ReleaseStage) -> None:
    def denied(_: int, called: str, do: Callable[[], Answer]) -> Answer | None:
        return refusal("AccessDeniedException", 403) if called == "ListEventSourceMappings" else do()

    stage.cloud.fault = denied
    checks = _examined(stage)
    assert checks["functions"]["passed"] is None
    assert checks["functions"]["detail"].startswith("You lack the permission for ListEventSourceMappings")
    assert checks["readers of the stream"]["passed"] is None
    assert "Slack's token" not in checks
    assert checks["table"]["passed"] is True


def test_the_sections_that_it_names_are_the_runbooks() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    assert set(SECTIONS) <= set(re.findall(r"^## (.*)$", runbook, re.MULTILINE))


def test_there_is_nothing_to_examine_without_a_stack(stage: ReleaseStage) -> None:
    result = stage.site.run("doctor", "--stack", "nobodys")
    assert result.exit_code == 1
    assert "There is no stack nobodys" in result.stderr


def test_the_cost_of_a_stack_counts_what_is_deployed_and_says_what_it_could_not_read(stage: ReleaseStage) -> None:
    result = stage.run("cost")
    assert result.exit_code == 0, result.output
    assert re.search(r"^Secrets +2 ", result.stdout, re.MULTILINE)
    assert re.search(r"^Alarms +11 ", result.stdout, re.MULTILINE)
    assert "Snapshots" not in result.stdout
    assert stage.up("--parameter", "FastStart=true").exit_code == 0
    assert stage.deploy(saying("two")).exit_code == 0
    result = stage.run("cost")
    assert re.search(r"^Snapshots of \d versions ", result.stdout, re.MULTILINE), result.stdout
    assert "FastStart is on" in result.stdout

    def denied(_: int, called: str, do: Callable[[], Answer]) -> Answer | None:
        return refusal("AccessDeniedException", 403) if called == "ListVersionsByFunction" else do()

    stage.cloud.fault = denied
    result = stage.run("cost")
    assert result.exit_code == 0, result.output
    assert f"the versions of {stage.names[0]}: You lack the permission for ListVersionsByFunction" in result.stderr

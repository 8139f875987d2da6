"""`infra deploy` over several functions, their stack, their aliases and their old versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from devkit.aws import CREDENTIALS, REGION
from infra.deploying.functions import Functions
from infra.deploying.plan import interpreter_of
from infra.deploying.targets import read_target
from infra.packing.wheels import LAMBDA
from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip
from tests.infra.deploying.stage import BEFORE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Engine
    from tests.infra.deploying.cloud import Answer
    from tests.infra.deploying.stage import DeployStage

pytestmark = pytest.mark.usefixtures("no_waiting")


def _two(deploy_stage: DeployStage) -> tuple[str, str]:
    """One with Slack's credentials, one with Gmail's."""
    slack = {name: value for name, value in BEFORE.items() if not name.startswith("GMAIL")}
    gmail = {name: value for name, value in BEFORE.items() if name != "SLACK_BOT_TOKEN"}
    return deploy_stage.a_function(variables=slack), deploy_stage.a_function(variables=gmail)


def _deploy(deploy_stage: DeployStage, names: tuple[str, ...], *options: str) -> Any:
    functions = [word for name in names for word in ("--function", name)]
    return deploy_stage.run("deploy", *functions, "--zip", str(deploy_stage.put(a_zip("two"))), "--yes", *options)


def test_functions_get_the_same_code_and_keep_each_their_own_secrets(deploy_stage: DeployStage) -> None:
    names = _two(deploy_stage)
    before = [deploy_stage.variables(name) for name in names]
    result = _deploy(
        deploy_stage, names, "--set", "SLACK_BOT_TOKEN=rotated", "--set", "GMAIL_CLIENT_ID=other", "--set", "NEW=x"
    )
    assert result.exit_code == 0, result.output
    assert [deploy_stage.asked(name)["mark"] for name in names] == ["two", "two"]
    assert deploy_stage.variables(names[0], "live") == {**before[0], "SLACK_BOT_TOKEN": "rotated", "NEW": "x"}
    assert deploy_stage.variables(names[1], "live") == {**before[1], "GMAIL_CLIENT_ID": "other", "NEW": "x"}


def test_a_variable_can_be_of_one_function_alone(deploy_stage: DeployStage) -> None:
    one, two = _two(deploy_stage)
    assert _deploy(deploy_stage, (one, two), "--set", f"{one}:NEW=x", "--unset", f"{two}:EVENTS_TABLE").exit_code == 0
    assert deploy_stage.variables(one, "live")["NEW"] == "x"
    assert "NEW" not in deploy_stage.variables(two, "live")
    assert "EVENTS_TABLE" in deploy_stage.variables(one, "live")
    assert "EVENTS_TABLE" not in deploy_stage.variables(two, "live")


def test_a_variable_to_drop_that_nobody_has_is_named(deploy_stage: DeployStage) -> None:
    names = _two(deploy_stage)
    result = _deploy(deploy_stage, names, "--unset", "EVENTS_TABEL", "--dry-run")
    assert result.exit_code == 0
    assert "--unset EVENTS_TABEL: no function has that variable" in result.output


@pytest.mark.parametrize("operation", ["UpdateFunctionCode", "PublishVersion", "Invoke", "UpdateAlias"])
def test_when_the_second_function_fails_the_first_goes_back_too(deploy_stage: DeployStage, operation: str) -> None:
    one, two = _two(deploy_stage)
    before = {name: (deploy_stage.variables(name), deploy_stage.latest(name)["CodeSha256"]) for name in (one, two)}
    met = 0

    def second(_number: int, called: str, do: Callable[[], Answer]) -> Answer:
        nonlocal met
        met += called == operation
        each = 2 if operation == "Invoke" else 1
        return refusal("AccessDeniedException", 403) if called == operation and met == each + 1 else do()

    deploy_stage.cloud.fault = second
    result = _deploy(deploy_stage, (one, two), "--set", "NEW=x")
    assert result.exit_code == 1
    assert "restored" in result.output
    for name in (one, two):
        assert deploy_stage.asked(name)["mark"] == "one"
        assert deploy_stage.version(name) == "1"
        assert (deploy_stage.variables(name), deploy_stage.latest(name)["CodeSha256"]) == before[name]


def test_functions_that_run_differently_are_not_given_one_zip(deploy_stage: DeployStage) -> None:
    names = deploy_stage.a_function(), deploy_stage.a_function(Architectures=["x86_64"])
    result = deploy_stage.run("deploy", *(word for name in names for word in ("--function", name)), "--yes")
    assert result.exit_code == 1
    assert "python3.13 on arm64, python3.13 on x86_64; one zip cannot serve them all" in result.output
    assert deploy_stage.cloud.writes == []


def test_the_zip_is_built_for_what_the_function_runs(deploy_stage: DeployStage) -> None:
    functions = Functions(deploy_stage.client)
    ours = read_target(functions, deploy_stage.a_function(), "live")
    assert interpreter_of([ours, ours]) == LAMBDA
    other = read_target(functions, deploy_stage.a_function(Runtime="python3.12", Architectures=["x86_64"]), "live")
    words = interpreter_of([other]).options
    assert "manylinux2014_x86_64" in words
    assert words[words.index("--python-version") + 1] == "3.12"
    assert words[words.index("--abi") + 1] == "cp312"


def test_what_serves_and_latest_differ_and_somebody_has_to_say_which_holds(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    by_hand = {**BEFORE, "SLACK_BOT_TOKEN": "xoxb-canary-by-hand", "NEW": "canary-by-hand"}
    deploy_stage.client.update_function_configuration(FunctionName=name, Environment={"Variables": by_hand})
    result = deploy_stage.deploy(name, a_zip("two"))
    assert result.exit_code == 1
    assert "differ in SLACK_BOT_TOKEN" in result.output
    assert "canary" not in result.output
    assert deploy_stage.cloud.writes == []
    assert deploy_stage.deploy(name, a_zip("two"), "--keep", "latest").exit_code == 0
    assert deploy_stage.variables(name, "live") == by_hand


def test_productions_values_hold_when_that_is_said_and_no_name_is_dropped(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    by_hand = {"SLACK_BOT_TOKEN": "xoxb-canary-by-hand", "NEW": "canary-by-hand"}
    deploy_stage.client.update_function_configuration(FunctionName=name, Environment={"Variables": by_hand})
    assert deploy_stage.deploy(name, a_zip("two"), "--keep", "live").exit_code == 0
    assert deploy_stage.variables(name, "live") == {**BEFORE, "NEW": "canary-by-hand"}


def test_an_alias_that_shares_its_traffic_gets_its_shares_back(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    deploy_stage.client.update_function_code(FunctionName=name, ZipFile=a_zip("half"))
    deploy_stage.cloud.remember(a_zip("half"))
    half = deploy_stage.client.publish_version(FunctionName=name)["Version"]
    shares = {"AdditionalVersionWeights": {half: 0.1}}
    deploy_stage.client.update_alias(FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig=shares)

    result = deploy_stage.deploy(name, a_zip("two"), "--bot-url", "http://127.0.0.1:1/")
    assert result.exit_code == 1
    assert "The public address fails" in result.output
    alias = deploy_stage.client.get_alias(FunctionName=name, Name="live")
    assert (alias["FunctionVersion"], alias["RoutingConfig"]) == ("1", shares)

    assert deploy_stage.deploy(name, a_zip("two")).exit_code == 0
    alias = deploy_stage.client.get_alias(FunctionName=name, Name="live")
    assert alias["FunctionVersion"] != "1"
    assert "RoutingConfig" not in alias, "the new version serves everybody"


def _public_address(deploy_stage: DeployStage, name: str, engine: Engine) -> str:
    """Return the address at which the function's own URL is served."""
    url = deploy_stage.client.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE")[
        "FunctionUrl"
    ]
    return f"{engine.endpoint}/_aws/lambda-url/{url.partition('//')[2].partition('.')[0]}/"


def test_the_public_address_is_tried_at_the_end(deploy_stage: DeployStage, dynamodb: Engine) -> None:
    name = deploy_stage.a_function()
    address = _public_address(deploy_stage, name, dynamodb)
    result = deploy_stage.deploy(name, a_zip("two"), "--bot-url", address)
    assert result.exit_code == 0, result.output
    assert "Checking the public address" in result.output
    assert '"smoke", "ok": true' in deploy_stage.on_disk()


def test_when_the_public_address_fails_everything_goes_back(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_zip("two"), "--set", "NEW=x", "--bot-url", "http://127.0.0.1:1/")
    assert result.exit_code == 1
    assert "The public address fails" in result.output
    assert deploy_stage.cloud.writes.count("UpdateAlias") == 2
    assert deploy_stage.asked(name)["mark"] == "one"
    assert deploy_stage.variables(name) == BEFORE
    assert '"smoke", "ok": false' in deploy_stage.on_disk()


def test_an_address_that_failed_before_can_be_left_out(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    result = deploy_stage.deploy(name, a_zip("two"), "--bot-url", "http://127.0.0.1:1/")
    assert "or deploy with --no-smoke" in result.output
    result = deploy_stage.deploy(name, a_zip("two"), "--bot-url", "http://127.0.0.1:1/", "--no-smoke")
    assert result.exit_code == 0, result.output
    assert deploy_stage.asked(name)["mark"] == "two"


def test_old_versions_of_ours_are_deleted_and_no_other(deploy_stage: DeployStage) -> None:
    name = deploy_stage.a_function()
    theirs = [deploy_stage.client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]]
    deploy_stage.client.update_function_code(FunctionName=name, ZipFile=a_zip("theirs"))
    theirs.append(deploy_stage.client.publish_version(FunctionName=name, Description="by hand")["Version"])
    deploy_stage.cloud.remember(a_zip("theirs"))
    for mark in ("a", "b", "c", "d", "e"):
        result = deploy_stage.deploy(name, a_zip(mark), "--keep-versions", "2")
        assert result.exit_code == 0, result.output
    left = [each["Version"] for each in deploy_stage.client.list_versions_by_function(FunctionName=name)["Versions"]]
    assert left == ["$LATEST", *theirs, "6", "7"], "theirs, what serves, and what a rollback goes back to"
    assert deploy_stage.asked(name)["mark"] == "e"
    assert deploy_stage.run("rollback", "--function", name, "--yes").exit_code == 0
    assert deploy_stage.asked(name)["mark"] == "d"


def test_an_old_version_that_lambda_does_not_delete_disturbs_no_deploy_and_goes_with_the_next(
    deploy_stage: DeployStage,
) -> None:
    name = deploy_stage.a_function()
    first, previous = int(deploy_stage.version(name)), ""

    def left() -> list[str]:
        versions = deploy_stage.client.list_versions_by_function(FunctionName=name)["Versions"]
        return [each["Version"] for each in versions if int(each["Version"].replace("$LATEST", "0")) > first]

    def denied(_: Callable[[], Answer]) -> Answer | None:
        return refusal("AccessDeniedException", 403)

    def lost(do: Callable[[], Answer]) -> Answer | None:
        do()
        return None

    for mark, operation, fault in (
        ("a", "", denied),
        ("b", "", denied),
        ("c", "DeleteFunction", denied),
        ("d", "DeleteFunction", lost),
        ("e", "ListVersionsByFunction", denied),
        ("f", "ListAliases", lost),
        ("g", "", denied),
    ):
        deploy_stage.cloud.fault = lambda _, called, do, at=operation, make=fault: make(do) if called == at else do()
        result = deploy_stage.deploy(name, a_zip(mark))
        assert result.exit_code == 0, result.output
        assert deploy_stage.asked(name)["mark"] == mark
        assert ("not deleted" in result.output) == (mark in {"c", "e", "f"})
        serving = deploy_stage.version(name)
        assert {serving, previous} - {""} <= set(left()), "what serves, and what a rollback goes back to"
        previous = serving
    assert left() == [str(int(previous) - 1), previous], "all that was left over is gone"


def test_the_functions_of_a_stack_are_found_by_its_outputs(deploy_stage: DeployStage, dynamodb: Engine) -> None:
    one, two = _two(deploy_stage)
    make: Any = boto3.client
    stacks = make(
        "cloudformation",
        endpoint_url=dynamodb.endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    outputs = {"BotFunctionName": one, "WebFunctionName": two}
    template = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    stacks.create_stack(StackName=f"of-{one}", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName=f"of-{one}", WaiterConfig={"Delay": 1})
    stacks.close()
    result = deploy_stage.run("deploy", "--stack", f"of-{one}", "--zip", str(deploy_stage.put(a_zip("two"))), "--yes")
    assert result.exit_code == 0, result.output
    assert [deploy_stage.asked(name)["mark"] for name in (one, two)] == ["two", "two"]
    result = deploy_stage.run("deploy", "--stack", "nobodys", "--zip", str(deploy_stage.put(a_zip("two"))), "--yes")
    assert result.exit_code == 1
    assert "There is no stack nobodys" in result.output


def test_two_deploys_at_once_on_one_machine_do_not_happen(deploy_stage: DeployStage) -> None:
    from infra.deploying.journal import alone
    from infra.deploying.snapshots import Store

    name, store = deploy_stage.a_function(), Store(deploy_stage.folder / "snapshots")
    store.open()
    with alone(store.folder):
        result = deploy_stage.deploy(name, a_zip("two"))
    assert result.exit_code == 1
    assert "Another deploy or rollback is running" in result.output
    assert deploy_stage.cloud.writes == []

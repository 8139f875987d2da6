"""The checks of what AWS says about the stack: functions, secret, table, stream, queues, alarms, budget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from infra.asking import Refused, ask, pages
from infra.deploying.functions import Functions
from infra.deploying.targets import function_names, read_target
from infra.deploying.unfinished import unfinished
from infra.doctor.finding import (
    LETTERS,
    SHARE,
    STATE,
    TABLE,
    TOKEN,
    UNFINISHED,
    UNHEARD,
    WAITING,
    bad,
    ok,
    raised,
    unknown,
)
from infra.stacks import credentials
from infra.stacks.stack import read_resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infra.aws import Aws
    from infra.deploying.snapshots import Store
    from infra.deploying.targets import Target
    from infra.smoke.checks import Check
    from infra.stacks.stack import Now

LATE: Final = 15 * 60  # seconds; the lag alarm's
_NAMES: Final = 100  # alarms in one question
_INDEX: Final = "by_month"


def stack_check(now: Now, name: str) -> Iterator[Check]:
    """Check that the last change of the stack ended well."""
    if now.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        yield ok("stack", f"{name}: {now.status}")
    elif now.is_changing:
        yield unknown("stack", f"{name} is being changed ({now.status})", "Run this again when it is over.")
    else:
        yield bad("stack", f"{name}: {now.status}", "Run `python -m infra up` again; it says what to do.", STATE)


def read_targets(aws: Aws, now: Now) -> list[Target]:
    """Return the functions of the stack. Raises Refused and Stopped."""
    functions = Functions(aws.functions, pause=aws.pause)
    return [read_target(functions, name, "live") for name in function_names(now.outputs)]


def version_checks(targets: Sequence[Target], store: Store) -> Iterator[Check]:
    """Check that each function serves a published version that works, and that no deploy is unfinished."""
    for target in targets:
        yield _version(target)
    if len({target.production.sha for target in targets}) > 1:
        detail = ", ".join(f"{target.name} {target.production.sha[:8]}" for target in targets)
        yield bad("one code", f"the functions run different code: {detail}", "Run `python -m infra deploy`.", STATE)
    left = unfinished(store, [target.latest.arn for target in targets])
    if left:
        yield bad("deploys", f"{left[0].id} did not finish", "Run `python -m infra rollback`.", UNFINISHED)
    else:
        yield ok("deploys", "none from this machine is unfinished")


def _version(target: Target) -> Check:
    name, config = target.name, target.production.config
    detail = f"version {target.production.version}, changed {str(config.get('LastModified', ''))[:19]}"
    if target.live is None or target.serves_latest:
        return bad(name, "$LATEST serves, not a version", "Run `python -m infra up`, which publishes one.", STATE)
    if config.get("State", "Active") not in {"Active", "Pending"}:
        why = config.get("StateReasonCode") or config.get("State")
        return bad(name, f"{detail}: {why}", "Invoke it once to wake it, or deploy again.", STATE)
    if target.contested:
        others = ", ".join(target.contested)
        return bad(
            name, f"{detail}; $LATEST has another {others}", "Run `python -m infra up`, which releases it.", STATE
        )
    return ok(name, detail)


def secret_check(aws: Aws, now: Now, targets: Sequence[Target]) -> Iterator[Check]:
    """Check that the secret has its keys, and that what serves has the secret's values. No value is shown."""
    name = now.parameters.get("CredentialsName", "")
    wanted = [*credentials.SLACK, *(credentials.GMAIL if now.parameters.get("UseGmail") == "true" else ())]
    held = credentials.read(aws, name)
    if held.values is None:
        yield bad("secret", f"there is no secret {name}", "Run `python -m infra up`, which asks for its values.", TOKEN)
        return
    if missing := held.missing(wanted):
        yield bad("secret", f"{name} lacks {', '.join(missing)}", "Run `python -m infra up`, which asks for it.", TOKEN)
        return
    other = {
        key
        for key in wanted
        for target in targets
        if target.production.variables.get(key.upper(), held.values[key]) != held.values[key]
    }
    if other:
        detail = f"what serves has another {', '.join(sorted(other))} than {name}"
        yield bad("secret", detail, "Run `python -m infra up`, which releases the secret's value.", TOKEN)
        return
    yield ok("secret", f"{name} has {', '.join(wanted)}")


def table_checks(aws: Aws, now: Now) -> Iterator[Check]:
    """Check the table, its index, its stream and its backups."""
    name = now.outputs.get("EventsTableName", "")
    table = ask(aws.tables, "DescribeTable", TableName=name)["Table"]
    up = "Run `python -m infra up`."
    status = table.get("TableStatus")
    yield (
        ok("table", f"{name}: {table.get('ItemCount', 0):,} rows")
        if status == "ACTIVE"
        else bad("table", f"{name}: {status}", "Wait until it is ACTIVE.", TABLE)
    )
    index = next((each for each in table.get("GlobalSecondaryIndexes", ()) if each["IndexName"] == _INDEX), None)
    if index is None:
        yield bad("index", f"the table has no index {_INDEX}", up, TABLE)
    elif index.get("IndexStatus", "ACTIVE") != "ACTIVE":
        yield bad("index", f"{_INDEX}: {index['IndexStatus']}", "Wait until it is ACTIVE.", TABLE)
    else:
        yield ok("index", _INDEX)
    stream = table.get("StreamSpecification") or {}
    if stream.get("StreamEnabled") and stream.get("StreamViewType") == "NEW_AND_OLD_IMAGES":
        yield ok("stream")
    else:
        yield bad("stream", "it is off, or lacks the old or the new image", up, WAITING)
    backups = ask(aws.tables, "DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    yield (
        ok("point-in-time recovery") if recovery == "ENABLED" else bad("point-in-time recovery", "it is off", up, TABLE)
    )


def mapping_checks(aws: Aws, now: Now) -> Iterator[Check]:
    """Check each reader of the stream: enabled, without an error, and without a backlog."""
    for output in ("AnnounceFunctionName", "MailFunctionName"):
        function = now.outputs.get(output)
        if not function:
            continue
        name = f"reader of the stream: {function}"
        found = ask(aws.functions, "ListEventSourceMappings", FunctionName=f"{function}:live")["EventSourceMappings"]
        mapping = next((each for each in found if "/stream/" in str(each.get("EventSourceArn"))), None)
        if mapping is None:
            yield bad(name, "nothing reads the stream", "Run `python -m infra up`.", WAITING)
        elif mapping.get("State") != "Enabled":
            enable = f"aws lambda update-event-source-mapping --enabled --uuid {mapping['UUID']}"
            yield bad(name, f"it is {mapping.get('State')}", f"Run `{enable}`.", WAITING)
        elif str(mapping.get("LastProcessingResult", "OK")).startswith("PROBLEM"):
            yield bad(name, str(mapping["LastProcessingResult"]), "Read the function's log.", WAITING)
        else:
            yield ok(name, "enabled")
        yield _backlog(aws, function)


def _backlog(aws: Aws, function: str) -> Check:
    name, now = f"backlog of {function}", datetime.now(UTC)
    told = ask(
        aws.metrics,
        "GetMetricStatistics",
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now,
        Period=300,
        Statistics=["Maximum"],
    )["Datapoints"]
    latest = max(told, key=lambda each: each["Timestamp"], default=None)
    if latest is None:
        return ok(name, "nothing was read in the last half hour")
    age = latest["Maximum"] / 1000
    if age > LATE:
        return bad(name, f"the oldest entry is {age / 60:.0f} minutes old", "Read the function's log.", WAITING)
    return ok(name, f"the oldest entry was {age:.0f} s old")


def letter_checks(aws: Aws, now: Now) -> Iterator[Check]:
    """Check that no dead letter waits."""
    for output in ("AnnounceDeadLettersUrl", "MailDeadLettersUrl"):
        if not (url := now.outputs.get(output)):
            continue
        told = ask(aws.queues, "GetQueueAttributes", QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        count, name = int(told["Attributes"]["ApproximateNumberOfMessages"]), f"dead letters ({output[:-14].lower()})"
        yield bad(name, f"{count} wait", "Run `python -m infra announce`.", LETTERS) if count else ok(name, "none")


def alarm_checks(aws: Aws, now: Now, stack: str) -> Iterator[Check]:
    """Check that somebody hears the alarms, and that none is raised."""
    topic = now.outputs.get("AlarmsTopicArn", "")
    listed = pages(aws.topics, "ListSubscriptionsByTopic", TopicArn=topic)
    subscribed = [each for page in listed for each in page.get("Subscriptions", ())]
    waiting = [each["Endpoint"] for each in subscribed if not str(each["SubscriptionArn"]).startswith("arn:")]
    if not subscribed:
        remedy = "Run `python -m infra up --parameter AlarmEmail=office@example.com`, and confirm AWS's mail."
        yield bad("subscribers of the alarms", "there are none", remedy, UNHEARD)
    elif len(waiting) == len(subscribed):
        yield bad("subscribers of the alarms", "none has confirmed", "Open AWS's mail, and confirm it.", UNHEARD)
    else:
        yield ok("subscribers of the alarms", f"{len(subscribed) - len(waiting)} confirmed, {len(waiting)} did not")
    names = [
        each.physical for each in read_resources(aws, stack) if each.kind == "AWS::CloudWatch::Alarm" and each.is_there
    ]
    found = [
        alarm
        for start in range(0, len(names), _NAMES)
        for alarm in ask(aws.metrics, "DescribeAlarms", AlarmNames=names[start : start + _NAMES])["MetricAlarms"]
        if alarm["StateValue"] == "ALARM" or not alarm.get("ActionsEnabled", True)
    ]
    for alarm in found:
        what = "is raised" if alarm["StateValue"] == "ALARM" else "tells nobody: its actions are off"
        yield raised(alarm["AlarmName"], what, alarm.get("AlarmDescription", ""))
    if not found:
        yield ok("alarms", f"none of {len(names)} is raised")


def budget_check(aws: Aws, now: Now, stack: str) -> Iterator[Check]:
    """Check that the stack's budget is there, and not used up."""
    if float(now.parameters.get("MonthlyBudget") or 0) == 0:
        hint = "To have one: python -m infra up --parameter MonthlyBudget=10 --parameter AlarmEmail=office@example.com"
        yield unknown("budget", "none is set", hint)
        return
    account = ask(aws.identity, "GetCallerIdentity")["Account"]
    try:
        budget = ask(aws.budgets, "DescribeBudget", AccountId=account, BudgetName=stack)["Budget"]
    except Refused as refused:
        if refused.code != "NotFoundException":
            raise
        remedy = "Run `python -m infra up --parameter AlarmEmail=office@example.com`; a budget needs the address."
        yield bad("budget", "the parameter MonthlyBudget is set, and there is no budget", remedy, UNHEARD)
        return
    limit = float(budget["BudgetLimit"]["Amount"])
    spent = float(budget.get("CalculatedSpend", {}).get("ActualSpend", {}).get("Amount", 0))
    detail = f"${spent:.2f} of ${limit:.2f} this month, of the whole account"
    yield ok("budget", detail) if spent <= limit else bad("budget", detail, "Run `python -m infra cost`.", STATE)


def share_check(aws: Aws, now: Now) -> Iterator[Check]:
    """Check that the waiver page has its limit, so that strangers cannot take the bot's room."""
    name, wanted = now.outputs.get("WebFunctionName", ""), now.parameters.get("WebConcurrency", "")
    told: dict[str, Any] = ask(aws.functions, "GetFunctionConcurrency", FunctionName=name)
    has = told.get("ReservedConcurrentExecutions")
    limit = ask(aws.functions, "GetAccountSettings")["AccountLimit"]["ConcurrentExecutions"]
    if has is None:
        remedy = "Ask AWS for a higher limit, then run `python -m infra up --parameter WebConcurrency=20`."
        detail = f"it has none: strangers on the waiver page can take all {limit} requests of the account"
        yield bad("limit of the waiver page", detail, remedy, SHARE)
    elif str(has) != wanted:
        remedy = "Put the stack's number back by hand, or set another with `up`."
        yield bad("limit of the waiver page", f"it is {has}, and the stack says {wanted}", remedy, SHARE)
    else:
        yield ok("limit of the waiver page", f"{has} of the account's {limit}; the others are the bot's")

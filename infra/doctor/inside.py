"""The checks of what AWS says about the stack: functions, secret, table, queues, budget, limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask
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
    unknown,
)
from infra.stacks import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infra.aws import Aws
    from infra.deploying.snapshots import Store
    from infra.deploying.targets import DeployTarget
    from infra.smoke.checks import SmokeCheck
    from infra.stacks.stack import Now

_INDEX: Final = "by_month"


def stack_check(now: Now, name: str) -> Iterator[SmokeCheck]:
    """Check that the last change of the stack ended well."""
    if now.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        yield ok("stack", f"{name}: {now.status}")
    elif now.is_changing:
        yield unknown("stack", f"{name} is being changed ({now.status})", "Run this again when it is over.")
    else:
        yield bad("stack", f"{name}: {now.status}", "Run `python -m infra up` again; it says what to do.", STATE)


def read_targets(aws: Aws, now: Now) -> list[DeployTarget]:
    """Return the functions of the stack. Raises AwsRefused and Stopped."""
    functions = Functions(aws.functions, pause=aws.pause)
    return [read_target(functions, name, "live") for name in function_names(now.outputs)]


def version_checks(targets: Sequence[DeployTarget], store: Store) -> Iterator[SmokeCheck]:
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


def _version(target: DeployTarget) -> SmokeCheck:
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


def secret_check(aws: Aws, now: Now, targets: Sequence[DeployTarget]) -> Iterator[SmokeCheck]:
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


def table_checks(aws: Aws, now: Now) -> Iterator[SmokeCheck]:
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


def letter_checks(aws: Aws, now: Now) -> Iterator[SmokeCheck]:
    """Check that no dead letter waits."""
    for output in ("AnnounceDeadLettersUrl", "MailDeadLettersUrl"):
        if not (url := now.outputs.get(output)):
            continue
        answer = ask(aws.queues, "GetQueueAttributes", QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        count, name = int(answer["Attributes"]["ApproximateNumberOfMessages"]), f"dead letters ({output[:-14].lower()})"
        yield bad(name, f"{count} wait", "Run `python -m infra announce`.", LETTERS) if count else ok(name, "none")


def budget_check(aws: Aws, now: Now, stack: str) -> Iterator[SmokeCheck]:
    """Check that the stack's budget is there, and not used up."""
    if float(now.parameters.get("MonthlyBudget") or 0) == 0:
        hint = "To have one: python -m infra up --parameter MonthlyBudget=10 --parameter AlarmEmail=office@example.com"
        yield unknown("budget", "none is set", hint)
        return
    account = ask(aws.identity, "GetCallerIdentity")["Account"]
    try:
        budget = ask(aws.budgets, "DescribeBudget", AccountId=account, BudgetName=stack)["Budget"]
    except AwsRefused as refused:
        if refused.code != "NotFoundException":
            raise
        remedy = "Run `python -m infra up --parameter AlarmEmail=office@example.com`; a budget needs the address."
        yield bad("budget", "the parameter MonthlyBudget is set, and there is no budget", remedy, UNHEARD)
        return
    limit = float(budget["BudgetLimit"]["Amount"])
    spent = float(budget.get("CalculatedSpend", {}).get("ActualSpend", {}).get("Amount", 0))
    detail = f"${spent:.2f} of ${limit:.2f} this month, of the whole account"
    yield ok("budget", detail) if spent <= limit else bad("budget", detail, "Run `python -m infra cost`.", STATE)


def share_check(aws: Aws, now: Now) -> Iterator[SmokeCheck]:
    """Check that the waiver page has its limit, so that strangers cannot take the bot's room."""
    name, wanted = now.outputs.get("WebFunctionName", ""), now.parameters.get("WebConcurrency", "")
    answer: dict[str, Any] = ask(aws.functions, "GetFunctionConcurrency", FunctionName=name)
    has = answer.get("ReservedConcurrentExecutions")
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

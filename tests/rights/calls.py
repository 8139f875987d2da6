"""One call to AWS, as IAM judges it: an action on a resource, and the keys of its condition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Final

from adapters.mail_addresses import in_ascii

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EVENTS, ANNOUNCEMENTS, BUCKET, LETTERS = "EventsTable", "AnnouncementsTable", "WaiversBucket", "DeadLetters"
OTHERS: Final = "another"
"""The name of a resource that is none of the stack's."""

Keys = tuple[tuple[str, tuple[str, ...]], ...]

# Parts of a transaction, and the actions that IAM asks for in their place.
_PARTS: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
# Parameters of PutObject that need a right of their own.
_OF_OBJECTS: Final = {
    "ObjectLockMode": "PutObjectRetention",
    "ObjectLockRetainUntilDate": "PutObjectRetention",
    "ObjectLockLegalHoldStatus": "PutObjectLegalHold",
    "Tagging": "PutObjectTagging",
    "ACL": "PutObjectAcl",
}


@dataclass(frozen=True, order=True)
class Call:
    """An action on a resource of the stack. `keys` are the request's condition keys, each with its values."""

    action: str
    resource: str
    keys: Keys = ()


@dataclass(frozen=True)
class Names:
    """The names of the stack's resources, in the environment in which a client was made."""

    environment: Mapping[str, str]

    def table(self, name: str) -> str:
        """Return the table of this name."""
        for variable, table in (("EVENTS_TABLE", EVENTS), ("ANNOUNCEMENTS_TABLE", ANNOUNCEMENTS)):
            if self.environment.get(variable) == name:
                return table
        return OTHERS

    def object(self, bucket: str, key: str) -> str:
        """Return the object of this key."""
        return f"{BUCKET if bucket == self.environment.get('WAIVERS_BUCKET') else OTHERS}/{key}"

    def queue(self, url: str) -> str:
        """Return the queue of this address."""
        return LETTERS if url == self.environment.get("DEAD_LETTER_QUEUE_URL") else OTHERS

    def sends(self, sender: str) -> bool:
        """Return whether this is the stack's sender. A name before the address counts for nothing."""
        own = self.environment.get("NOTIFY_EMAIL_FROM", "")
        return parseaddr(in_ascii(own))[1] == parseaddr(sender)[1] != ""

    def function(self, params: Mapping[str, Any]) -> str:
        """Return the version of a function."""
        own = params["FunctionName"] == self.environment.get("AWS_LAMBDA_FUNCTION_NAME")
        return f"function:{'itself' if own else OTHERS}:{params.get('Qualifier', '')}"


def calls_of(service: str, operation: str, params: Mapping[str, Any], names: Names) -> Iterator[Call]:
    """Yield the actions that IAM judges for one operation of a client."""
    match service:
        case "dynamodb":
            yield from _of_tables(operation, params, names)
        case "s3":
            where = names.object(params.get("Bucket", ""), params.get("Key", ""))
            action = "GetObjectVersion" if operation == "GetObject" and "VersionId" in params else operation
            yield Call(f"s3:{action}", where)
            if operation == "PutObject":
                yield from (Call(f"s3:{right}", where) for name, right in _OF_OBJECTS.items() if name in params)
        case "sqs":
            yield Call(f"sqs:{operation}", names.queue(params.get("QueueUrl", "")))
        case "sesv2" | "ses":
            sender = "NotifyEmailFrom" if names.sends(params.get("FromEmailAddress", "")) else OTHERS
            yield Call(f"ses:{operation}", "identity", (("ses:FromAddress", (sender,)),))
        case "lambda":
            yield Call(f"lambda:{operation}", names.function(params))
        case _:
            yield Call(f"{service}:{operation}", OTHERS)


def _of_tables(operation: str, params: Mapping[str, Any], names: Names) -> Iterator[Call]:
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in params["TransactItems"]:
            ((part, of),) = item.items()
            leading = _leading(of.get("Key") or of["Item"])
            keys = (("dynamodb:EnclosingOperation", (operation,)), ("dynamodb:LeadingKeys", leading))
            yield Call(f"dynamodb:{_PARTS[part]}", names.table(of["TableName"]), keys)
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        for table, of in params["RequestItems"].items():
            rows = of["Keys"] if operation == "BatchGetItem" else [_row_of(each) for each in of]
            leading = tuple(sorted({each for row in rows for each in _leading(row)}))
            yield Call(f"dynamodb:{operation}", names.table(table), (("dynamodb:LeadingKeys", leading),))
    else:
        table, index = names.table(params.get("TableName", "")), params.get("IndexName")
        if "Key" in params or "Item" in params:
            leading = _leading(params.get("Key") or params["Item"])
        else:
            leading = _queried(params) if operation == "Query" else ()
        led: Keys = (("dynamodb:LeadingKeys", leading),) if leading else ()
        yield Call(f"dynamodb:{operation}", f"{table}/index/{index}" if index else table, led)


def _row_of(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"])


def _leading(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the value of a row's partition key, of the table or of an index."""
    return tuple(str(row[name]["S"]) for name in ("eid", "id") if name in row)[:1]


def _queried(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the partition key of a Query."""
    names, values = params.get("ExpressionAttributeNames", {}), params.get("ExpressionAttributeValues", {})
    for name, value in re.findall(r"([#\w]+) = (:\w+)", params.get("KeyConditionExpression", "")):
        if names.get(name, name) in {"eid", "month", "id"}:
            return (str(values[value]["S"]),)
    return ()


def kind_of(key: str) -> str:
    """Return the kind of a partition key: that of our own rows, `#address:` or an event's."""
    return re.sub(r":.*", ":", key) if key.startswith("#") else "an event" if re.match(r"\d{4}-\d\d-\d\d", key) else "…"

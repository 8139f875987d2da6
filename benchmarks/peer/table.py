"""The events table through boto3's resource API."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from models import PaymentForm


class EventsTable:
    def __init__(self, name: str):
        self._table = boto3.resource("dynamodb").Table(name)

    def month(self, day: datetime) -> list[dict]:
        """The events of the month, by their start: one query on the sparse index."""
        answer = self._table.query(
            IndexName="by_month", KeyConditionExpression=Key("month").eq(day.strftime("%Y-%m"))
        )
        return sorted(answer["Items"], key=lambda event: event["starts_at"])

    def near(self, now: datetime) -> list[dict]:
        """The events of this month and the next."""
        next_month = now.replace(day=1) + timedelta(days=32)
        return self.month(now) + self.month(next_month)

    def event(self, eid: str) -> dict:
        return self._table.get_item(Key={"eid": eid, "crew_id": "#event"}).get("Item") or {}

    def log(self, form: PaymentForm, logged_by: str) -> dict:
        """Adds the entry and the amount in one conditional update; returns the event as it is now."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"timestamp": now, "method": form.method, "logged_by": logged_by}
        if form.notes:
            line["notes"] = form.notes
        entry = {"kind": "payment", "amount": form.amount, "source": "slack", **line}
        try:
            return self._add_entry(form, line, entry)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ConditionalCheckFailedException", "ValidationException"):
                raise
        event = self.event(form.event)
        written = event["payments"].get(form.patron) if event.get("payments") else None
        if written and form.payment_id in written.get("entries", {}):
            return event
        return self._add_record(form, {"amount": form.amount, **line, "entries": {form.payment_id: entry}}, event)

    def _add_entry(self, form: PaymentForm, line: dict, entry: dict) -> dict:
        return self._table.update_item(
            Key={"eid": form.event, "crew_id": "#event"},
            UpdateExpression=(
                "SET payments.#patron.entries.#id = :entry, payments.#patron.#amount = payments.#patron.#amount + :amount, "
                + ", ".join(f"payments.#patron.#{name} = :{name}" for name in line)
            ),
            ConditionExpression=(
                "attribute_exists(payments.#patron.entries) AND attribute_not_exists(payments.#patron.entries.#id)"
            ),
            ExpressionAttributeNames={
                "#patron": form.patron,
                "#id": form.payment_id,
                "#amount": "amount",
                **{f"#{name}": name for name in line},
            },
            ExpressionAttributeValues={
                ":entry": entry,
                ":amount": form.amount,
                **{f":{name}": value for name, value in line.items()},
            },
            ReturnValues="ALL_NEW",
        )["Attributes"]

    def _add_record(self, form: PaymentForm, record: dict, event: dict) -> dict:
        if event.get("payments") is None:
            expression, names = "SET payments = :value", {}
            condition, value = "attribute_exists(eid) AND attribute_not_exists(payments)", {form.patron: record}
        else:
            expression, names = "SET payments.#patron = :value", {"#patron": form.patron}
            condition, value = "attribute_not_exists(payments.#patron)", record
        return self._table.update_item(
            Key={"eid": form.event, "crew_id": "#event"},
            UpdateExpression=expression,
            ConditionExpression=condition,
            ExpressionAttributeValues={":value": value},
            ReturnValues="ALL_NEW",
            **({"ExpressionAttributeNames": names} if names else {}),
        )["Attributes"]


def balance(event: dict, patron_id: str) -> Decimal:
    """Return what the patron still owes."""
    due = event.get("patrons", {}).get(patron_id, {}).get("due", Decimal(0))
    paid = (event.get("payments") or {}).get(patron_id, {}).get("amount", Decimal(0))
    return due - paid

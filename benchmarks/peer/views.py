"""Block Kit."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from table import balance


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text[:75], "emoji": True}


def option(text: str, value: str) -> dict:
    return {"text": plain(text), "value": value}


def event_option(event: dict, zone: ZoneInfo) -> dict:
    starts_at = datetime.fromisoformat(event["starts_at"]).astimezone(zone)
    return option(f"{event['title'][:50]} · {starts_at:%a %b %d, %I:%M %p}", event["eid"])


def patron_option(event: dict, patron_id: str, patron: dict) -> dict:
    owed = balance(event, patron_id)
    standing = "paid" if owed == 0 else f"owes ${owed:,.2f}" if owed > 0 else f"overpaid ${-owed:,.2f}"
    return option(f"{patron['name'][:50]} · {standing}", patron_id)


def form(
    *,
    payment_id: str,
    event: dict | None,
    patron_id: str | None,
    amount: str,
    method: str | None,
    notes: str,
    methods: list[str],
    zone: ZoneInfo,
) -> dict:
    event_select = {
        "type": "external_select",
        "action_id": "event",
        "min_query_length": 0,
        "placeholder": plain("Type a name or a date"),
    }
    if event:
        event_select["initial_option"] = event_option(event, zone)
    patron_select = {
        "type": "external_select",
        "action_id": f"patron.{event['eid'] if event else ''}",
        "min_query_length": 0,
        "placeholder": plain("Type a few letters of the name"),
    }
    if event and patron_id:
        patron_select["initial_option"] = patron_option(event, patron_id, event["patrons"][patron_id])
    amount_input = {"type": "plain_text_input", "action_id": "amount", "placeholder": plain("125.00")}
    if amount:
        amount_input["initial_value"] = amount
    method_options = [option(name.capitalize(), name) for name in methods]
    method_select = {
        "type": "static_select",
        "action_id": "method",
        "placeholder": plain("How it was paid"),
        "options": method_options,
    }
    if method:
        method_select["initial_option"] = method_options[methods.index(method)]
    notes_input = {"type": "plain_text_input", "action_id": "notes", "multiline": True, "max_length": 500}
    if notes:
        notes_input["initial_value"] = notes
    return {
        "type": "modal",
        "callback_id": "log_payment",
        "private_metadata": payment_id,
        "title": plain("Log a payment"),
        "submit": plain("Log"),
        "close": plain("Cancel"),
        "blocks": [
            labelled("event", "Event", event_select, dispatch_action=True),
            labelled("patron", "Patron", patron_select),
            labelled("amount", "Amount in USD", amount_input),
            labelled("method", "Method", method_select),
            labelled("notes", "Notes", notes_input, optional=True),
        ],
    }


def labelled(block_id: str, label: str, element: dict, **rest) -> dict:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **rest}


def receipt(*, event: dict, patron_id: str, amount: Decimal, method: str, logged_by: str, notes: str, zone: ZoneInfo) -> dict:
    owed = balance(event, patron_id)
    paid = event["payments"][patron_id]["amount"]
    due = event["patrons"][patron_id]["due"]
    name = event["patrons"][patron_id]["name"]
    starts_at = datetime.fromisoformat(event["starts_at"]).astimezone(zone)
    blocks = [
        section(f":white_check_mark: *Logged: ${amount:,.2f}* by {method} for *{escape(name)}*"),
        {
            "type": "section",
            "fields": [
                mrkdwn(f"*New balance*\n{f'${owed:,.2f} to pay' if owed > 0 else 'Paid in full'}"),
                mrkdwn(f"*Paid in all*\n${paid:,.2f} of ${due:,.2f}"),
                mrkdwn(f"*Event*\n{escape(event['title'])}\n{starts_at:%a %b %d, %I:%M %p}"),
                mrkdwn(f"*Logged by*\n<@{logged_by}>"),
            ],
        },
    ]
    if notes:
        blocks.append(section(f"*Notes*\n{escape(notes)}"))
    return {
        "type": "modal",
        "callback_id": "log_payment_receipt",
        "title": plain("Payment logged"),
        "close": plain("Done"),
        "blocks": blocks,
    }


def status(events: list[dict], zone: ZoneInfo) -> str:
    lines = []
    for event in events:
        starts_at = datetime.fromisoformat(event["starts_at"]).astimezone(zone)
        owed = [balance(event, patron_id) for patron_id in event.get("patrons", {})]
        open_ = [amount for amount in owed if amount > 0]
        money = f"{len(open_)} of {len(owed)} owe ${sum(open_):,.2f}" if open_ else "all paid"
        lines.append(f"*{escape(event['title'])}* · {starts_at:%a %b %d, %I:%M %p} · {money}")
    return "\n".join(lines) or "No events are coming."


def section(text: str) -> dict:
    return {"type": "section", "text": mrkdwn(text)}


def mrkdwn(text: str) -> dict:
    return {"type": "mrkdwn", "text": text}


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

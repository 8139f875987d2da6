"""`/log-payment` as a plain Bolt-on-Lambda app: the peer that the benchmarks measure against. Handler: app.handler."""

import os
import re
import time
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid4
from zoneinfo import ZoneInfo

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.parser import parse
from slack_bolt import App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_sdk import WebClient

import views
from models import OptionsRequest, PaymentForm, SlashCommand, ValidationError
from settings import Settings
from table import EventsTable, balance

logger = Logger(service="log-payment")
settings = Settings.model_validate(dict(os.environ))
zone = ZoneInfo(settings.timezone)
table = EventsTable(settings.events_table)
web_client = WebClient(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)

app = App(
    token=settings.slack_bot_token.get_secret_value(),
    client=web_client,
    signing_secret=settings.slack_signing_secret.get_secret_value(),
    process_before_response=True,
)


@lru_cache(maxsize=500)
def is_crew(user_id: str) -> bool:
    user = web_client.users_info(user=user_id)["user"]
    return not (user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("deleted"))


def guess(events: list[dict], channel: str, now: datetime) -> dict | None:
    """The channel's event, else today's, else the next one."""
    starts = {event["eid"]: datetime.fromisoformat(event["starts_at"]) for event in events}
    events = [event for event in events if event.get("status") != "cancelled"]
    here = [event for event in events if event.get("channel") == channel]
    today = [event for event in events if starts[event["eid"]].astimezone(zone).date() == now.date()]
    ahead = [event for event in events if starts[event["eid"]] > now - timedelta(hours=10)]
    return min(here or today or ahead, key=lambda event: abs(starts[event["eid"]] - now), default=None)


month_cache: dict[str, tuple[float, list[dict]]] = {}


def events_this_month(now: datetime) -> list[dict]:
    """The month's events, cached for ten minutes while the function stays warm."""
    month = now.strftime("%Y-%m")
    cached_at, events = month_cache.get(month, (0.0, []))
    if not events or time.time() - cached_at > 600:
        events = table.month(now)
        month_cache[month] = (time.time(), events)
    return events


def find_patron(words: list[str], event: dict | None) -> tuple[str | None, list[str]]:
    """The patron whom a word names, if it names one alone, and the words that are left."""
    patrons = (event or {}).get("patrons", {})
    for word in words:
        found = [
            key
            for key, patron in patrons.items()
            if any(part.startswith(word.lower()) for part in patron["name"].lower().split())
        ]
        if len(found) == 1:
            return found[0], [other for other in words if other != word]
    return None, words


def understood(text: str) -> tuple[str, str | None, list[str]]:
    """Amount, method and the other words out of the words behind the command."""
    amount, method, notes = "", None, []
    for word in text.split():
        if not amount and re.fullmatch(r"\$?\d+(\.\d{1,2})?", word):
            amount = word.removeprefix("$")
        elif method is None and word.lower() in settings.payment_methods:
            method = word.lower()
        else:
            notes.append(word)
    return amount, method, notes


@app.command("/log-payment")
def open_form(ack, body, client):
    command = parse(event=body, model=SlashCommand)
    if not is_crew(command.user_id):
        ack("Sorry, this is for the crew.")
        return
    now = datetime.now(zone)
    amount, method, words = understood(command.text)
    guessed = guess(events_this_month(now), command.channel_id, now)
    event = table.event(guessed["eid"]) if guessed else None
    patron_id, words = find_patron(words, event)
    view = views.form(
        payment_id=uuid4().hex,
        event=event,
        patron_id=patron_id,
        amount=amount or (f"{balance(event, patron_id):.2f}" if patron_id else ""),
        method=method,
        notes=" ".join(words),
        methods=settings.payment_methods,
        zone=zone,
    )
    client.views_open(trigger_id=command.trigger_id, view=view)
    ack()


@app.command("/payment-status")
def show_status(ack, body):
    command = parse(event=body, model=SlashCommand)
    if not is_crew(command.user_id):
        ack("Sorry, this is for the crew.")
        return
    now = datetime.now(zone)
    coming = [event for event in events_this_month(now) if datetime.fromisoformat(event["starts_at"]) > now - timedelta(hours=10)]
    coming += events_this_month(now.replace(day=1) + timedelta(days=32))
    ack(views.status([table.event(event["eid"]) for event in coming[:8]], zone))


@app.options("event")
def event_options(ack, payload):
    query = parse(event=payload, model=OptionsRequest).value.lower()
    events = [event for event in table.near(datetime.now(zone)) if query in f"{event['title']} {event['eid']}".lower()]
    ack(options=[views.event_option(event, zone) for event in events[:100]])


@app.options(re.compile(r"^patron\."))
def patron_options(ack, payload):
    request = parse(event=payload, model=OptionsRequest)
    event = table.event(request.action_id.partition(".")[2])
    patrons = sorted(event.get("patrons", {}).items(), key=lambda item: item[1]["name"].lower())
    found = [(key, patron) for key, patron in patrons if request.value.lower() in patron["name"].lower()]
    ack(options=[views.patron_option(event, key, patron) for key, patron in found[:100]])


@app.action("event")
def pick_event(ack, body, client):
    view, event = body["view"], table.event(body["actions"][0]["selected_option"]["value"])
    client.views_update(
        view_id=view["id"],
        hash=view["hash"],
        view=views.form(
            payment_id=view["private_metadata"],
            event=event,
            patron_id=None,
            amount="",
            method=None,
            notes="",
            methods=settings.payment_methods,
            zone=zone,
        ),
    )
    ack()


@app.view("log_payment")
def submit(ack, body, view):
    try:
        form = PaymentForm.from_view(view)
    except ValidationError as error:
        ack(response_action="errors", errors={str(e["loc"][0]): e["msg"] for e in error.errors()})
        return
    user_id = body["user"]["id"]
    event = table.log(form, logged_by=f"slack:{user_id}")
    logger.info("Payment logged", extra={"eid": form.event, "payment_id": form.payment_id})
    ack(
        response_action="update",
        view=views.receipt(
            event=event,
            patron_id=form.patron,
            amount=form.amount,
            method=form.method,
            logged_by=user_id,
            notes=form.notes,
            zone=zone,
        ),
    )


slack_handler = SlackRequestHandler(app)


@logger.inject_lambda_context(clear_state=True)
def handler(event, context):
    return slack_handler.handle(event, context)

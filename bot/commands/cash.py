"""`/payment-status cash`, and the hand-over of cash and checks: the form, and the presses of both sides.

Crew see what they hold themselves, and admins what everybody holds. A press writes once, and the stream announces it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.access import Asker
from bot.home_ids import is_home
from bot.kept import trigger_of, value_in
from bot.reads import in_time
from bot.reply import reply
from charter.edits import ulid
from charter.refusals import HandOverUnknown, ReceiverNotOfCrew, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.access import Access
    from bot.services import Services
    from bot.views.hand_over import HandOverForm
    from bot.views.status import Viewer
    from charter.cash import HandOver
    from charter.events import Event


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer with what the person holds, or for admins with what everybody holds."""
    ack(**_page(body["user_id"], context, services))


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services) -> None:
    """Open the form for what the person holds: short reads and one Slack call. Raises NothingHeld."""
    from bot.custody import held_by, titles
    from bot.views import hand_over

    user_id = body["user"]["id"]
    held = held_by(user_id, services)
    new = ulid(services.now(), services.new_id())
    admin, home = context["role"].sees_money, is_home(body)
    view = hand_over.form(held.of(user_id), new, held, titles(services), admin=admin, home=home)
    client.views_open(trigger_id=trigger_of(body), view=view)
    ack()


def submit(  # noqa: PLR0913 - Bolt passes arguments by name
    ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services, access: Access
) -> None:
    """Write the hand-over once, and answer. Raises MoreThanHeld, ReceiverNotOfCrew, HandOverReused; as read_form."""
    from bot.custody import held_by
    from bot.views import hand_over
    from charter import cash

    user_id = body["user"]["id"]
    giver = f"slack:{user_id}"
    sent = hand_over.read_form(view, giver=giver, admin=context["role"].sees_money)
    if sent.receiver not in {cash.OFFICE, cash.BANK}:
        person = Asker(user_id=sent.receiver.removeprefix("slack:"), acts_in=access.workspace())
        if not access.known(person).role.may_log:
            raise ReceiverNotOfCrew
    held = held_by(user_id, services)
    pile = next((each for each in held.of(user_id) if each.name == sent.pile), None)
    if sent.memo.hand_over_id not in held.known:  # else it was sent before, and the books count it already
        hand_over.check_sum(sent, pile)
    trips = hand_over.trips_of(sent, pile, held)
    written = services.custody.offer(_hand_over(sent, giver=giver, trips=trips, services=services))
    home = bool(view.get("notify_on_close"))
    ack(response_action="update", view=hand_over.done(written, home=home))


def accept(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that the person has the money, and answer. The stream changes the post and notifies the giver."""
    from bot.views import cash as views

    who, admin = f"slack:{body['user']['id']}", context["role"].sees_money
    hand_over_id = value_in(body["actions"][0])
    done = services.custody.accept(hand_over_id, by=who, admin=admin, now=services.now())
    _answer(body, context, services, lambda: views.accepted_message(done))
    ack()


def open_decline(
    ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient, *, services: Services
) -> None:
    """Open the form that asks what is different. Raises HandOverUnknown, NotTheReceiver, HandOverClosed."""
    from bot.views import hand_over
    from charter import cash

    who, admin = f"slack:{body['user']['id']}", context["role"].sees_money
    found = services.custody.find([value_in(body["actions"][0])])
    if not found:
        raise HandOverUnknown
    cash.declined(found[0], by=who, admin=admin, now=services.now(), reason="")
    client.views_open(trigger_id=trigger_of(body), view=hand_over.decline_form(found[0]))
    ack()


def decline(ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that it is another sum, and answer. The stream notifies the giver."""
    from bot.views import hand_over

    who, admin = f"slack:{body['user']['id']}", context["role"].sees_money
    hand_over_id, reason = hand_over.read_decline(view)
    done = services.custody.decline(hand_over_id, by=who, admin=admin, now=services.now(), reason=reason)
    ack(response_action="update", view=hand_over.declined(done))


def take_back(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Write that the giver took it back, and answer. The stream changes the post to the receiver."""
    from bot.views import cash as views

    who = f"slack:{body['user']['id']}"
    done = services.custody.withdraw(value_in(body["actions"][0]), by=who, now=services.now())
    _answer(body, context, services, lambda: views.withdrawn_message(done))
    ack()


def on_home(user_id: str, trips: Sequence[Event], viewer: Viewer, services: Services) -> list[dict[str, Any]]:
    """Return the blocks of what the person holds, for their Home tab with these trips.

    A slow table costs the tab nothing else, and no list of events is read for the titles.
    """
    from bot.custody import held_by, titles_in_memory
    from bot.views import home_cash

    try:
        held = in_time(lambda: held_by(user_id, services))
    except TableUnavailable:
        return [home_cash.not_read()]
    known = titles_in_memory(services) | {event.eid: event.title for event in trips}
    return home_cash.section_of(held, user_id, viewer, known)


def _page(user_id: str, context: BoltContext, services: Services) -> dict[str, Any]:
    from bot.custody import held_by, held_by_all, sure, titles
    from bot.views import cash as views

    viewer = services.viewer(context["role"])
    if viewer.role.sees_money:
        return views.all_page(sure(held_by_all(services), services), user_id, viewer, titles(services))
    return views.own_page(sure(held_by(user_id, services), services), user_id, viewer, titles(services))


def _answer(
    body: dict[str, Any], context: BoltContext, services: Services, message: Callable[[], dict[str, Any]]
) -> None:
    """Answer a press: on the list of `/payment-status cash` by the list as it is now, below a post beside it."""
    if (body.get("container") or {}).get("is_ephemeral"):
        reply(body, {**_page(body["user"]["id"], context, services), "replace_original": True})
    else:
        reply(body, {**message(), "replace_original": False})


def _hand_over(sent: HandOverForm, *, giver: str, trips: dict[str, Any], services: Services) -> HandOver:
    """Return the hand-over of a form. One to the bank is accepted at once: nobody there presses anything."""
    from charter.cash import BANK, HandOver, HandOverState

    now = services.now()
    new = HandOver(
        hand_over_id=sent.memo.hand_over_id,
        giver=giver,
        receiver=sent.receiver,
        currency=sent.currency,
        method=sent.method,
        counted=sent.counted,
        expected=sent.expected,
        trips=trips,
        offered_at=now,
        by=giver,
        note=sent.note,
        reference=sent.reference,
    )
    return replace(new, state=HandOverState.ACCEPTED, closed_at=now, closed_by=giver) if sent.receiver == BANK else new

"""The signed requests that the actions of people send to the bot, and their triggers and response_urls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack import answers, events, forms, payloads, wire
from devkit.slack.modals import OpenView
from devkit.slack.state import WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from devkit.slack.people import Human
    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON, Answer, Delivery


class WorkspaceRequests(WorkspaceState):
    """A workspace that sends requests to the bot and records them in `deliveries`."""

    def verify_url(self) -> bool:
        """Send a url_verification, as Slack does for a new request URL. Return True if the bot answers it."""
        challenge = self.new_id("challenge").lower()
        answer, _ = self._post_event("url_verification", wire.event(events.url_verification(challenge)), {})
        return answer is not None and events.is_answered(challenge, answer.body)

    def _send_event(self, event: JSON) -> None:
        """Send an event if the app subscribes to its type. Retry three times, at once, unless the bot answers 2xx."""
        if event["type"] not in self.events:
            return
        body = wire.event(events.envelope(event, event_id=self.new_id("Ev"), now=int(self.clock())))
        before = None
        for attempt in range(events.RETRIES + 1):
            answer, before = self._post_event(event["type"], body, events.retry_headers(attempt, before))
            if answer is not None or events.refuses_retries(before.answer_headers):
                return

    def _post_event(self, name: str, body: bytes, headers: Mapping[str, str]) -> tuple[Answer | None, Delivery]:
        headers = {"Content-Type": wire.AS_JSON, **headers}
        return self._post("event", name, body, headers=headers, accepted=events.SUCCESS)

    def _post(
        self,
        kind: str,
        name: str,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        accepted: Container[int] = (wire.OK,),
    ) -> tuple[Answer | None, Delivery]:
        signed = wire.signed_headers(body, secret=self.signing_secret, timestamp=int(self.clock()))
        sent = {**signed, **(headers or {})}
        answer, delivery = wire.post(self.bot, kind, name, sent, body, patience=self.patience, accepted=accepted)
        with self.lock:
            self.deliveries.append(delivery)
        if delivery.answer and delivery.status == wire.OK:
            parsed = answers.as_json(delivery.answer)
            text = delivery.answer.decode(errors="replace")
            self.record(f"answer to {delivery.payload.get('type', 'command')}", text if parsed is None else parsed)
        return answer, delivery

    def _block_actions(self, who: Human, place: OpenView | Post, done: JSON) -> JSON:
        view_id = place.id if isinstance(place, OpenView) else None
        trigger_id = self.modals.new_trigger(who.id, who.team_id, view_id)
        if isinstance(place, OpenView):
            return payloads.action_in_view(who, place, done, trigger_id=trigger_id)
        channel, url = self.channels[place.channel], self._response_url(who.id, place.channel, place)
        return payloads.action_in_message(who, channel, place, done, trigger_id=trigger_id, response_url=url)

    def _response_url(self, user: str, channel: str, post: Post | None = None) -> str:
        return f"{self.base_url}/response/{self.hooks.new(user, channel, post)}"

    def _response_urls(self, view: OpenView) -> list[JSON]:
        """Return one for each conversation chosen in an input with `response_url_enabled`."""
        return [
            {
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": chosen,
                "response_url": self._response_url(view.user, chosen),
            }
            for block, element in forms.elements(view.blocks)
            if block["type"] == "input" and element.get("response_url_enabled")
            for key, chosen in view.held[block["block_id"], element["action_id"]].items()
            if key != "type" and chosen
        ]

    def _add_connection_trouble(self, user: str, delivery: Delivery, place: OpenView | Post | None = None) -> None:
        detail = delivery.answer.decode(errors="replace")
        self.add_trouble(user, answers.CONNECTING, str(delivery.error), detail, place)

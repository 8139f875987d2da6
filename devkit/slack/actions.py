"""Everything that a person does in Slack, and the signed requests to the bot that follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.slack import answers, events, forms, payloads, wire
from devkit.slack.limits import check_options
from devkit.slack.modals import MethodRefused, OpenView
from devkit.slack.posts import add_defaults
from devkit.slack.requests import WorkspaceRequests
from devkit.slack.visible import escape

if TYPE_CHECKING:
    from devkit.slack.posts import Post
    from devkit.slack.records import Where
    from devkit.slack.wire import JSON


class WorkspaceActions(WorkspaceRequests):
    """The actions of people, each with the id of the person who acts."""

    def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Post:
        """Post an ordinary message, or a reply in a thread. The text is escaped, as Slack's composer does."""
        self._require_member(user, channel)
        with self.changing():
            thread = {} if thread_ts is None else {"thread_ts": self._thread(user, channel, thread_ts)}
            return self.board.add(channel=channel, user=user, payload={"text": escape(text), **thread})

    def command(self, user: str, channel: str, command: str, text: str = "", *, thread_ts: str | None = None) -> None:
        """Send a slash command and wait for the bot. A failure is added to `troubles`; so is a command in a thread."""
        self._require_member(user, channel)
        who = self.people[user]
        if command not in self.commands:
            said = f'{command} is not a valid command. In Slack, all messages that start with the "/" character are'
            self.add_trouble(user, f"{said} interpreted as commands.", "invalid_command")
            return
        if thread_ts is not None:
            self.add_trouble(user, f"{command} is not supported in threads. Sorry!", "command_in_thread")
            return
        if who.is_outsider:
            said = f"{command} failed because it belongs to a workspace that you are not a member of."
            self.add_trouble(user, said, "external_user")
            return
        with self.lock:
            fields = payloads.slash_command(
                who,
                self.channels[channel],
                command=command,
                text=payloads.typed(self.commands[command], text, self.people.values(), self.channels.values()),
                trigger_id=self.modals.new_trigger(user, who.team_id),
                response_url=self._response_url(user, channel),
            )
        answer, delivery = self._post("command", command, wire.form(fields))
        try:
            with self.changing():
                answers.to_command(self.board, user, channel, answer, delivery)
        except MethodRefused as refusal:
            said = f'{command} failed with the error "{refusal.error}"'
            self.add_trouble(user, said, refusal.error, "; ".join(refusal.messages))

    def shortcut(self, user: str, callback_id: str) -> None:
        """Choose a global shortcut and wait for the bot. Raises LookupError when this person does not have it."""
        who = self.people[user]
        if callback_id not in self.shortcuts or who.is_outsider:
            raise LookupError(f"{user} has no shortcut {callback_id}")
        with self.lock:
            trigger_id, now = self.modals.new_trigger(user, who.team_id), self.board.new_ts()
            sent = payloads.shortcut(who, callback_id=callback_id, trigger_id=trigger_id, action_ts=now)
        answer, delivery = self._post("interaction", callback_id, wire.interaction(sent))
        if answer is None:
            self._add_connection_trouble(user, delivery)

    def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> None:
        """Choose a message shortcut in the menu of a message, and wait for the bot.

        Raises LookupError when this person does not have it, or does not see the message. Ephemeral messages have no
        shortcuts.
        """
        who = self.people[user]
        if callback_id not in self.message_shortcuts or who.is_outsider:
            raise LookupError(f"{user} has no message shortcut {callback_id}")
        with self.lock:
            sent = payloads.message_shortcut(
                who,
                self.channels[channel],
                self._lasting(user, channel, ts),
                callback_id=callback_id,
                trigger_id=self.modals.new_trigger(user, who.team_id),
                action_ts=self.board.new_ts(),
                response_url=self._response_url(user, channel),
            )
        answer, delivery = self._post("interaction", callback_id, wire.interaction(sent))
        if answer is None:
            self._add_connection_trouble(user, delivery)

    def open_home(self, user: str) -> None:
        """Open the app's Home tab and wait for the bot. Raises LookupError when this person has no such tab."""
        if not self.has_home or self.people[user].is_outsider:
            raise LookupError(f"{user} has no Home tab: the manifest has none, or they are of another workspace")
        with self.lock:
            home = self.modals.homes.get(user)
            opened = events.app_home_opened(user, self.direct_id(user), home, event_ts=self.board.new_ts())
        self._send_event(opened)

    def act(  # noqa: PLR0913  # a person, a place, an element, and a change
        self,
        user: str,
        where: Where,
        block_id: str,
        action_id: str,
        change: JSON | None = None,
        *,
        trigger: str | None = None,
    ) -> None:
        """Press a button, or change an element to the state `change` (`{"selected_option": {…}}`).

        The bot gets a request if the element dispatches. `trigger` is for text inputs: `on_enter_pressed` or
        `on_character_entered`; without it the person has finished typing. Raises LookupError for an unknown element.
        """
        with self.changing():
            place = self.visible_at(user, where)
            block, element = forms.find(place.blocks, block_id, action_id)
            state = forms.change(place.states_for(user), block, element, change)
            if isinstance(place, OpenView):
                place.errors.pop(block_id, None)
                place.trouble = None
            if not forms.dispatches(block, element, trigger=trigger):
                return
            done = payloads.action(block, element, state, action_ts=self.board.new_ts())
            sent = self._block_actions(self.people[user], place, done)
        answer, delivery = self._post("interaction", action_id, wire.interaction(sent))
        if answer is None:
            self._add_connection_trouble(user, delivery, place)

    def suggest(self, user: str, where: Where, block_id: str, action_id: str, query: str) -> JSON:
        """Type into an external_select. Return the bot's `options` or `option_groups`.

        There are no options when the bot failed, or when the query is shorter than the element's `min_query_length`.
        """
        with self.lock:
            place = self.visible_at(user, where)
            block, element = forms.find(place.blocks, block_id, action_id)
            sent = payloads.suggestion(self.people[user], place, block, element, query)
        if len(query) < element.get("min_query_length", 3):
            return {"options": []}
        answer, delivery = self._post("options", action_id, wire.interaction(sent))
        offered = answers.as_json(answer.body) if answer else None
        complaints = check_options(offered) if answer else [str(delivery.error)]
        if complaints or offered is None:
            error = delivery.error or "invalid_options"
            self.add_trouble(user, "The options could not be loaded.", error, "; ".join(complaints), place)
            return {"options": []}
        add_defaults(offered)
        return offered

    def submit(self, user: str, view_id: str, values: dict[str, dict[str, JSON]] | None = None) -> dict[str, str]:
        """Press Submit, after setting `values` (`{block_id: {action_id: state}}`). Return the errors by block_id.

        While the bot works on an earlier press, nothing happens: Slack disables the button.
        """
        with self.changing():
            view = self.modals.at(user, view_id)
            if view.busy or "submit" not in view.view:
                return dict(view.errors)
            for block_id, states in (values or {}).items():
                for action_id, state in states.items():
                    forms.change(view.held, *forms.find(view.blocks, block_id, action_id), state)
            view.errors = forms.field_errors(view.blocks, view.held)
            if view.errors:
                return dict(view.errors)
            view.busy, view.trouble = True, None
            who = self.people[user]
            trigger_id = self.modals.new_trigger(user, who.team_id, view.id)
            sent = payloads.view_submission(who, view, trigger_id=trigger_id, response_urls=self._response_urls(view))
        answer, delivery = self._post("interaction", view.view.get("callback_id", ""), wire.interaction(sent))
        with self.changing():
            view.busy = False
            if answer is None:
                self._add_connection_trouble(user, delivery, view)
            elif view in self.modals.stack(user):
                try:
                    answers.to_submission(self.modals, view, answer)
                except MethodRefused as refusal:
                    self.add_trouble(user, answers.CONNECTING, refusal.error, "; ".join(refusal.messages), view)
            return dict(view.errors)

    def close(self, user: str, view_id: str, *, everything: bool = False) -> None:
        """Close a view and show the one below it; with `everything`, close the whole stack."""
        with self.changing():
            view = self.modals.at(user, view_id)
            closed = self.modals.clear(user) if everything else self.modals.close(view)
            sent = [
                payloads.view_closed(self.people[user], each, is_cleared=everything)
                for each in closed
                if each.view.get("notify_on_close")
            ]
        for payload in sent:
            self._post("interaction", payload["view"]["callback_id"], wire.interaction(payload))

    def _require_member(self, user: str, channel: str) -> None:
        if user not in self.channels[channel].members:
            raise LookupError(f"{user} is not in {channel}")

    def _lasting(self, user: str, channel: str, ts: str) -> Post:
        """Return a message that this person sees and that is not ephemeral. Raises LookupError."""
        post = self.visible_at(user, (channel, ts))
        if isinstance(post, OpenView) or post.only_for is not None:
            raise LookupError(f"the message {ts} in {channel} is ephemeral")
        return post

    def _thread(self, user: str, channel: str, ts: str) -> str:
        """Return the timestamp of the thread in which an answer to a message goes."""
        return self._lasting(user, channel, ts).thread_ts or ts

"""Presses on the boarding list: who pressed what, and the list that is shown after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.errors import SlackApiError

from bot.board_ids import BoardMemo
from bot.kept import value_in, view_in
from bot.refused import in_full
from charter.frozen import dataclass
from charter.refusals import ListFrozen, NobodyBoards, NotCastOff, NotExpected, PatronUnknown, Refusal, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services
    from charter.events import Event

_CLOSING: Final = (ListFrozen, NobodyBoards, NotCastOff, NotExpected, PatronUnknown)


@dataclass(frozen=True, slots=True)
class Press:
    """One press on a view of the boarding list, or the submission of a form on top of it."""

    body: dict[str, Any]
    context: BoltContext
    services: Services

    @property
    def view(self) -> dict[str, Any]:
        """The view that was pressed."""
        return dict(view_in(self.body))

    @property
    def memo(self) -> BoardMemo:
        """The memo of the view, with the person's role as it was just determined."""
        memo = BoardMemo.load(view_in(self.body))
        return replace(memo, opened_by=self.user, role=self.context["role"], since=self.context["role_since"])

    @property
    def value(self) -> str:
        """The value of the button; empty where it has none."""
        pressed = self.body["actions"][0]
        return "" if pressed.get("value") is None else value_in(pressed)

    @property
    def user(self) -> str:
        """The person's Slack id."""
        return str(self.body["user"]["id"])

    @property
    def by(self) -> str:
        """The person, as the table keeps them."""
        return f"slack:{self.user}"

    @property
    def admin(self) -> bool:
        """True if the person is an admin."""
        return bool(self.context["role"].sees_money)

    def list_of(self, event: Event, *, memo: BoardMemo | None = None, banner: str = "") -> dict[str, Any]:
        """Return the boarding list of the event for this person."""
        from bot.views import boarding_list

        memo = memo or self.memo
        plain = replace(memo, eid=event.eid, patron="", seen="", offered="")
        return boarding_list.build(event, self.services.viewer(self.context["role"]), plain, banner=banner)

    def answer(self, write: Callable[[], Event]) -> None:
        """Write, and show the list as it is after that; after a refusal, the list as it is now, with the refusal.

        Raises Unavailable and SlackApiError.
        """
        banner = ""
        try:
            event = write()
        except Unavailable:
            raise
        except Refusal as refusal:
            event, banner = self.services.ledger.event(self.memo.eid), in_full(refusal, self.context)
        self.show(event, banner=banner)

    def show(self, event: Event, *, memo: BoardMemo | None = None, banner: str = "") -> None:
        """Show the list in the view that was pressed. Raises SlackApiError.

        If another press has changed the view meanwhile, the event is read again: its answer may be older or newer.
        """
        view = view_in(self.body)
        try:
            form = self.list_of(event, memo=memo, banner=banner)
            self.context.client.views_update(view_id=view["id"], hash=view["hash"], view=form)
        except SlackApiError as error:
            if error.response.get("error") == "not_found":  # it was closed meanwhile
                return
            if error.response.get("error") != "hash_conflict":
                raise
            form = self.list_of(self.services.ledger.event(event.eid), memo=memo, banner=banner)
            self.context.client.views_update(view_id=view["id"], view=form)

    def submit(self, ack: Ack, write: Callable[[], Event | dict[str, Any]], *more: type[Refusal]) -> None:
        """Write, close the form, and show the list below it as it is after that; or show the form that `write` returns.

        A refusal that no field of the form can mend, which are some and `more`, closes the form and is shown in the
        list. Others are raised, also where the list was closed meanwhile.
        """
        refused: Refusal | None = None
        try:
            event = write()
        except _CLOSING + more as refusal:
            event, refused = self.services.ledger.event(self.memo.eid), refusal
        if isinstance(event, dict):
            ack(response_action="update", view=event)
            return
        banner = "" if refused is None else in_full(refused, self.context)
        if not self.show_below(event, banner=banner) and refused is not None:
            raise refused
        ack()

    def show_below(self, event: Event, *, banner: str = "") -> bool:
        """Show the list below the form that was submitted. Return False if it was closed meanwhile."""
        below = view_in(self.body).get("previous_view_id")
        try:
            if below:
                self.context.client.views_update(view_id=below, view=self.list_of(event, banner=banner))
        except SlackApiError as error:
            if error.response.get("error") != "not_found":
                raise
            return False
        return bool(below)

"""The shape of Slack's requests: what each kind of them always has, by the fields that this app reads.

Slack signs its requests, so one of another shape is a mistake of somebody's proxy or tool, or a change of Slack's. It
is refused before any listener reads it, and is no error of ours. Fields that this app does not read may be anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slack_bolt import BoltResponse
from slack_bolt.middleware import Middleware

from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import BoltRequest

    Rule = Callable[[Any], bool]

NOT_SLACKS: Final = "The body is not what Slack sends."

_ODD: Final = "is_odd"
_ADDRESS: Final = pattern(
    r"https?://[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,9}(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}))?(/[!-~]*)?"
)
_SECONDS: Final = pattern(r"[0-9]{1,10}(\.[0-9]{1,9})?")


def set_aside_odd(request: BoltRequest) -> None:
    """Empty the body of a request of another shape, so that nothing reads it before RefuseOdd.

    Bolt reads the body in its own steps too. Its check of the signature reads the bytes, which stay. Fields of a view
    that are null are left out, so that whoever asks for one finds it missing.
    """
    if not is_of_slack(request.body):
        request.body = {}
        request.context[_ODD] = True
    elif view := request.body.get("view"):
        request.body["view"] = {name: value for name, value in view.items() if value is not None}


class RefuseOdd(Middleware):
    """Answers a signed request of another shape with 400."""

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's names
        next: Callable[[], BoltResponse],  # noqa: A002 - as above
    ) -> BoltResponse:
        """Return the next answer, or the refusal."""
        if req.context.get(_ODD):
            return BoltResponse(status=400, body=NOT_SLACKS, headers={"content-type": ["text/plain; charset=utf-8"]})
        return next()


def is_of_slack(body: dict[str, Any]) -> bool:
    """Return whether a request has the shape of its kind. Of an unknown kind, what this app reads must be readable."""
    kind = "command" if "command" in body else body.get("type")
    return _ANY(body) and _KINDS.get(kind or "", _ANY)(body)


def _text(value: Any) -> bool:  # noqa: ANN401 - anything may come
    return isinstance(value, str)


def _flag(value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, bool)


def _id(value: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether the value can be an id of Slack's. A person's is sent back to Slack, so it must be printable."""
    return isinstance(value, str) and value.isascii()


def _filled(value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, str) and value != ""


def _none_or(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


def _either(*rules: Rule) -> Rule:
    return lambda value: any(rule(value) for rule in rules)


def _both(*rules: Rule) -> Rule:
    return lambda value: all(rule(value) for rule in rules)


def _has(must: Mapping[str, Rule] | None = None, **may: Rule) -> Rule:
    """Return the rule for an object with all fields of `must`. Those of `may` can be missing or null."""
    always, perhaps = tuple((must or {}).items()), tuple(may.items())

    def rule(value: Any) -> bool:  # noqa: ANN401 - as above
        if not isinstance(value, dict):
            return False
        for name, each in always:  # plain loops: a form has a hundred objects
            if name not in value or not each(value[name]):
                return False
        for name, each in perhaps:
            found = value.get(name)
            if found is not None and not each(found):
                return False
        return True

    return rule


def _list(item: Rule, *, empty: bool = True) -> Rule:
    return lambda value: isinstance(value, list) and (empty or bool(value)) and all(map(item, value))


def _map(item: Rule) -> Rule:
    return lambda value: isinstance(value, dict) and all(map(item, value.values()))


def _is_placed(body: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether a press in a view comes with the view, whole enough to be shown again."""
    container, view = body.get("container") or {}, body.get("view")
    if view is None:
        return container.get("type") != "view" and "view_id" not in container
    return _PLACE(view) and (view["type"] != "modal" or "title" in view)


def _where(value: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether the value is an address to which an answer can be sent."""
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def _have_own_ids(blocks: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether each block of a view has an id of its own, as Slack gives one to those that have none."""
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    return len(set(ids)) == len(ids)


def _type_of_view(value: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether the value is a type of the views that this app shows."""
    return isinstance(value, str) and value in {"home", "modal"}


def _moment(value: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether the value can be the time of a message, in seconds."""
    return isinstance(value, str) and _SECONDS.fullmatch(value) is not None


_ID: Final = {"id": _filled}
_OPTION: Final = _has({"value": _text}, text=_has(text=_text, emoji=_flag))
_ELEMENT: Final = _has(
    type=_text,
    value=_either(_text, lambda value: isinstance(value, int | float)),
    selected_option=_OPTION,
    selected_options=_list(_OPTION),
    selected_date=_text,
    selected_time=_text,
    selected_user=_text,
    selected_conversation=_text,
    selected_channel=_text,
)
_PRESSED: Final = _has(
    {"action_id": _text},
    block_id=_text,
    type=_text,
    value=_text,
    selected_option=_OPTION,
    selected_options=_list(_OPTION),
)
_BLOCK: Final = _has(
    {"type": _text},
    block_id=_text,
    element=_has(type=_text, action_id=_text),
    elements=_list(lambda value: isinstance(value, dict)),
    label=_has(text=_text, emoji=_flag),
)
_WORDS: Final = _has({"text": _text}, emoji=_flag)
_STATE: Final = _has(values=_map(_none_or(_map(_none_or(_ELEMENT)))))
_VIEW: Final = _has(
    id=_text,
    type=_type_of_view,
    callback_id=_text,
    private_metadata=_text,
    hash=_text,
    previous_view_id=_text,
    root_view_id=_text,
    blocks=_both(_list(_BLOCK), _have_own_ids),
    state=_STATE,
    title=_WORDS,
    submit=_WORDS,
    close=_WORDS,
    clear_on_close=_flag,
    notify_on_close=_flag,
)
_MESSAGE: Final = _has(ts=_text, text=_text, user=_text, bot_id=_text, subtype=_text, thread_ts=_text)
_WRITTEN: Final = _both(_MESSAGE, _has({"ts": _moment}))
_PLACE: Final = _has({"id": _text, "hash": _text, "type": _text, "blocks": _list(_BLOCK)})
_NAMED: Final = _has({"callback_id": _text, "type": _text})
_ACTING: Final = {"user": _has(id=_id)}  # without an id they are nobody, and are refused by their role
_ANY: Final = _has(
    type=_text,
    command=_text,
    text=_text,
    user=_has(id=_id, team_id=_id),
    team=_has(id=_id),
    user_id=_id,
    team_id=_id,
    channel_id=_text,
    actions=_list(_has(action_id=_text, block_id=_text), empty=False),
    action_id=_text,
    block_id=_text,
    callback_id=_text,
    channel=_has(id=_text),
    container=_has(message_ts=_text, channel_id=_text, view_id=_text),
    trigger_id=_text,
    response_url=_where,
    view=_VIEW,
    message=_MESSAGE,
    state=_either(_text, _STATE),  # a text in a dialog
    event=_has(type=_text, user=_either(_id, _has(_ID)), channel=_either(_text, _has(_ID))),
)
_KINDS: Final[Mapping[str, Rule]] = {
    "command": _has({"command": _text, "user_id": _id}),  # without an id, as above
    "shortcut": _has({"callback_id": _text, "trigger_id": _text, **_ACTING}),
    "message_action": _has(
        {"callback_id": _text, "trigger_id": _text, "message": _WRITTEN, "channel": _has(_ID), **_ACTING}
    ),
    "block_actions": _both(_has({"actions": _list(_PRESSED, empty=False), **_ACTING}), _is_placed),
    "block_suggestion": _has({"action_id": _text, **_ACTING}, value=_text),
    "view_submission": _has({"view": _NAMED, **_ACTING}),
    "view_closed": _has({"view": _NAMED, **_ACTING}),
    "event_callback": _has({"event": _has({"type": _text})}),
}

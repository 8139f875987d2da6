"""Sends recorded requests again, as other people, over the table as it was. Slack accepts and records everything."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import bot.reply
from tests.privileges.film import WRITES, Film, Rows, Take, scan, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.conftest import BotStage

ASKED: Final = ("users.info", "usergroups.users.list", "auth.test")


@dataclass(frozen=True)
class Outcome:
    """Result of a request: the status, the bot's texts with their places, and the changes of the table."""

    status: int
    said: str
    how: tuple[str, ...]
    """Slack's methods that were called, and the kind of the answer."""
    is_public: bool
    reads: int
    changed: bool
    buttons: frozenset[str] = frozenset()
    """Ids of the buttons and menus that the answer has, beside those that were there."""

    @property
    def is_trouble(self) -> bool:
        """True where something failed on our side."""
        return self.status != 200 or "Reference:" in self.said


@dataclass
class Projector:
    """Sends requests over the stage of a film. The table is as it was before the recorded request, each time."""

    film: Film
    calls: list[tuple[str, Any]] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)

    @property
    def stage(self) -> BotStage:
        """The stage."""
        return self.film.stage

    def __post_init__(self) -> None:
        """Let the bot speak to a Slack that takes everything."""
        self.rows = scan(self.stage)
        hook = SimpleNamespace(send_dict=self._hook)
        self.stage.monkeypatch.setattr(bot.reply, "WebhookClient", lambda *_, **__: hook)
        self.connect()

    def connect(self) -> None:
        """Connect the function's client, again after a restart. Who somebody is, the workspace says."""
        slack = self.stage.world.lambda_function.slack
        ask = slack.api_call

        def api_call(api_method: str, **given: Any) -> Any:
            if api_method in ASKED:
                answered = ask(api_method, **given)
                if (answered.get("user") or {}).get("id") == "U0TILLBOT":
                    answered["user"]["is_bot"] = True
                return answered
            self.calls.append((api_method, {**(given.get("params") or {}), **(given.get("json") or {})}))
            return {"ok": True}

        self.stage.monkeypatch.setattr(slack, "api_call", api_call)

    def show(self, take: Take, payload: dict[str, Any], **signed: Any) -> Outcome:
        """Send the request at its moment over its table. `signed` says otherwise than usual how it is signed."""
        self._restore(take.rows)
        self.stage.clock.moment = take.moment
        return self.send(take.kind, payload, **signed)

    def send(self, kind: str, payload: dict[str, Any], **signed: Any) -> Outcome:
        """Send a request now, over the table as it is."""
        before, calls = self.stage.world.calls.copy(), self.stage.world.calls
        self.calls.clear()
        self.film.ran.clear()
        answer = send(self.stage, kind, payload, **signed)
        wrote = any(calls[each] != before[each] for each in WRITES)
        after = scan(self.stage) if wrote else self.rows
        changed, self.rows = after != self.rows, after
        body = json.loads(answer.body) if answer.body.startswith((b"{", b"[")) else answer.body.decode()
        answered = [body] if body else []
        known = json.dumps(payload, ensure_ascii=False)
        sent = json.dumps([*answered, *[given for _, given in self.calls]], ensure_ascii=False)
        said = [text for text in _texts(json.loads(sent)) if json.dumps(text, ensure_ascii=False)[1:-1] not in known]
        how = str(body.get("response_action") or body.get("response_type") or "said") if isinstance(body, dict) else ""
        return Outcome(
            status=answer.status,
            said=" ".join(map(_plainly, said)),
            how=(how, *[method for method, _ in self.calls]),
            is_public="in_channel" in sent,
            reads=sum(calls.values()) - sum(before.values()),
            changed=changed,
            buttons=frozenset(each for each in re.findall(r'"action_id": "([^"]+)"', sent) if each not in known),
        )

    def _hook(self, message: dict[str, Any]) -> Any:
        self.calls.append(("response_url", message))
        return SimpleNamespace(status_code=200, body="ok")

    def _restore(self, rows: Rows) -> None:
        if rows == self.rows:
            return
        client, table = self.stage.world.client, self.stage.world.table
        for name in self.rows.keys() - rows.keys():
            row = self.rows[name]
            client.delete_item(TableName=table, Key={key: row[key] for key in ("eid", "crew_id")})
        for name, row in rows.items():
            if self.rows.get(name) != row:
                client.put_item(TableName=table, Item=row)
        self.rows = rows
        self.stage.world.lambda_function.calendar.forget()


def _texts(value: Any) -> Iterator[str]:
    """Yield every text that somebody reads, as it was sent."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _UNREAD:
                yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _plainly(text: str) -> str:
    """Return a text as people read it."""
    text = re.sub(r"<@(U0\w+)>", lambda found: _NAMES.get(found[1], found[1]), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_UNREAD: Final = {
    *(
        "type",
        "action_id",
        "block_id",
        "callback_id",
        "value",
        "private_metadata",
        "style",
        "response_type",
        "dispatch",
    ),
    *("response_action", "external_id", "hash", "view_id", "trigger_id", "user_id", "channel", "url", "emoji"),
}
_NAMES: Final = {"U0OLIVIA": "Olivia Park", "U0DANA": "Dana Reyes", "U0MARCO": "Marco Bell"}

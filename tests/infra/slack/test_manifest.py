"""The Slack app's manifest: it asks for what the code uses, no more and no less, and Slack would take it."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from slack_sdk.web import client as web_client

import bot.app
from bot import words
from infra.main import main
from infra.slack.limits import findings
from infra.slack.manifest import COMMANDS, manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]
URL = "https://abcdefghij.lambda-url.us-west-2.on.aws"

# What each method needs of a bot that works in channels (docs.slack.dev/reference/methods).
SCOPES_OF = {
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.replies": {"channels:history", "groups:history"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}


# What the code uses


@cache
def _used_methods() -> set[str]:
    """The methods that are called by everything that runs on Lambda and speaks to Slack."""
    folders = ("bot", "announce", "adapters")
    files = [*ROOT.glob("*_function.py"), *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))]
    return {method for path in files for method in _methods_in(ast.parse(path.read_text()))}


@cache
def _methods_of_slack() -> dict[str, str]:
    """All methods that Slack's client knows: `chat_postMessage` → `chat.postMessage`."""
    tree = ast.parse(Path(web_client.__file__).read_text())
    found = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for call in ast.walk(function):
                match call:
                    case ast.Call(func=ast.Attribute(attr="api_call"), args=[ast.Constant(value=str(method)), *_]):
                        found[function.name] = method
    return found


def _methods_in(tree: ast.AST) -> Iterator[str]:
    """The Web API methods that a source calls, by the client's own functions or by their names."""
    known = _methods_of_slack()
    methods = set(known.values())
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in known:
                yield known[name]
            case ast.Constant(value=str(text)) if text in methods:
                yield text
            case ast.Name(id="say") | ast.arg(arg="say"):  # Bolt's own word for it
                yield "chat.postMessage"


def _registered(*kinds: str) -> set[str]:
    """Return the first argument of `app.command(…)` and its kin in bot/app.py, where it is a name or a text."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "bot" / "app.py").read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr=kind), args=[asked, *_]) if kind in kinds:
                match asked:
                    case ast.Constant(value=str(text)):
                        found.add(text)
                    case ast.Name(id=name) if isinstance(value := getattr(bot.app, name, None), str):
                        found.add(value)
                    case _:
                        found.add(ast.unparse(asked))
    return found


# The manifest


@pytest.fixture
def made() -> dict[str, Any]:
    return manifest(URL)


def test_the_scopes_are_those_of_the_methods_that_the_code_calls(made: dict[str, Any]) -> None:
    used = _used_methods()
    assert {"views.open", "chat.postMessage", "users.info", "conversations.replies"} <= used, "the walk finds nothing"
    assert used - SCOPES_OF.keys() == set(), "look up which scopes these need"
    needed = {scope for method in used for scope in SCOPES_OF[method]} | {"commands"}
    assert set(made["oauth_config"]["scopes"]["bot"]) == needed


def test_a_new_method_would_be_seen_however_it_is_called() -> None:
    for source in (
        "client.reactions_add(channel=c)",
        "self._call('reactions.add', channel=c)",
        "client.api_call(api_method='reactions.add')",
    ):
        assert list(_methods_in(ast.parse(source))) == ["reactions.add"]
    assert list(_methods_in(ast.parse("def listener(say): say('x')"))) == ["chat.postMessage"] * 2


def test_the_commands_are_those_that_the_bot_knows(made: dict[str, Any]) -> None:
    commands = {command["command"] for command in made["features"]["slash_commands"]}
    assert commands == set(words.HELP)
    of_help = {"frozenset(words.HELP)"}
    assert commands == _registered("command") - of_help


def test_what_the_bot_listens_to_is_what_slack_sends(made: dict[str, Any]) -> None:
    shortcuts = {each["callback_id"] for each in made["features"].get("shortcuts", [])}
    assert shortcuts == _registered("shortcut", "global_shortcut", "message_shortcut")
    assert set(made["settings"].get("event_subscriptions", {}).get("bot_events", [])) == _registered("event", "message")
    assert _registered("options"), "type-ahead needs the options URL below"
    for name in ("request_url", "message_menu_options_url"):
        assert made["settings"]["interactivity"][name] == f"{URL}/slack/events"
    assert {each["url"] for each in made["features"]["slash_commands"]} == {f"{URL}/slack/events"}


def test_the_home_tab_is_on_if_the_bot_publishes_one(made: dict[str, Any]) -> None:
    assert made["features"]["app_home"]["home_tab_enabled"] == ("views.publish" in _used_methods())


def test_slack_would_take_it_with_an_address_and_without_one() -> None:
    assert findings(manifest(URL)) == []
    assert findings(manifest(None)) == []


def _first_command(made: dict[str, Any]) -> dict[str, Any]:
    command: dict[str, Any] = made["features"]["slash_commands"][0]
    return command


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a long name": (lambda made: made["display_information"].update(name="x" * 36), "display_information.name has 36"),
    "a short long description": (
        lambda made: made["display_information"].update(long_description="short"),
        "long_description has 5 characters; Slack accepts 175 to 4000",
    ),
    "no name": (lambda made: made["display_information"].pop("name"), "display_information.name is missing"),
    "a command without its slash": (lambda made: _first_command(made).update(command="log"), "0.command must match"),
    "a command in capitals": (lambda made: _first_command(made).update(command="/Log"), "0.command must match"),
    "a long command": (lambda made: _first_command(made).update(command="/" + "x" * 32), "0.command has 33"),
    "a long hint": (lambda made: _first_command(made).update(usage_hint="x" * 1001), "0.usage_hint has 1001"),
    "an address without TLS": (lambda made: _first_command(made).update(url="http://x.example"), "0.url must match"),
    "no address": (lambda made: _first_command(made).pop("url"), "has no url, and Socket Mode is off"),
    "a command twice": (
        lambda made: made["features"]["slash_commands"].append(_first_command(made)),
        "A command is listed twice",
    ),
    "a field that Slack does not know": (lambda made: made.update(color="red"), "color is not a known field"),
    "text for a switch": (lambda made: made["settings"].update(socket_mode_enabled="no"), "has another type"),
    "a number for a switch": (lambda made: made["settings"].update(org_deploy_enabled=0), "has another type"),
    "no scope for commands": (
        lambda made: made["oauth_config"]["scopes"]["bot"].remove("commands"),
        "need the scope commands",
    ),
    "eleven shortcuts": (
        lambda made: made["features"].update(
            shortcuts=[
                {"name": "New", "type": "global", "callback_id": f"c{number}", "description": "x"}
                for number in range(11)
            ]
        ),
        "shortcuts has 11 items; Slack accepts 1 to 10",
    ),
    "a shortcut's long name": (
        lambda made: made["features"].update(
            shortcuts=[{"name": "x" * 25, "type": "global", "callback_id": "c", "description": "x"}]
        ),
        "shortcuts.0.name has 25",
    ),
    "events without an address": (
        lambda made: made["settings"].update(event_subscriptions={"bot_events": ["app_mention"]}),
        "Events have no request_url",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_slack_would_not_take(case: str, made: dict[str, Any]) -> None:
    change, finding = WRONG[case]
    change(made)
    found = findings(made)
    assert any(finding in each for each in found), found


# The command


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["manifest", *arguments])


def test_the_command_prints_json_alone_on_standard_output() -> None:
    result = _run("--url", f"{URL}/")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == manifest(URL)
    assert "chat:write: " in result.stderr


def test_for_socket_mode_there_is_no_address_in_it() -> None:
    made = json.loads(_run("--socket-mode").stdout)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(made)
    assert len(made["features"]["slash_commands"]) == len(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--url", URL, "--socket-mode"),
        ("--url", "http://x.example"),
        ("--url", "x.example"),
        ("--url", f"{URL}/path"),
        ("--url", "https://me:secret@x.example"),
        ("--url", f"{URL}?query"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(arguments: tuple[str, ...]) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--url" in result.stderr

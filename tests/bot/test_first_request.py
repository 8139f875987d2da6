"""The first request of a process finds everything ready that any request needs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from devkit.aws import ROOT
from devkit.functions import to_event
from devkit.people import CHANNELS, PEOPLE
from devkit.slack import people
from devkit.slack.payloads import slash_command
from devkit.slack.wire import form, signed_headers
from tests.builders import a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

PROGRAM = """
import json, sys
from re import _compiler
import lambda_function
from charter import frozen, names

made, compile_pattern, write_init = [], _compiler.compile, frozen._written_init
_compiler.compile = lambda *given: made.append(f"pattern {given[0]}") or compile_pattern(*given)
frozen._written_init = lambda cls: made.append(f"constructor of {cls.__qualname__}") or write_init(cls)
folded, fold = [], names._folded
names._folded = lambda text: folded.append(text) or fold(text)
modules = set(sys.modules)
answer = lambda_function.lambda_handler(json.load(sys.stdin), None)
print(json.dumps({
    "status": answer["statusCode"],
    "made": made,
    "imported": sorted(set(sys.modules) - modules),
    "folded": [text for text in folded if "Pat" in text],
}))
"""


def test_it_compiles_and_imports_nothing_and_knows_the_names_of_todays_patrons(bot_stage: BotStage) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=20)
    patrons: dict[str, Any] = {letter: {"name": f"Pat {letter}ster", "party": 1, "due": 95} for letter in "ABCDEF"}
    eid, starts_at = f"{soon:%Y-%m-%d}-evening-sail", f"{soon:%Y-%m-%dT%H:%MZ}"
    bot_stage.put(a_row(eid, starts_at=starts_at, month=f"{soon:%Y-%m}", patrons=patrons))
    bot_stage.monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")

    bot_stage.monkeypatch.setattr("devkit.slack.modals.TRIGGER_SECONDS", 60)  # a busy machine starts slowly
    trigger_id = bot_stage.slack.modals.new_trigger("U0DANA", people.TEAM_ID)

    program = [sys.executable, "-c", PROGRAM]
    asked = _log_payment("Cster 95 venmo", trigger_id)
    ran = subprocess.run(program, input=asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert ran.returncode == 0, ran.stderr

    found = json.loads(ran.stdout.splitlines()[-1])
    assert found == {"status": 200, "made": [], "imported": [], "folded": []}
    assert "while getting ready" not in ran.stderr, "the rehearsal was stopped by an error"
    *before, opened = bot_stage.slack.api_calls
    assert [call.method for call in before] == ["users.info"], "the rehearsal called Slack"
    assert opened.method == "views.open"
    assert "Pat Cster" in json.dumps(opened.args)


def _log_payment(text: str, trigger_id: str) -> str:
    who = next(human for human in PEOPLE if human.id == "U0DANA")
    dock = next(channel for channel in CHANNELS if channel.id == "C0DOCK")
    fields = slash_command(
        who, dock, command="/log-payment", text=text, trigger_id=trigger_id, response_url="https://hooks.slack.com/x"
    )
    body = form(fields)
    headers = signed_headers(body, secret=people.SIGNING_SECRET, timestamp=int(time.time()))
    return json.dumps(to_event("POST", "/slack/events", "", headers, body))

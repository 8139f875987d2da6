"""The announce Lambda: its imports, its log, and the settings that it needs to start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from charter.settings import SettingsMalformed
from tests.layers import Source, imports

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour

ROOT = Path(__file__).resolve().parents[2]


def test_announcing_calls_slack_through_its_adapter_alone() -> None:
    wrong = [
        f"{path.name}:{line} {name}"
        for path in sorted((ROOT / "announce").glob("*.py"))
        for line, name in imports(Source(path.relative_to(ROOT).as_posix(), path.read_text()))
        if name.partition(".")[0] in {"slack_bolt", "slack_sdk"}
    ]
    assert wrong == []


def test_bolt_is_not_loaded(harbour: Harbour) -> None:
    loaded = "import sys, announce_function; sys.exit(any(name.startswith('slack_bolt') for name in sys.modules))"
    assert harbour.function is not None, "the environment is set"
    answer = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=False)  # noqa: S603 - our own words
    assert answer.returncode == 0


def test_the_log_names_the_record_that_failed_and_nothing_of_the_patron(harbour: Harbour) -> None:
    harbour.log(notes="a secret note")
    (record,) = harbour.records()
    harbour.slack.fail("chat.postMessage", error="invalid_blocks")
    harbour.capture.readouterr()
    harbour.invoke([record])
    written = harbour.capture.readouterr().out
    (line,) = [entry for entry in map(json.loads, written.splitlines()) if entry.get("level") == "ERROR"]
    assert line["service"] == "announce"
    assert line["why"] == "Refused"
    assert line["stream_event"] == record["eventID"]
    assert line["request_id"].startswith("request-")
    assert not any(word in written for word in ("Dave", "dave", "secret"))
    assert re.search(r"""[$"' ]125\b|125\.00""", written) is None  # a time or an id may hold these digits


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANNOUNCEMENTS_TABLE", None, "ANNOUNCEMENTS_TABLE is missing"),
        ("SLACK_BOT_TOKEN", None, "SLACK_BOT_TOKEN is missing"),
        ("EVENTS_TABLE", "", "EVENTS_TABLE is missing"),
        ("ANNOUNCE_BY", "pigeon", "ANNOUNCE_BY must be slack, mail or both"),
        ("TIMEZONE", "Boat/Time", "TIMEZONE must be the name of a time zone"),
    ],
)
def test_a_missing_or_malformed_value_stops_the_start_and_is_named(
    harbour: Harbour, name: str, value: str | None, said: str
) -> None:
    with pytest.raises(SettingsMalformed, match=said):
        harbour.restart(**{name: value})


def test_the_token_is_never_shown(harbour: Harbour) -> None:
    assert harbour.function.settings.slack_bot_token not in repr(harbour.function.settings)


def test_its_transports_are_a_setting(harbour: Harbour) -> None:
    harbour.restart(ANNOUNCE_BY="mail", NOTIFY_EMAIL_TO=None)
    harbour.log()
    assert harbour.deliver() == 1
    assert harbour.slack.board.posts == []

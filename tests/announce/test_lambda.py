"""The announce Lambda: its imports, its log, and the settings that it needs to start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from charter.payments import Source as Door
from charter.settings import SettingsMalformed
from tests.layers import Source, imports

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

ROOT = Path(__file__).resolve().parents[2]


def test_announcing_calls_slack_through_its_adapter_alone() -> None:
    wrong = [
        f"{path.name}:{line} {name}"
        for path in sorted((ROOT / "announce").glob("*.py"))
        for line, name in imports(Source(path.relative_to(ROOT).as_posix(), path.read_text()))
        if name.partition(".")[0] in {"slack_bolt", "slack_sdk"}
    ]
    assert wrong == []


def test_bolt_is_not_loaded(announce_stage: AnnounceStage) -> None:
    loaded = "import sys, announce_function; sys.exit(any(name.startswith('slack_bolt') for name in sys.modules))"
    assert announce_stage.function is not None, "the environment is set"
    answer = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=False)  # noqa: S603 - our own words
    assert answer.returncode == 0


def test_the_log_names_the_record_that_failed_and_nothing_of_the_patron(announce_stage: AnnounceStage) -> None:
    announce_stage.log(notes="a secret note")
    (record,) = announce_stage.records()
    announce_stage.slack.fail("chat.postMessage", error="invalid_blocks")
    announce_stage.capture.readouterr()
    announce_stage.invoke([record])
    written = announce_stage.capture.readouterr().out
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
        ("ANNOUNCE_BY", "pigeon", "ANNOUNCE_BY must list books, slack or mail"),
        ("TIMEZONE", "Boat/Time", "TIMEZONE must be the name of a time zone"),
    ],
)
def test_a_missing_or_malformed_value_stops_the_start_and_is_named(
    announce_stage: AnnounceStage, name: str, value: str | None, said: str
) -> None:
    with pytest.raises(SettingsMalformed, match=said):
        announce_stage.restart(**{name: value})


def test_the_token_is_never_shown(announce_stage: AnnounceStage) -> None:
    assert announce_stage.function.settings.slack_bot_token not in repr(announce_stage.function.settings)


def test_its_transports_are_a_setting(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(ANNOUNCE_BY="mail", NOTIFY_EMAIL_TO=None)
    announce_stage.log()
    assert announce_stage.deliver() == 1
    assert announce_stage.slack.board.posts == []


def test_payments_are_counted_by_source_and_method_with_the_lag_and_no_names(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="1.00")
    announce_stage.log("p2", amount="2.00", method="barter", by="web:Olivia", source=Door.WEB)
    announce_stage.log("p3", amount="3.00", method="venmo")
    announce_stage.sign()
    records = announce_stage.records()
    announce_stage.later(30)
    announce_stage.deliver(records)
    assert announce_stage.counted("EntryLogged") == [
        {"kind": "payment", "source": "slack", "method": "cash"},
        {"kind": "payment", "source": "web", "method": "other"},
        {"kind": "payment", "source": "slack", "method": "venmo"},
    ]
    assert len(announce_stage.counted("PatronSigned")) == 1
    lags = [metric["value"] for metric in announce_stage.metrics if metric["name"] == "AnnounceLag"]
    assert len(lags) == 4
    assert all(30 <= lag < 40 for lag in lags)

"""Two independent engines make the same stack of the template, except for their listed faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.second_opinion.differences import BOTH_IGNORE, differences, stale, unexplained
from tests.second_opinion.engines import GIVEN, WHOLE
from tests.second_opinion.readers import NONE, READERS
from tests.second_opinion.reading import read_stack

if TYPE_CHECKING:
    from tests.second_opinion.engines import Opinion

SMALL: Final = "small-stack"
ADOPTED: Final = "events-of-old"
# Every condition that WHOLE has on is off here, and the other way round.
LESS: Final = {
    "Release": "0123456789abcdef",
    "PublicHost": "trips.example.com",
    "WebConcurrency": "0",
    "Serving": "false",
}
OFF: Final = {
    *("EventsTable", "CloudFrontInvokesTheFunction", "CloudFrontInvokesTheUrl", "CanaryPolicy", "CanaryPayments"),
    *(
        "CanaryAlarm",
        "MailFunction",
        "MailRole",
        "MailMapping",
        "MailDeadLetters",
        "MailReminders",
        "WebThrottlesAlarm",
    ),
}


@pytest.fixture(scope="module")
def whole(first: Opinion, whole_in_moto: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The stack with everything on, as each engine reports it."""
    first.make(WHOLE, GIVEN)
    return {"MiniStack": read_stack(first.ask, WHOLE), "moto": whole_in_moto}


@pytest.fixture(scope="module")
def small(first: Opinion, second: Opinion) -> dict[str, dict[str, Any]]:
    """The smallest stack, which uses an existing table, as each engine reports it."""
    kinds = ("AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping", "AWS::SNS::Topic")
    found = {}
    for each in (first, second):
        made = each.ask("dynamodb").create_table(
            TableName=ADOPTED,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "eid", "KeyType": "HASH"}, {"AttributeName": "crew_id", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("eid", "crew_id")],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        label = made["TableDescription"]["LatestStreamLabel"]
        each.make(SMALL, {**LESS, "EventsTableName": ADOPTED, "EventsStreamLabel": label})
        found[each.name] = read_stack(each.ask, SMALL, kinds=kinds)
    return found


def test_both_engines_make_the_same_of_the_whole_template_and_of_the_smallest_stack(
    whole: dict[str, dict[str, Any]], small: dict[str, dict[str, Any]]
) -> None:
    found = differences(*whole.values()), differences(*small.values())
    assert [unexplained(each) for each in found] == [{}, {}]
    assert stale({path for each in found for path in each}) == set()
    agreed = [path for path in whole["moto"] if path not in found[0]]
    assert len(agreed) > 800, "most of what both were asked was read from both"
    kinds = {whole["moto"].get(f"resources.{path.partition('.')[0]}") for path in agreed}
    assert READERS.keys() - kinds == {"AWS::Budgets::Budget"}, "of every kind, something was compared"


def test_conditions_that_are_off_leave_out_what_they_should(
    whole: dict[str, dict[str, Any]], small: dict[str, dict[str, Any]]
) -> None:
    there = {name: {path for path in found if path.startswith("resources.")} for name, found in whole.items()}
    for name, found in small.items():
        left = {path.partition(".")[2] for path in there[name] if path not in found}
        assert left >= OFF, name
        assert len([kind for kind in found.values() if kind == "AWS::CloudWatch::Alarm"]) == 11
        assert found["BotFunction.Environment.Variables.EVENTS_TABLE"] == ADOPTED
        assert f":table/{ADOPTED}/stream/" in found["AnnounceMapping.EventSourceArn"]
        assert found["BotRole.may.bot/Events.Resource"].endswith(f":table/{ADOPTED}")
        assert found["Alarms.subscribed"] == []
        assert (found["WebFunction.share"], found["outputs.EventsTableName"]) == (None, ADOPTED)


def test_what_neither_engine_sets_is_named(whole: dict[str, dict[str, Any]]) -> None:
    for found in whole.values():
        assert {path: found[path] for path in BOTH_IGNORE} == BOTH_IGNORE
    missing = {path for path, value in whole["MiniStack"].items() if str(value).startswith(NONE)}
    assert missing - BOTH_IGNORE.keys() == {"SiteBucket.lock"}  # the template does not lock it


def test_a_difference_that_nobody_knows_of_is_found() -> None:
    one = {"BotFunction.Timeout": 10, "BotFunction.Architectures": ["arm64"], "resources.Extra": "AWS::SQS::Queue"}
    other = {"BotFunction.Timeout": 11, "BotFunction.Architectures": ["x86_64"]}
    found = differences(one, other)
    assert set(unexplained(found)) == {"BotFunction.Timeout", "resources.Extra"}
    assert "*Function.Architectures" not in stale(found)
    assert "*Function.starts" in stale(found)

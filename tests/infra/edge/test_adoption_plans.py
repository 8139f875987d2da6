"""Places of missing behaviours, for any distribution: never shadowed, nobody else's routes changed, and once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devkit.edge.matching import matches
from infra.edge.behaviours import Side, plan, read_wanted
from infra.edge.patterns import overlap, within
from infra.template import read_template

WEB, BUCKET, ANOTHER = "web.example.com", "page.s3.us-west-2.amazonaws.com", "another.example.com"
SIDES = {
    "web": Side(domain=WEB, access="E1"),
    "site": Side(domain=BUCKET, access="E2", as_it_is=True),
}
WANTED = read_wanted(read_template(), lambda name: name, page=True)
OURS = [each.pattern for each in WANTED]
DOMAINS = {each.pattern: SIDES[each.side].domain for each in WANTED}

letters = st.sampled_from(["/", "g", "x", "*", "?", "api", "waiver", "_staging", "dispatch", ".png", "/g/", "/api/"])
patterns = st.one_of(st.lists(letters, min_size=1, max_size=5).map("".join), st.sampled_from(OURS))
pieces = st.sampled_from(
    ["/", "g", "x", "y", "api", "waiver", "_staging", "dispatch", ".png", "/g/", "/api/", "/waiver"]
)
paths = st.lists(pieces, max_size=5).map(lambda parts: "/" + "".join(parts).removeprefix("/"))


@st.composite
def distributions(draw: st.DrawFn) -> dict[str, Any]:
    """Any list of behaviours; those with a pattern of ours lead where ours do."""
    listed = draw(st.lists(patterns, max_size=6, unique_by=lambda pattern: pattern.removeprefix("/")))
    origins = {WEB: "a", BUCKET: "b", ANOTHER: "c"}
    items = []
    for pattern in listed:
        whole = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
        domain = DOMAINS.get(whole) or draw(st.sampled_from(sorted(origins)))
        items.append({"PathPattern": pattern, "TargetOriginId": origins[domain], "Number": draw(st.integers())})
    return {
        "Comment": draw(st.text(max_size=3)),
        "Origins": {"Quantity": 3, "Items": [{"Id": name, "DomainName": domain} for domain, name in origins.items()]},
        "DefaultCacheBehavior": {"TargetOriginId": "b"},
        "CacheBehaviors": {"Quantity": len(items), "Items": items} if items else {"Quantity": 0},
    }


def chosen(config: dict[str, Any], path: str) -> str | None:
    """The pattern that gets a path; None for the default."""
    items = config["CacheBehaviors"].get("Items", [])
    return next((each["PathPattern"] for each in items if matches(each["PathPattern"], path)), None)


def ours(pattern: str) -> bool:
    return f"/{pattern.removeprefix('/')}" in OURS


def listed(config: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = config["CacheBehaviors"].get("Items", [])
    return items


@settings(deadline=None)
@given(distributions(), st.lists(paths, max_size=20))
def test_what_is_added_is_never_shadowed_and_all_else_goes_its_way(found: dict[str, Any], asked: list[str]) -> None:
    made = plan(found, WANTED, SIDES, name="n", take_over=True)
    assert made.refuses == []
    new = {each["PathPattern"] for each in listed(made.config)} - {each["PathPattern"] for each in listed(found)}
    for path in [*asked, *(pattern.replace("*", "x") for pattern in OURS)]:
        for pattern in new:
            if matches(pattern, path):
                assert chosen(made.config, path) == pattern
        if not any(matches(pattern, path) for pattern in OURS):
            assert chosen(made.config, path) == chosen(found, path)


@settings(deadline=None)
@given(distributions())
def test_all_of_ours_are_there_and_each_is_reached(found: dict[str, Any]) -> None:
    made = plan(found, WANTED, SIDES, name="n", take_over=True)
    items = listed(made.config)
    assert made.config["CacheBehaviors"]["Quantity"] == len(items)
    for pattern in OURS:
        (place,) = [n for n, each in enumerate(items) if f"/{each['PathPattern'].removeprefix('/')}" == pattern]
        assert not any(within(pattern, each["PathPattern"]) for each in items[:place])


@settings(deadline=None)
@given(distributions())
def test_others_stay_as_they_are_and_in_their_order(found: dict[str, Any]) -> None:
    before = repr(found)
    made = plan(found, WANTED, SIDES, name="n", take_over=True)
    assert repr(found) == before
    assert [each for each in listed(made.config) if not ours(each["PathPattern"])] == [
        each for each in listed(found) if not ours(each["PathPattern"])
    ]
    kept = [each for each in listed(found) if ours(each["PathPattern"])]
    assert all(each in listed(made.config) for each in kept)
    assert made.config["Origins"]["Items"][:3] == found["Origins"]["Items"]
    rest = {"CacheBehaviors", "Origins"}
    assert {k: v for k, v in made.config.items() if k not in rest} == {k: v for k, v in found.items() if k not in rest}


@settings(deadline=None)
@given(distributions())
def test_a_second_time_there_is_nothing_to_add(found: dict[str, Any]) -> None:
    made = plan(found, WANTED, SIDES, name="n", take_over=True)
    again = plan(made.config, WANTED, SIDES, name="n", take_over=False)
    assert (again.adds, again.refuses, again.config) == ([], [], made.config)


@settings(deadline=None)
@given(patterns, patterns, st.lists(paths, max_size=30))
def test_patterns_meet_just_where_some_path_is_both(one: str, other: str, asked: list[str]) -> None:
    for path in asked:
        if matches(one, path) and matches(other, path):
            assert overlap(one, other)
        if matches(one, path) and not matches(other, path):
            assert not within(one, other)
    assert overlap(one, other) == overlap(other, one)
    assert within(one, one)


@pytest.mark.parametrize(
    ("one", "other", "meet", "inside"),
    [
        ("/g/*/waiver", "/g/*", True, True),
        ("/g/*", "/g/*/waiver", True, False),
        ("/g/*/waiver", "/g/2026-05-23/waiver", True, False),
        ("/g/2026-05-23/waiver", "/g/*/waiver", True, True),
        ("/api/*", "*.png", True, False),
        ("/api/*", "/g/*", False, False),
        ("/api/*", "/Api/*", False, False),
        ("api/*", "/api/*", True, True),
        ("/api/?", "/api/*", True, True),
        ("/api/??", "/api/?", False, False),
        ("*", "/*", True, True),
        ("/a*b", "/a*b*", True, True),
        ("/*a*", "/*b*", True, False),
    ],
)
def test_what_patterns_have_in_common(one: str, other: str, meet: bool, inside: bool) -> None:  # noqa: FBT001  # a table
    assert (overlap(one, other), within(one, other)) == (meet, inside)

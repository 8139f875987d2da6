"""The environment to be: production's values win, and nothing is lost that was not named."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.deploying.environment import GMAIL, LIMIT, EnvironmentEdit, differing, measure, merge, read_env_file
from terminal.failures import Stopped

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
NAMES = st.sampled_from([*GMAIL, "SLACK_BOT_TOKEN", "EVENTS_TABLE", "NEW", "OTHER", "CURRENCY"])
VALUES = st.text(max_size=12).map(lambda text: f"<{text}>") | st.sampled_from(["", " "])
MAPS = st.dictionaries(NAMES, VALUES)


@st.composite
def edits(draw: st.DrawFn) -> EnvironmentEdit:
    sets = draw(MAPS)
    unset = frozenset(draw(st.sets(NAMES))) - sets.keys()
    return EnvironmentEdit(sets, unset, draw(MAPS), draw(st.booleans()))


@BUSY
@given(MAPS, edits())
def test_nothing_is_lost_and_nothing_changes_that_was_not_named(
    production: dict[str, str], edit: EnvironmentEdit
) -> None:
    try:
        merged = merge(production, edit)
    except Stopped as stopped:
        message = stopped.message
        lost = [name for name in GMAIL if production.get(name, "").strip()]
        assert any(name in edit.unset or not edit.sets.get(name, "x").strip() for name in lost)
        assert not edit.drop_gmail
        assert not [value for value in production.values() if value.strip("<> ") and value in message]
        return
    after = merged.variables
    assert after.keys() == (production.keys() | edit.sets.keys() | edit.offered.keys()) - edit.unset
    for name, value in after.items():
        assert value == edit.sets.get(name, production.get(name, edit.offered.get(name)))
    if not edit.drop_gmail:
        assert all(after[name].strip() for name in GMAIL if production.get(name, "").strip())
    assert set(merged.added) == after.keys() - production.keys()
    assert set(merged.removed) == production.keys() - after.keys() == production.keys() & edit.unset
    assert set(merged.changed) == {name for name in production.keys() & after.keys() if production[name] != after[name]}
    assert merged.differs is (dict(after) != production)


@BUSY
@given(MAPS, edits())
def test_the_same_wish_twice_changes_nothing_more(production: dict[str, str], edit: EnvironmentEdit) -> None:
    allowed = EnvironmentEdit(edit.sets, edit.unset, edit.offered, drop_gmail=True)
    once = merge(production, allowed).variables
    assert merge(once, allowed).variables == once
    assert not merge(once, allowed).differs


@BUSY
@given(MAPS)
def test_a_deploy_without_a_wish_keeps_everything(production: dict[str, str]) -> None:
    merged = merge(production, EnvironmentEdit())
    assert dict(merged.variables) == production
    assert not merged.differs


@pytest.mark.parametrize("name", GMAIL)
@pytest.mark.parametrize("edit", ["unset", "blank", "spaces"])
def test_a_gmail_credential_cannot_go_without_saying_so(name: str, edit: str) -> None:
    production = dict.fromkeys(GMAIL, "canary")

    def edited(*, drop: bool) -> EnvironmentEdit:
        if edit == "unset":
            return EnvironmentEdit(unset=frozenset({name}), drop_gmail=drop)
        return EnvironmentEdit(sets={name: "" if edit == "blank" else "  "}, drop_gmail=drop)

    with pytest.raises(Stopped) as stopped:
        merge(production, edited(drop=False))
    assert name in stopped.value.message
    assert "--yes-drop-gmail" in stopped.value.message
    assert "canary" not in stopped.value.message
    assert merge(production, edited(drop=True)).variables.get(name, "").strip() == ""


def test_a_new_gmail_credential_may_take_the_place_of_the_old() -> None:
    merged = merge(dict.fromkeys(GMAIL, "old"), EnvironmentEdit(sets={"GMAIL_REFRESH_TOKEN": "new"}))
    assert merged.variables["GMAIL_REFRESH_TOKEN"] == "new"
    assert merged.changed == ("GMAIL_REFRESH_TOKEN",)


def test_the_limit_is_held_to_the_byte() -> None:
    room = LIMIT - measure({"NAME": ""})
    assert merge({}, EnvironmentEdit(sets={"NAME": "x" * room})).variables
    with pytest.raises(Stopped, match="4,097 bytes") as stopped:
        merge({}, EnvironmentEdit(sets={"NAME": "x" * (room + 1)}))
    assert "xxx" not in stopped.value.message


def test_the_size_is_that_of_the_json_that_lambda_measures() -> None:
    assert measure({"A_A": 'é"'}) == len('{"A_A":"é\\""}'.encode())


@pytest.mark.parametrize(
    "name", ["AWS_REGION", "AWS_SECRET_ACCESS_KEY", "_HANDLER", "LAMBDA_TASK_ROOT", "1A", "A-B", "A", ""]
)
def test_a_name_that_lambda_takes_no_variable_of_is_refused(name: str) -> None:
    with pytest.raises(Stopped, match="accepts no variable"):
        merge({}, EnvironmentEdit(sets={name: "x"}))


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_LAMBDA_EXEC_WRAPPER", "TIMEZONE"])
def test_names_that_only_look_reserved_are_taken(name: str) -> None:
    assert merge({}, EnvironmentEdit(sets={name: "x"})).added == (name,)


def test_a_name_is_not_both_set_and_unset() -> None:
    with pytest.raises(Stopped, match="Pass one of them"):
        merge({"NAME": "x"}, EnvironmentEdit(sets={"NAME": "y"}, unset=frozenset({"NAME"})))


def test_an_env_file_is_read_as_people_write_them() -> None:
    text = '# mine\n\nexport PLAIN=one\n QUOTED = "two words" \nSINGLE=\'three\'\nEQUALS=a=b\nEMPTY=\nHALF="x\n'
    assert read_env_file(text) == {
        "PLAIN": "one",
        "QUOTED": "two words",
        "SINGLE": "three",
        "EQUALS": "a=b",
        "EMPTY": "",
        "HALF": '"x',
    }


def test_a_line_that_is_none_is_reported_by_its_number_alone() -> None:
    with pytest.raises(Stopped, match="Line 2") as stopped:
        read_env_file("GOOD=x\nxoxb-canary\n")
    assert "canary" not in stopped.value.message


def test_only_names_with_two_values_differ() -> None:
    assert differing({"A": "1", "B": "2", "C": "3"}, {"A": "1", "B": "x", "D": "4"}) == ("B",)


def test_a_wish_and_what_came_of_it_show_no_value() -> None:
    edit = EnvironmentEdit(sets={"SLACK_BOT_TOKEN": "xoxb-canary"}, offered={"NEW": "canary-two"})
    assert "canary" not in repr(edit) + repr(merge({"OLD": "canary-three"}, edit))

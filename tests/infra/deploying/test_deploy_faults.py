"""Something goes wrong between any two calls: production keeps a version that works, and all its credentials."""

from __future__ import annotations

import logging
import os
import signal
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.infra.deploying.cloud import refusal
from tests.infra.deploying.handlers import a_zip, sha_of
from tests.infra.deploying.sequence import EVERY_CALL, EVERY_WRITE, FIRST_WRITE, MOVED, READS, SEQUENCE
from tests.infra.deploying.stage import BEFORE, IMPATIENT, SECRETS, DeployStage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.deploying.cloud import Answer, Fault

pytestmark = pytest.mark.usefixtures("no_waiting")
OLD, NEW = a_zip("one"), a_zip("two")
WANTED: Final = {**BEFORE, "NEW": "canary-new"}


@pytest.fixture(scope="module")
def deploy_stage(shared_deploy_stage: DeployStage) -> DeployStage:
    return shared_deploy_stage


@pytest.fixture(scope="module")
def _standing(deploy_stage: DeployStage) -> str:
    return deploy_stage.a_function(code=OLD)


@pytest.fixture
def crew(deploy_stage: DeployStage, _standing: str) -> str:
    """A function whose alias serves version 1, with nothing on the way."""
    deploy_stage.reset(_standing, OLD)
    return _standing


def holds(deploy_stage: DeployStage, name: str, *, after: bool | None = None) -> bool:
    """The invariant: what the alias serves runs, with every variable there was. True when it is the new version."""
    deploy_stage.cloud.fault = None
    answer = deploy_stage.asked(name)
    is_new: bool = answer["mark"] == "two"
    kept = {key: value for key, value in answer["environment"].items() if value is not None}
    assert kept == (WANTED if is_new else BEFORE)
    assert BEFORE.items() <= deploy_stage.variables(name).items(), "$LATEST, too, keeps every credential"
    if after is not None:
        assert is_new is after
    return is_new


def assert_no_secret(deploy_stage: DeployStage, text: str) -> None:
    for value in (*SECRETS.values(), "canary-new", "X-Amz-Signature"):
        assert value not in text
        assert value not in deploy_stage.on_disk()


def is_put_back(deploy_stage: DeployStage, name: str) -> None:
    holds(deploy_stage, name, after=False)
    assert deploy_stage.variables(name) == BEFORE
    assert deploy_stage.latest(name)["CodeSha256"] == sha_of(OLD)


def deploying(deploy_stage: DeployStage, name: str, **others: Any) -> Any:
    return deploy_stage.deploy(name, NEW, "--set", "NEW=canary-new", **others)


def test_the_sequence_is_what_the_faults_are_counted_by(deploy_stage: DeployStage, crew: str) -> None:
    result = deploying(deploy_stage, crew)
    assert result.exit_code == 0, result.output
    assert tuple(deploy_stage.cloud.calls) == SEQUENCE
    holds(deploy_stage, crew, after=True)
    assert_no_secret(deploy_stage, result.output)


def test_nothing_is_logged_of_a_secret_even_where_all_is_logged(
    deploy_stage: DeployStage, crew: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert deploying(deploy_stage, crew).exit_code == 0
    assert_no_secret(deploy_stage, caplog.text)


def at(number: int, answer: Callable[[Callable[[], Answer]], Answer | None], *, times: int = 1) -> Fault:
    """That call, and the next `times` - 1, are met so; all others as usual."""

    def fault(count: int, _operation: str, do: Callable[[], Answer]) -> Answer | None:
        return answer(do) if number <= count < number + times else do()

    return fault


def _lost(do: Callable[[], Answer]) -> None:
    do()


FAULTS: Final[dict[str, tuple[Callable[[Callable[[], Answer]], Answer | None], int]]] = {
    "an error, also at the second try": (lambda _do: refusal("ServiceException", 500), 2),
    "a throttle, also at the second try": (lambda _do: refusal("TooManyRequestsException", 429), 2),
    "a conflict": (lambda _do: refusal("ResourceConflictException", 409), 1),
    "a stale revision": (lambda _do: refusal("PreconditionFailedException", 412), 1),
    "the answer is lost": (_lost, 1),
    "both answers are lost": (_lost, 2),
    "nobody is there": (lambda _do: None, 2),
}


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *((number, kind) for number in EVERY_WRITE for kind in FAULTS),
        *((number, "nobody is there") for number in READS),
    ],
)
def test_a_fault_at_any_call_leaves_production_working(
    deploy_stage: DeployStage, crew: str, number: int, kind: str
) -> None:
    answer, times = FAULTS[kind]
    deploy_stage.cloud.fault = at(number, answer, times=times)
    result = deploying(deploy_stage, crew)
    assert_no_secret(deploy_stage, result.output)
    is_new = holds(deploy_stage, crew)
    assert is_new is (result.exit_code == 0), result.output
    if "lost" in kind:
        assert is_new, "what was done is found done, though nobody heard of it"
    if not is_new:
        is_put_back(deploy_stage, crew)
        assert deploy_stage.version(crew) == "1"


@pytest.mark.parametrize(
    ("number", "kind"),
    [*((number, "expired credentials") for number in EVERY_CALL), *((number, "no network") for number in EVERY_WRITE)],
)
def test_when_nothing_answers_any_more_it_says_how_to_go_on(
    deploy_stage: DeployStage, crew: str, number: int, kind: str
) -> None:
    answer = refusal("ExpiredTokenException", 403) if kind == "expired credentials" else None
    deploy_stage.cloud.fault = at(number, lambda _do: answer, times=1_000)
    result = deploying(deploy_stage, crew)
    assert_no_secret(deploy_stage, result.output)
    if number > MOVED:
        assert result.exit_code == 0, "what is left is tidying up"
        holds(deploy_stage, crew, after=True)
        return
    assert result.exit_code == 1
    holds(deploy_stage, crew, after=False)
    if number > FIRST_WRITE:
        assert "python -m infra rollback 2" in result.output
    if kind == "expired credentials" and SEQUENCE[number - 1] != "FetchCode":
        assert "Renew them" in result.output
    if number in EVERY_WRITE:
        assert deploying(deploy_stage, crew).exit_code == 0
        holds(deploy_stage, crew, after=True)


def _meanwhile(deploy_stage: DeployStage, name: str) -> None:
    """Somebody else's deploy: a variable of theirs in `$LATEST`."""
    deploy_stage.client.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**deploy_stage.variables(name), "THEIRS": "theirs"}}
    )


@pytest.mark.parametrize("number", [*EVERY_WRITE, *(number + 1 for number in EVERY_WRITE if number < MOVED)])
def test_what_somebody_else_changes_meanwhile_is_not_overwritten(
    deploy_stage: DeployStage, crew: str, number: int
) -> None:
    def meddle(do: Callable[[], Answer]) -> Answer:
        _meanwhile(deploy_stage, crew)
        return do()

    deploy_stage.cloud.fault = at(number, meddle)
    result = deploying(deploy_stage, crew)
    assert deploy_stage.variables(crew)["THEIRS"] == "theirs"
    is_new = holds(deploy_stage, crew)
    assert is_new is (result.exit_code == 0)
    if not is_new:
        assert "somebody else" in result.output.lower()
        assert deploy_stage.version(crew) == "1"


def test_an_alias_that_somebody_else_moved_stays_where_they_want_it(deploy_stage: DeployStage, crew: str) -> None:
    theirs = deploy_stage.client.publish_version(FunctionName=crew)["Version"]

    def meddle(do: Callable[[], Answer]) -> Answer:
        deploy_stage.client.update_alias(FunctionName=crew, Name="live", FunctionVersion=theirs)
        return do()

    deploy_stage.cloud.fault = at(MOVED, meddle)
    result = deploying(deploy_stage, crew)
    assert result.exit_code == 1
    assert deploy_stage.version(crew) == theirs
    assert "somebody else moved it" in result.output
    holds(deploy_stage, crew, after=False)


@pytest.mark.parametrize("number", EVERY_WRITE)
@pytest.mark.parametrize("arrives", ["at once", "late"])
def test_a_call_that_is_not_answered_in_time_is_looked_up(
    deploy_stage: DeployStage, crew: str, number: int, arrives: str
) -> None:
    def late(do: Callable[[], Answer]) -> Answer:
        if arrives == "late":
            time.sleep(0.7)
            return do()
        answer = do()
        time.sleep(0.7)
        return answer

    deploy_stage.cloud.fault = at(number, late)
    config = IMPATIENT.merge(type(IMPATIENT)(read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1}))
    result = deploying(deploy_stage, crew, config=config)
    if arrives == "late":
        time.sleep(0.4)
    assert holds(deploy_stage, crew) is (result.exit_code == 0)
    if result.exit_code:
        is_put_back(deploy_stage, crew)


def _signalled(
    deploy_stage: DeployStage, name: str, number: int, kind: signal.Signals, *, done: bool, again: bool = False
) -> str:
    """A deploy in a process of its own that gets the signal at that call, before or after it was done."""
    pids: list[int] = []

    def strike(do: Callable[[], Answer]) -> Answer:
        if done:
            answer = do()
            os.kill(pids[0], kind)
            return answer
        os.kill(pids[0], kind)
        time.sleep(0.02)
        return do() if kind != signal.SIGKILL else refusal("ServiceException", 500)

    def fault(count: int, operation: str, do: Callable[[], Answer]) -> Answer | None:
        while not pids:
            time.sleep(0.001)
        return at(number, strike, times=1_000 if again else 1)(count, operation, do)

    deploy_stage.cloud.fault = fault
    process, output = deploy_stage.start(
        "deploy", "--function", name, "--zip", str(deploy_stage.put(NEW)), "--yes", "--set", "NEW=canary-new"
    )
    assert process.pid
    pids.append(process.pid)
    process.join(60)
    assert process.exitcode is not None
    words = output.read_text()
    assert (process.exitcode == -kind) if kind == signal.SIGKILL else (process.exitcode in (0, 1)), words
    deploy_stage.cloud.fault = None
    return words


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *((number, signal.SIGINT) for number in (FIRST_WRITE - 1, *EVERY_WRITE, MOVED - 1, MOVED + 1)),
        *((number, signal.SIGTERM) for number in EVERY_WRITE),
        (MOVED, signal.SIGHUP),
    ],
)
def test_a_signal_at_any_call_puts_production_back(
    deploy_stage: DeployStage, crew: str, number: int, kind: signal.Signals
) -> None:
    words = _signalled(deploy_stage, crew, number, kind, done=False)
    assert_no_secret(deploy_stage, words)
    if number > MOVED:
        holds(deploy_stage, crew, after=True)
    else:
        assert kind.name in words
        is_put_back(deploy_stage, crew)


def test_impatience_does_not_stop_what_puts_production_back(deploy_stage: DeployStage, crew: str) -> None:
    """Ctrl-C at the last change, and at every call from then on."""
    words = _signalled(deploy_stage, crew, MOVED, signal.SIGINT, done=True, again=True)
    assert "this cannot be interrupted" in words
    is_put_back(deploy_stage, crew)


@pytest.mark.parametrize("number", EVERY_WRITE)
@pytest.mark.parametrize("done", [False, True])
def test_a_deploy_that_is_killed_is_undone_and_done_by_the_next(
    deploy_stage: DeployStage, crew: str, number: int, *, done: bool
) -> None:
    words = _signalled(deploy_stage, crew, number, signal.SIGKILL, done=done)
    assert_no_secret(deploy_stage, words)
    holds(deploy_stage, crew, after=number == MOVED and done)
    result = deploying(deploy_stage, crew)
    assert result.exit_code == 0, result.output
    assert "did not finish" in result.output
    holds(deploy_stage, crew, after=True)

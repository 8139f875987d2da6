"""Random histories of a boat under faults keep every promise, and faults planted into the product are found."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import pytest

from tests.histories.__main__ import main, prepared, quietly, report
from tests.histories.mutants import MUTANTS
from tests.histories.steps import LONGEST, history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.histories.boat import Harness

COUNT: Final = 300


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """The world of all histories, prepared once."""
    with prepared() as harness:
        gc.collect()
        gc.disable()
        try:
            yield harness
        finally:
            gc.enable()


def test_three_hundred_histories_keep_every_promise(harness: Harness) -> None:
    print(f"The seeds are ci-0 to ci-{COUNT - 1}.")  # noqa: T201 - a failure shows it
    for number in range(COUNT):
        seed = f"ci-{number}"
        steps = history(seed)
        faults = quietly(harness, seed, steps).faults
        assert not faults, report(harness, seed, steps, faults, longest=LONGEST)
        if number % 50 == 0:
            gc.collect()


# The number of the history that finds each mutant, of the three hundred above. Where the product's calls have changed
# since, another one of them finds it; name that one here then, as the search takes longer.
FOUND_BY: Final = {
    "updates_have_no_condition": 6,
    "a_form_gets_a_new_payment_id_with_each_press": 17,
    "an_outage_is_answered_as_a_success": 18,
    "an_announcement_is_not_claimed": 1,
    "a_post_is_sent_again_after_a_lost_answer": 1,
    "the_history_of_a_channel_is_not_searched": 1,
    "a_mail_is_sent_twice": 2,
    "failed_records_do_not_come_again": 0,
    "the_books_add_what_they_have": 0,
    "a_void_has_a_new_id_each_time": 0,
    "evidence_is_written_over": 20,
    "an_amount_is_rounded_up": 0,
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_fault_that_is_planted_into_the_product_is_found(harness: Harness, mutant: str) -> None:
    with MUTANTS[mutant]():
        for number in (FOUND_BY[mutant], *range(COUNT)):
            if quietly(harness, f"ci-{number}", history(f"ci-{number}")).faults:
                return
    pytest.fail("none of the histories found it")


def test_a_failing_history_is_cut_down_to_what_it_needs_and_repeated_by_one_line(harness: Harness) -> None:
    seed = "ci-2"
    steps = history(seed)
    with MUTANTS["a_mail_is_sent_twice"]():
        faults = quietly(harness, seed, steps).faults
        said = report(harness, seed, steps, faults, longest=LONGEST)
    assert "History ci-2 broke a promise" in said
    assert f'Repeat: make histories ARGS="--only ci-2 --longest {LONGEST}"' in said
    assert 1 <= said.partition("It needs these steps:")[2].count("\n  ") < len(steps)


def test_a_history_is_the_same_each_time(harness: Harness) -> None:
    first, second = (quietly(harness, "ci-3", history("ci-3")) for _ in range(2))
    assert first == second
    assert first.met
    assert first.done


def test_the_command_plays_as_many_as_are_asked_for_and_tells_a_failure(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--count", "2", "--seed", "ci"], prepare=lambda: nullcontext(harness)) == 0
    assert "2 histories from ci-0 on, 0 of them failed." in capsys.readouterr().out
    with MUTANTS["an_amount_is_rounded_up"]():
        assert main(["--only", "ci-0"], prepare=lambda: nullcontext(harness)) == 1
    assert "History ci-0 broke a promise" in capsys.readouterr().out

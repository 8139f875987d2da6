"""Random histories of a boat under faults keep every promise, and faults planted into the product are found."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import pytest

from tests.histories.__main__ import main, quietly, report
from tests.histories.mutants import MUTANTS
from tests.histories.steps import history

if TYPE_CHECKING:
    from tests.histories.boat import Harness

COUNT: Final = 300
LONGEST: Final = 5
"""Steps, at most. The nightly command plays longer ones."""


def test_three_hundred_histories_keep_every_promise(harness: Harness) -> None:
    print(f"The seeds are ci-0 to ci-{COUNT - 1}.")  # noqa: T201 - a failure shows it
    for number in range(COUNT):
        seed = f"ci-{number}"
        steps = history(seed, longest=LONGEST)
        faults = quietly(harness, seed, steps).faults
        assert not faults, report(harness, seed, steps, faults, longest=LONGEST)
        if number % 50 == 0:
            gc.collect()


# The number of the history that finds each mutant, of the three hundred above. Where the product's calls have changed
# since, another one of them finds it. Then name that one here, because the search takes longer.
FOUND_BY: Final = {
    "updates_have_no_condition": 6,
    "a_form_gets_a_new_payment_id_with_each_press": 65,
    "an_outage_is_answered_as_a_success": 20,
    "an_announcement_is_not_claimed": 1,
    "a_post_is_sent_again_after_a_lost_answer": 57,
    "the_history_of_a_channel_is_not_searched": 57,
    "what_no_channel_took_is_recorded_as_posted": 50,
    "a_post_beyond_a_long_rate_limit_is_recorded_as_posted": 14,
    "nobody_reads_that_slack_opened_no_form": 3,
    "a_mail_is_sent_twice": 1,
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
            if quietly(harness, f"ci-{number}", history(f"ci-{number}", longest=LONGEST)).faults:
                return
    pytest.fail("none of the histories found it")


def test_a_failing_history_is_cut_down_to_what_it_needs_and_repeated_by_one_line(harness: Harness) -> None:
    seed = "ci-1"
    steps = history(seed, longest=LONGEST)
    with MUTANTS["a_mail_is_sent_twice"]():
        faults = quietly(harness, seed, steps).faults
        said = report(harness, seed, steps, faults, longest=LONGEST)
    assert "History ci-1 broke a promise" in said
    assert f'Repeat: make histories ARGS="--only ci-1 --longest {LONGEST}"' in said
    assert 1 <= said.partition("It needs these steps:")[2].count("\n  ") < len(steps)


def test_a_history_is_the_same_each_time(harness: Harness) -> None:
    first, second = (quietly(harness, "ci-3", history("ci-3", longest=LONGEST)) for _ in range(2))
    assert first == second
    assert first.met
    assert first.done


def test_the_command_plays_as_many_as_are_asked_for_and_reports_a_failure(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--count", "2", "--seed", "ci"], prepare=lambda: nullcontext(harness)) == 0
    assert "2 histories from ci-0 on, 0 of them failed." in capsys.readouterr().out
    with MUTANTS["an_amount_is_rounded_up"]():
        assert main(["--only", "ci-0"], prepare=lambda: nullcontext(harness)) == 1
    assert "History ci-0 broke a promise" in capsys.readouterr().out

"""Drawn signatures: the grammar of a path, the strokes of the pen, and the minimum that counts as a signature."""

from __future__ import annotations

from typing import Any

import pytest

from charter.drawing import Segment, check_drawing, read_drawing
from charter.refusals import SignatureMalformed, SignatureMissing


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("M1 2L3,4", [("M", (1, 2)), ("L", (3, 4))]),
        ("m1 2l3 4", [("M", (1, 2)), ("L", (4, 6))]),
        ("M1 2 3 4 5 6", [("M", (1, 2)), ("L", (3, 4)), ("L", (5, 6))]),
        ("m1 2 3 4l1 1 1 1", [("M", (1, 2)), ("L", (4, 6)), ("L", (5, 7)), ("L", (6, 8))]),
        ("M1 2H5V7h1v-1", [("M", (1, 2)), ("L", (5, 2)), ("L", (5, 7)), ("L", (6, 7)), ("L", (6, 6))]),
        ("M1 2H5 6", [("M", (1, 2)), ("L", (5, 2)), ("L", (6, 2))]),
        ("M1 2L9 9ZL3 3", [("M", (1, 2)), ("L", (9, 9)), ("L", (1, 2)), ("L", (3, 3))]),
        ("M1 2L9 9M4 4L5 5z", [("M", (1, 2)), ("L", (9, 9)), ("M", (4, 4)), ("L", (5, 5)), ("L", (4, 4))]),
        ("M1 2q1 1 2 2", [("M", (1, 2)), ("Q", (2, 3), (3, 4))]),
        ("M1 2C1 1 2 2 3 3", [("M", (1, 2)), ("C", (1, 1), (2, 2), (3, 3))]),
        ("M1-2.5+.5 0", [("M", (1, -2.5)), ("L", (0.5, 0))]),
        (" M 1 , 2 \t\r\n", [("M", (1, 2))]),
    ],
)
def test_all_of_svgs_notations_lead_the_pen_to_the_same_places(path: str, steps: list[tuple[Any, ...]]) -> None:
    assert read_drawing(path) == tuple(Segment(str(command), tuple(points)) for command, *points in steps)


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "L1 2",
        "Z",
        "M",
        "M1",
        "M1 2 3",
        "M1 2H",
        "M1 2Z3",
        "M1 2Q1 1",
        "M1 2A1 1",
        "M1 2;",
        "M1 2 x",
        "M12345 1",
        "M1 2\x0b",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(SignatureMalformed):
        read_drawing(path)


def test_a_path_has_a_longest_length_in_letters_and_in_steps() -> None:
    longest = "M1 2" + "L1 1" * 3

    assert len(read_drawing(longest, longest=16)) == 4
    with pytest.raises(SignatureMalformed):
        read_drawing(longest, longest=15)
    assert len(read_drawing("M1 2ZZZ", longest=16)) == 4
    with pytest.raises(SignatureMalformed):
        read_drawing("M1 2ZZZZ", longest=16)
    assert len(read_drawing("M1 2" + "L1 1" * 20_000)) == 20_001
    most = "M0 0L500 100" + "L9 9" * (48 * 256 - 3)
    assert check_drawing(most) == most
    with pytest.raises(SignatureMalformed, match="That drawing cannot be read"):
        check_drawing(most + " ")


def test_a_drawing_is_on_the_pad_and_longer_than_a_touch() -> None:
    for path in ("M0 0L600 240", "M5 5H15", "M5 5V15", "M300 100L290 100"):
        assert check_drawing(path) == path
    for path in ("M-1 0L50 50", "M0 -1L50 50", "M0 0L601 50", "M0 0L50 241"):
        with pytest.raises(SignatureMalformed):
            check_drawing(path)
    for path in ("M0 0", "M0 0M50 50", "M5 5L14 14", "M5 5L14.9 5"):
        with pytest.raises(SignatureMissing):
            check_drawing(path)

"""A signature drawn with a finger, as the path that a page sends: read by a strict grammar, never trusted as markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from charter.refusals import SignatureMalformed, SignatureMissing

# The pad's own coordinates, whatever its size on the screen.
WIDTH: Final = 600
HEIGHT: Final = 240
LONGEST_PATH: Final = 200 * 1024  # bytes; a long name drawn slowly takes 10 KB
SHORTEST_STROKE: Final = 12  # of the pad's units, in one direction at least; less is a touch, not a signature

_NUMBER: Final = r"[0-9]{1,3}(?:\.[0-9]{1,2})?"
_POINT: Final = rf"{_NUMBER}[ ,]{_NUMBER}"
_SEGMENT: Final = rf"[ML] ?{_POINT}|Q ?{_POINT} {_POINT}|C ?{_POINT} {_POINT} {_POINT}"
_PATH: Final = re.compile(rf"M ?{_POINT}(?: ?(?:{_SEGMENT}))+")
_EACH: Final = re.compile(r"([MLQC])([^MLQC]+)")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of the pen: `M` lifts it, `L` draws a line, `Q` and `C` curves; the last point is where it arrives."""

    command: str
    points: tuple[Point, ...]


def check_drawing(path: str) -> str:
    """`path` itself when it is a drawing on the pad. Raises SignatureMissing for a mere touch, SignatureMalformed."""
    points = [point for segment in read_drawing(path) for point in segment.points]
    across, down = ([point[axis] for point in points] for axis in (0, 1))
    if max(across) > WIDTH or max(down) > HEIGHT:
        raise SignatureMalformed
    if max(max(across) - min(across), max(down) - min(down)) < SHORTEST_STROKE:
        raise SignatureMissing
    return path


def read_drawing(path: str) -> tuple[Segment, ...]:
    """The steps of a path of SVG's absolute `M L Q C`, plain numbers, nothing else. Raises SignatureMalformed."""
    if len(path) > LONGEST_PATH or _PATH.fullmatch(path) is None:
        raise SignatureMalformed
    return tuple(Segment(command, _points(numbers)) for command, numbers in _EACH.findall(path))


def _points(numbers: str) -> tuple[Point, ...]:
    values = [float(number) for number in re.split("[ ,]", numbers.strip())]
    return tuple(zip(values[::2], values[1::2], strict=True))

"""A signature drawn with a finger, as the path that a page sends: read by a strict grammar, never trusted as markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.refusals import SignatureMalformed, SignatureMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

# The pad's own coordinates, at any size on the screen.
WIDTH: Final = 600
HEIGHT: Final = 240
LONGEST_PATH: Final = 48 * 1024  # bytes; a long name drawn slowly has 10 KB, and each KB makes the PDF slower
_LONGEST_KEPT: Final = 200 * 1024  # longer drawings were once accepted, and are still shown
_LETTERS_A_STEP: Final = 4  # at least, as in `L1 1`
SHORTEST_STROKE: Final = 10  # of the pad's units, in one direction at least; less is a touch, not a signature

_SPACE: Final = "[ \\t\\r\\n]"
_NUMBER: Final = r"[+-]?(?:[0-9]{1,4}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})"
_GAP: Final = rf"(?:{_SPACE}*,{_SPACE}*|{_SPACE}+|(?=[+-]))"
_STEP: Final = re.compile(rf"{_SPACE}*([MLHVQCZ]){_SPACE}*((?:{_NUMBER}(?:{_GAP}{_NUMBER})*)?)", re.IGNORECASE)
_EACH: Final = re.compile(_NUMBER)
_NUMBERS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "Z": 0}  # that each of a command's steps takes

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of the pen: `M` lifts it, `L` draws a line, `Q` and `C` curves; the last point is where it arrives."""

    command: str
    points: tuple[Point, ...]


def check_drawing(path: str) -> str:
    """Return `path` itself when it is a drawing on the pad. Raises SignatureMalformed; SignatureMissing for a touch."""
    segments = read_drawing(path, longest=LONGEST_PATH)
    points = [point for segment in segments for point in segment.points]
    across, down = ([point[axis] for point in points] for axis in (0, 1))
    if min(*across, *down) < 0 or max(across) > WIDTH or max(down) > HEIGHT:
        raise SignatureMalformed
    drawn = any(segment.command != "M" for segment in segments)
    if not drawn or max(max(across) - min(across), max(down) - min(down)) < SHORTEST_STROKE:
        raise SignatureMissing
    return path


def read_drawing(path: str, *, longest: int = _LONGEST_KEPT) -> tuple[Segment, ...]:
    """Return the steps of a path of SVG's `M L H V Q C Z`, as absolute `M L Q C`. Raises SignatureMalformed.

    All of SVG's notations are read: commas or spaces, relative commands (`l`), one letter for many steps. The pad
    writes absolute `M L Q`.
    """
    if len(path) > longest:
        raise SignatureMalformed
    segments: list[Segment] = []
    begun = here = (0.0, 0.0)
    for command, numbers in _steps(path):
        letter = command.upper()
        base = here if command.islower() else (0.0, 0.0)
        match letter:
            case "Z":
                points: tuple[Point, ...] = (begun,)
            case "H":
                points = ((base[0] + numbers[0], here[1]),)
            case "V":
                points = ((here[0], base[1] + numbers[0]),)
            case _:
                points = tuple((base[0] + x, base[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
        here = points[-1]
        begun = here if letter == "M" else begun
        segments.append(Segment(letter if letter in "MQC" else "L", points))
        if len(segments) > longest // _LETTERS_A_STEP:
            raise SignatureMalformed
    return tuple(segments)


def _steps(path: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each step's command and numbers. Raises SignatureMalformed."""
    at = 0
    while step := _STEP.match(path, at):
        command, numbers = step[1], [float(number) for number in _EACH.findall(step[2])]
        takes = _NUMBERS[command.upper()]
        if (at == 0 and command not in "Mm") or bool(numbers) != bool(takes) or len(numbers) % (takes or 1):
            raise SignatureMalformed
        yield command, numbers[:takes]
        for first in range(takes, len(numbers), takes or 1):
            # Further points after a move, without a letter of their own, are lines.
            yield {"M": "L", "m": "l"}.get(command, command), numbers[first : first + takes]
        at = step.end()
    if at == 0 or path[at:].strip(" \t\r\n"):
        raise SignatureMalformed

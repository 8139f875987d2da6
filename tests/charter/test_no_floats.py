"""Money is Decimal from the form to the table: no code that handles amounts makes, writes or accepts a float.

The sources are searched, since no other test detects a float that happens to be exact.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.attribute_values import to_wire

ROOT = Path(__file__).resolve().parent.parent.parent

# Files that handle no amounts, and the meaning of their floats.
MEASURES = {
    "adapters/dead_letters.py": "seconds to wait",
    "adapters/dynamo.py": "seconds to wait",
    "adapters/released.py": "seconds to wait",
    "adapters/s3.py": "seconds to wait",
    "adapters/transactions.py": "seconds to wait",
    "adapters/mail_gmail.py": "seconds to wait",
    "adapters/mail_ses.py": "seconds to wait",
    "adapters/meter.py": "what a metric counts or takes",
    "adapters/posted.py": "seconds that a claim holds",
    "adapters/slack_posts.py": "seconds to wait",
    "bot/access.py": "seconds that a role is remembered",
    "bot/shapes.py": "whether the value of an element is a number, which nothing reads",
    "announce/services.py": "seconds that are left",
    "announce/run.py": "seconds that are left",
    "bot/commands/log_from_message.py": "seconds since 1970 of a message",
    "bot/deadline.py": "seconds to wait",
    "bot/settling.py": "seconds that one press may take",
    "charter/drawing.py": "where the pen went",
    "web/tokens.py": "seconds since 1970 in a token",
    "paper/passenger_list.py": "where texts and rules go on paper",
    "paper/typesetting.py": "where letters go on paper",
}


def floats_in(source: str) -> list[str]:
    """Return each place where a float is made or could be: `float(…)`, `1.5`, `math`, a true division."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="float")) | ast.Name(id="float", ctx=ast.Load()):
                what = "float"
            case ast.Constant(value=float()):
                what = repr(node.value)
            case ast.BinOp(op=ast.Div(), left=left) if not isinstance(left, (ast.Constant, ast.JoinedStr)):
                what = "/"
            case ast.Import(names=[ast.alias(name="math" | "statistics" | "numpy" as what)]):
                pass
            case _:
                continue
        found.append(f"{node.lineno}: {what}")
    return found


def _money_paths() -> list[Path]:
    folders = ("charter", "adapters", "bot", "announce", "web")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _places(path: Path) -> list[str]:
    """Return the places of floats in a file. The type of a clock, in seconds, is none."""
    lines = path.read_text().splitlines()
    places = [place.split(": ") for place in floats_in("\n".join(lines))]
    return [
        f"{line}: {what}"
        for line, what in places
        if "clock: Callable" not in lines[int(line) - 1]
        # The web's pages are drawn and its folders joined with `/`; money there comes in by JSON, so only a
        # conversion could hurt it.
        if what == "float" or not _name(path).startswith("web/")
    ]


@pytest.mark.parametrize("path", [path for path in _money_paths() if _name(path) not in MEASURES], ids=_name)
def test_no_float_is_made_where_money_passes(path: Path) -> None:
    assert not _places(path)


@pytest.mark.parametrize("path", [path for path in _money_paths() if _name(path) in MEASURES], ids=_name)
def test_a_file_that_is_let_off_still_measures_something(path: Path) -> None:
    assert _places(path)


@pytest.mark.parametrize(
    "source",
    [
        "amount = float(text)",
        "amounts = map(float, texts)",
        "due = price * 1.5",
        "def log(amount: float) -> None: ...",
        "share = due / party",
        "import math",
    ],
)
def test_the_check_sees_a_float(source: str) -> None:
    assert floats_in(source)


@pytest.mark.parametrize(
    "source", ["due = price * 2", "half = due // 2", "name = 'float 1.5'", "days = 7", "path / name"]
)
def test_the_check_sees_no_float_where_there_is_none(source: str) -> None:
    assert floats_in(source) == ([] if "path" not in source else ["1: /"])


@pytest.mark.parametrize("value", [1.5, {"amount": 0.1}, [Decimal(1), 2.0], float("nan")], ids=str)
def test_a_float_does_not_get_onto_the_wire(value: object) -> None:
    with pytest.raises(TypeError):
        to_wire(value)

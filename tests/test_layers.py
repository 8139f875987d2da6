"""The project's layers, checked in the sources: imports point down, one place wires, nothing grows too long."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.layers import OURS, Source, cycle, cycle_in, findings, imported, too_long

ROOT = Path(__file__).resolve().parent.parent
LINES_IN_FILE, LINES_IN_FUNCTION = 300, 40

# A test describes steps in order. Neither half of it would be understood alone.
LINES_IN_TEST = 60

# Files and functions that are longer all the same, and why each is one thing.
LONG = {
    "devkit/aws.py:start_ministack": "MiniStack's settings, one to a line",
    "devkit/functions.py:to_event": "the payload of a function URL is one literal, as AWS documents it",
}

# Public classes that several modules have, and what each of them is everywhere.
SAME_EVERYWHERE = {
    "Memo": "the state that a form carries along",
    "Services": "what the handlers or commands of a package need",
}


def _sources() -> list[Source]:
    files = [*ROOT.glob("*.py"), *(path for part in sorted(OURS) for path in (ROOT / part).rglob("*.py"))]
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text()) for path in files]


def _outside_the_peer() -> list[Source]:
    return [
        source for source in _sources() if not source.path.startswith("benchmarks/peer/")
    ]  # as such apps are written


@dataclass
class Seen:
    """Everything that was seen in the sources."""

    wrong: list[str] = field(default_factory=list)
    long: set[str] = field(default_factory=set)
    graph: dict[str, set[str]] = field(default_factory=dict)
    """The modules of the product that each of them imports."""
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The modules of the product that define a public class, by the class."""


@cache
def _seen() -> Seen:
    """Parse every source once, for all checks."""
    seen, sources = Seen(), _outside_the_peer()
    product = {source.module for source in sources if source.part != "tests"}
    for source in sources:
        seen.wrong += findings([source])
        lines = LINES_IN_TEST if source.part == "tests" else LINES_IN_FUNCTION
        seen.long.update(too_long(source, file=LINES_IN_FILE, function=lines))
        if source.module in product:
            seen.graph[source.module] = imported(source, product)
            for node in source.tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    seen.classes[node.name].add(source.module)
    return seen


def test_every_python_file_belongs_to_a_part_of_the_house() -> None:
    built = {"dist"}
    homeless = {
        path.name.removesuffix(".py")
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and path.name not in built
        if path.suffix == ".py" or next(path.rglob("*.py"), None)
    }
    assert homeless - OURS == set()


def test_imports_point_down_only_and_one_place_wires() -> None:
    assert _seen().wrong == []


def test_no_modules_of_the_product_import_each_other_not_even_for_types() -> None:
    assert cycle_in(_seen().graph) == []


def test_the_check_sees_a_cycle_of_types_and_passes_a_package_that_names_its_modules() -> None:
    package = Source("bot/__init__.py", "from bot.a import A\n")
    uses = Source("bot/a.py", "from bot import b\n")
    back = "if TYPE_CHECKING:\n    from bot.a import A\n"

    assert cycle([package, uses, Source("bot/b.py", "")]) == []
    assert set(cycle([package, uses, Source("bot/b.py", back)])) == {"bot.a", "bot.b"}


def test_a_class_name_has_one_meaning() -> None:
    shared = {name: sorted(modules) for name, modules in _seen().classes.items() if len(modules) > 1}
    assert {name: shared[name] for name in shared.keys() - SAME_EVERYWHERE.keys()} == {}
    assert SAME_EVERYWHERE.keys() - shared.keys() == set()


def test_no_file_and_no_function_is_long_without_a_reason() -> None:
    assert _seen().long - set(LONG) == set()


def test_no_reason_outlives_what_it_was_for() -> None:
    exempt = {name.partition(":")[0] for name in LONG}
    sources = [source for source in _sources() if source.path in exempt]
    long = {name for source in sources for name in too_long(source, file=LINES_IN_FILE, function=LINES_IN_FUNCTION)}
    assert set(LONG) - long == set()


WRONG = {
    "up, from charter": ("charter/a.py", "from adapters.rows import x", "imports adapters.rows"),
    "up, to a function file": ("bot/a.py", "import lambda_function", "imports lambda_function"),
    "up, for types only": (
        "charter/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bot.app import App",
        "imports bot.app",
    ),
    "up, inside a function": ("adapters/a.py", "def f():\n    import devkit.aws", "imports devkit.aws"),
    "up, by name": ("web/a.py", "import importlib\nimportlib.import_module('devkit.aws')", "imports devkit.aws"),
    "up, by dots": ("charter/deep/a.py", "from ...bot import app", "imports bot"),
    "sideways": ("bot/a.py", "from adapters.ledger import DynamoLedger", "imports adapters.ledger"),
    "sideways, from announcements to forms": (
        "announce/a.py",
        "from bot.views.waiver import x",
        "imports bot.views.waiver",
    ),
    "sideways, to the bot as a whole": ("announce/a.py", "from bot import text", "imports bot"),
    "back, from the bot": ("bot/a.py", "from announce.posts import x", "imports announce.posts"),
    "sideways, at the top": ("web_function.py", "from lambda_function import app", "imports lambda_function"),
    "the local world, from the zip": (
        "lambda_function.py",
        "from devkit.environment import x",
        "imports devkit.environment",
    ),
    "infra's imports": ("infra/a.py", "from charter.money import ZERO", "imports charter.money"),
    "into infra": ("bot/a.py", "import infra.deploying.deploy", "imports infra.deploying.deploy"),
    "tests, from devkit": ("devkit/a.py", "from tests.builders import a_row", "imports tests.builders"),
    "the strict Slack, from the devkit": (
        "devkit/slack/a.py",
        "def f():\n    from devkit.guard import LocalOnly",
        "imports devkit.guard from outside its folder",
    ),
    "the strict Slack, from infra": (
        "devkit/slack/a.py",
        "import infra.slack.manifest",
        "imports infra.slack.manifest from outside its folder",
    ),
    "the strict Slack, by dots": (
        "devkit/slack/a.py",
        "from .. import people",
        "imports devkit from outside its folder",
    ),
    "its tests, from other tests": (
        "tests/devkit/slack/test_a.py",
        "from tests.builders import a_row",
        "imports tests.builders from outside its folder",
    ),
    "up, from paper": ("paper/a.py", "from web.waiver_pages import x", "imports web.waiver_pages"),
    "sideways, to paper": ("bot/a.py", "from paper.typesetting import Paper", "imports paper.typesetting"),
    "a library in charter": ("charter/a.py", "import yaml", "imports yaml"),
    "boto3 in charter": ("charter/a.py", "from boto3.dynamodb import types", "imports boto3.dynamodb"),
    "boto3 in bot": ("bot/a.py", "from botocore.config import Config", "imports botocore.config"),
    "the environment": ("bot/a.py", "import os\nx = os.environ['A']", "reads os.environ"),
    "the environment by getenv": ("adapters/a.py", "import os\ndef f():\n    return os.getenv('A')", "reads os.getenv"),
    "the environment by its name": ("charter/a.py", "from os import environ as e", "reads os.environ"),
    "a client at import": (
        "adapters/a.py",
        "from adapters.dynamo import connect\nC = connect()",
        "calls connect at import",
    ),
    "a client in a default": ("adapters/a.py", "def f(client=boto3.client('s3')): ...", "calls boto3.client at import"),
    "a client in a class": ("bot/a.py", "class A:\n    client = WebClient()", "calls WebClient at import"),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_check_sees(case: str) -> None:
    path, text, found = WRONG[case]
    seen = findings([Source(path, text)])
    assert [finding.partition(" ")[2] for finding in seen][:1] == [found]
    assert seen[0].startswith(f"{path}:")


RIGHT = {
    "down": ("bot/a.py", "from charter.money import ZERO\nimport slack_bolt"),
    "within": ("bot/views/a.py", "from bot.words import HELP\nfrom . import b\nfrom ..words import HELP"),
    "shared words": ("announce/a.py", "from bot.text import clip\nfrom bot.signature_menu import match_menu"),
    "printing": ("announce/a.py", "from paper.typesetting import Paper"),
    "pydantic in charter": ("charter/a.py", "import json, zoneinfo\nfrom pydantic import BaseModel"),
    "wiring": ("lambda_function.py", "import os\nfrom adapters.dynamo import connect\nx = connect(os.environ)"),
    "another web_function": (
        "web_function.py",
        "from web.http import answer\nfrom adapters.ledger import DynamoLedger",
    ),
    "the local world": ("devkit/a.py", "import os\nimport boto3\nimport lambda_function\nos.environ['A'] = '1'"),
    "within the strict Slack": (
        "devkit/slack/a.py",
        "import uvicorn\nfrom devkit.slack.wire import JSON\nfrom . import ui",
    ),
    "the tests of the strict Slack": (
        "tests/devkit/slack/test_a.py",
        "from devkit.slack import Answer\nfrom tests.devkit.slack.stage import Stage",
    ),
    "a client when asked": (
        "adapters/a.py",
        "from botocore.session import Session\ndef connect():\n    return Session()",
    ),
    "words alike": ("bot/a.py", "import adapters_of_others, charterhouse\nenviron = 1\nself.os.environ"),
}


@pytest.mark.parametrize("case", RIGHT)
def test_the_check_lets_pass(case: str) -> None:
    assert findings([Source(*RIGHT[case])]) == []


def test_the_check_measures_files_and_functions_to_the_line() -> None:
    body = "\n".join(["    x = 1"] * 39)
    just = Source("bot/a.py", f"async def just():\n{body}\n")
    over = Source("bot/a.py", f"class A:\n    def over(self):\n{body.replace('    x', '        x')}\n        y = 2\n")

    assert too_long(just, file=40, function=40) == []
    assert too_long(just, file=39, function=39) == ["bot/a.py", "bot/a.py:just"]
    assert too_long(over, file=42, function=40) == ["bot/a.py:over"]

"""The check against Slack's types refuses unknown properties at every place, and names the test that sent them."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.sent import shape
from tests.devkit.slack.stage import a_button, a_section, a_select, a_view, an_actions_block
from tests.slack_types import check as checking
from tests.slack_types.__main__ import main
from tests.slack_types.planted import mistakes
from tests.slack_types.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

INSTALLED = Path(__file__).resolve().parents[2] / ".local" / "slack-types"
needs_compiler = pytest.mark.skipif(
    not (INSTALLED / "ready").exists(), reason="the compiler is not installed: make .local/slack-types/ready"
)


def _records() -> list[Record]:
    """A form that is opened, and a message, as a run would record them."""
    view = a_view(a_select(), an_actions_block(a_button(style="primary")))
    sent: list[tuple[str, Any]] = [
        ("views.open", {"trigger_id": "1.2.abc", "view": view}),
        ("chat.postMessage", {"channel": "C0DOCK", "text": "Ahoy", "blocks": [a_section()]}),
    ]
    return [Record(kind, shape(what), f"tests/test_{kind}.py::test_it") for kind, what in sent]


def _installed(folder: Path) -> Path:
    """A folder of this test's own with the compiler: it writes its files there."""
    (folder / "node_modules").symlink_to(INSTALLED / "node_modules")
    shutil.copy(INSTALLED / "package.json", folder)
    return folder


def _write(folder: Path, records: Iterable[Record]) -> Path:
    folder.mkdir()
    (folder / "1.jsonl").write_text("".join(json.dumps(vars(each)) + "\n" for each in records))
    return folder


@needs_compiler
def test_what_slacks_types_have_passes_and_a_wrong_property_is_named_with_its_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = _records()
    shallow = Record(
        "views.open", {**good[0].shape, "view": {**good[0].shape["view"], "footer": "text"}}, "tests/a.py::x"
    )
    deep = json.loads(json.dumps(good[1].shape))
    deep["blocks"][0]["text"]["colour"] = "text"
    missing = Record("chat.postMessage", {"text": "text"}, "")
    unknown = Record("chat.shout", {"text": "text"}, "tests/b.py::y")

    installed = os.path.relpath(_installed(tmp_path))  # as make names it
    assert main(str(_write(tmp_path / "good", good)), installed) == 0
    assert (
        "Checked 2 distinct records against Slack's types (1 views.open, 1 chat.postMessage)" in capsys.readouterr().out
    )

    wrong = [*good, shallow, Record("chat.postMessage", deep, "tests/c.py::z"), missing, unknown]
    assert main(str(_write(tmp_path / "wrong", wrong)), installed) == 1
    said = capsys.readouterr().out
    assert "views.open in tests/a.py::x: " in said
    assert re.search(r"footer\W+does not exist in type", said)
    assert "chat.postMessage in tests/c.py::z: " in said
    assert re.search(r"colour\W+does not exist in type 'MrkdwnElement'", said)
    assert "chat.postMessage in an unknown test: " in said
    assert "chat.shout in tests/b.py::y: " in said
    assert said.rstrip().endswith("4 complaints.")


@needs_compiler
def test_a_planted_mistake_that_is_not_seen_is_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's own type of blocks takes any object with a `type`, which the check must not."""
    lax = tmp_path / "lax.ts"
    lax.write_text((Path(checking.__file__).with_name("slack.ts")).read_text().replace("KnownBlock[]", "AnyBlock[]"))
    lax.write_text(lax.read_text().replace("KnownBlock, ModalView", "AnyBlock, ModalView"))
    monkeypatch.setattr(checking, "_TYPES", lax)
    line = Record("chat.postMessage", {"channel": "text", "blocks": [{"type": "divider"}]}, "")
    (complaint,) = checking.check([*_records(), line], _installed(tmp_path)).complaints
    assert complaint.startswith("A planted mistake at chat.postMessage/blocks(divider)/type was not seen: ")


def test_mistakes_are_planted_at_every_place_of_every_record() -> None:
    planted = {each.place: each for each in mistakes(_records())}
    button = "views.open/view(modal)/blocks(actions)/elements(button)"
    assert {
        "views.open",
        "chat.postMessage/blocks(section)/text(mrkdwn)",
        button,
        f"{button}/text(plain_text)/type",
    } <= set(planted)
    changed = planted[button].shape["view"]["blocks"][1]["elements"][0]
    assert changed == {**_records()[0].shape["view"]["blocks"][1]["elements"][0], "no_such_property": "text"}
    assert all(each.shape != record.shape for each in planted.values() for record in _records())


def test_nothing_recorded_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(tmp_path), str(tmp_path)) == 1
    assert "Run the tests with RECORD_WHAT_SLACK_GETS_IN=" in capsys.readouterr().err

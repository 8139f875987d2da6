"""Modules that libraries mention and the bot does not use are not imported at the start, and work if they are used."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from devkit.aws import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Run in an interpreter of its own, as this one has imported them all. It ends with an error if a check fails.
SCRIPT = """
import sys
from adapters import late_imports
from adapters.late_imports import LATE, import_late

import_late()
import_late()  # as another function in the same process does
import slack_bolt, botocore.session, botocore.client

def waits(name):
    return isinstance(sys.modules[name], late_imports._StandIn)

unused = {"sqlite3", "asyncio.events", "zipfile", "html.parser"} & sys.modules.keys()
assert not unused, unused
import aws_lambda_powertools.event_handler
assert all(map(waits, LATE)), [name for name in LATE if not waits(name)]

import jmespath
from jmespath.exceptions import ParseError  # in a package that has a stand-in
from jmespath import functions
import slack_sdk.models.messages.message
assert jmespath.exceptions.ParseError is ParseError and not waits("jmespath")
assert sys.modules["jmespath"].exceptions is sys.modules["jmespath.exceptions"]
assert jmespath.exceptions.__spec__.origin and slack_sdk.models.messages.message.Message

from http.cookies import SimpleCookie
from slack_sdk.models.blocks import Block
from slack_sdk.models import blocks

assert not isinstance("text", SimpleCookie) and waits("http.cookies"), "asking needs no import"
section = blocks.SectionBlock(text="Hello")  # a name that is not in the list
assert isinstance(section, Block) and not isinstance("text", Block) and not waits("slack_sdk.models.blocks")
assert Block.parse(section.to_dict()).text.text == "Hello"

import botocore.regions
assert waits("botocore.endpoint_provider")
assert "CopySource" in botocore.regions.S3_UNREFERENCED_PARAMS and not waits("botocore.endpoint_provider")

class Cookies(SimpleCookie):
    "A class of a late one."

assert Cookies("a=1")["a"].value == "1"
import asyncio, configparser
try:
    raise configparser.NoSectionError("x")
except configparser.Error:
    pass
assert asyncio.run(asyncio.sleep(0, "done")) == "done"
for name, members in LATE.items():
    real = late_imports._real(name)
    assert not waits(name)
    for member in members:
        getattr(real, member)  # each is there: none of them was renamed by an update
print("done")
"""


def test_they_wait_until_they_are_used_and_are_the_real_ones_then(tmp_path: Path) -> None:
    script = tmp_path / "script.py"  # a program behind -c makes Python 3.13 import one of them itself
    script.write_text(SCRIPT)
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.returncode) == ("done\n", 0), run.stderr

"""Everything in the zip has an allowed licence and a hash, and the bill of materials names it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from devkit.aws import ROOT
from infra.bill.document import document
from infra.bill.licences import ALLOWED, installed, refused
from infra.bill.parts import shipped
from infra.bill.pins import SHIPPED, read_pins
from infra.bill.vendored import read_vendored
from infra.commands.sbom import faults_of
from infra.main import main
from infra.packing.pruning import LEFT_OUT
from terminal.failures import Stopped

if TYPE_CHECKING:
    from pathlib import Path


def test_every_part_of_the_zip_has_an_allowed_licence_and_a_hash() -> None:
    parts, here = shipped(ROOT), installed()
    assert faults_of(parts) == []
    pinned = {part.pin.name: part.pin for part in parts if part.pin}
    assert pinned.keys() == {pin.name for pin in read_pins(ROOT / SHIPPED)} - LEFT_OUT.keys()
    assert {name: here[name].version for name in pinned} == {name: pin.version for name, pin in pinned.items()}
    fonts = {path.name for path in (ROOT / "paper" / "fonts").iterdir()} - {"README.md"}
    assert {part.name.rpartition("/")[2] for part in parts if not part.pin} == {
        each for each in fonts if ".ttf" in each
    }
    used = {choice for part in parts for each in part.licence.split(" AND ") for choice in each.split(" OR ")}
    assert ALLOWED.keys() - used <= {"ISC", "BSD-2-Clause", "MIT-0", "MIT-CMU"}, "no exemption that nobody needs"


def test_a_licence_that_is_not_allowed_and_a_part_without_a_hash_are_found(tmp_path: Path) -> None:
    part = next(each for each in shipped(ROOT) if each.pin)
    assert part.pin
    for licence, wrong in {
        "GPL-3.0-only": ["GPL-3.0-only"],
        "MIT AND AGPL-3.0-only": ["AGPL-3.0-only"],
        "": ["no known licence"],
    }.items():
        assert refused(licence) == wrong
        assert faults_of([replace(part, licence=licence)])[0].startswith(f"{part.name} has {wrong[0]}: ")
    assert refused("GPL-2.0-only OR MIT") == refused("(Apache-2.0 OR GPL-3.0-only) AND MIT") == []
    assert "has no hash" in faults_of([replace(part, pin=replace(part.pin, hashes=()))])[0]
    (tmp_path / "requirements.txt").write_text("six>=1.17\n")
    with pytest.raises(Stopped, match=r"Line 1 of requirements[.]txt is no pin: six>=1[.]17"):
        read_pins(tmp_path / "requirements.txt")
    (tmp_path / "paper" / "fonts").mkdir(parents=True)
    (tmp_path / "paper" / "fonts" / "Comic.ttf").write_bytes(b"")
    with pytest.raises(Stopped, match=r"Comic[.]ttf has no licence"):
        read_vendored(tmp_path)


def test_the_bill_of_materials_is_cyclonedx_and_names_everything(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["sbom", "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    zipped, development = (_read(tmp_path / name) for name in ("sbom.json", "sbom-development.json"))
    again = document(shipped(ROOT), version="0.1.0", description="The zip that runs on Lambda", now=datetime.now(UTC))
    assert zipped["serialNumber"] == json.loads(again)["serialNumber"], "the same parts have the same number"
    parts = {each["name"]: each for each in zipped["components"]}
    botocore = parts["botocore"]
    (pin,) = [each for each in read_pins(ROOT / SHIPPED) if each.name == "botocore"]
    assert botocore["purl"] == f"pkg:pypi/botocore@{pin.version}"
    assert botocore["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    (distribution,) = botocore["externalReferences"]
    assert {each["content"] for each in distribution["hashes"]} == set(pin.hashes)
    assert parts["paper/fonts/NotoSans.ttf"]["licenses"] == [{"license": {"id": "OFL-1.1"}}]
    assert "boto3" not in parts
    others = {each["purl"].partition("@")[0] for each in development["components"]}
    assert {"pkg:pypi/ministack", "pkg:pypi/moto", "pkg:pypi/checkov", "pkg:npm/dynalite", "pkg:pypi/pytest"} <= others
    assert "pkg:npm/%40slack/types" in others
    assert not [each["name"] for each in development["components"] if not each["externalReferences"][0].get("hashes")]
    broken = json.dumps({**zipped, "components": [{**botocore, "type": "a thing"}]})
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(broken) is not None


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found

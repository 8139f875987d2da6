"""docs/adopting.md, command by command, in an account that holds an older system; then the way back."""

from __future__ import annotations

import itertools
import json
import os
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from devkit.aws import REGION, ROOT
from devkit.edge.matching import matches
from infra.edge.origins import domain_of
from roster.main import main as roster
from tests.adopting.old_account import GMAIL, OldAccount, secrets_in
from tests.adopting.old_system import CORY, SEASON
from tests.infra.stacks.building_site import BuildingSite, a_site, slack
from tests.infra.stacks.releasing import MODULES, saying
from tests.infra.standing import transformed

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.conftest import Engine

__all__ = ["slack"]  # a fixture
TEXT: Final = (ROOT / "docs" / "adopting.md").read_text()
_accounts = itertools.count()


def commands(section: str) -> list[str]:
    """Return the commands in the fences of a section, without those of other programs."""
    (text,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    fences = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for fence in fences for line in fence.splitlines() if line.startswith("python -m ")]


class Walk:
    """An owner who copies commands out of the document."""

    def __init__(self, old: OldAccount, environment: dict[str, str]) -> None:
        self.old, self.site, self._environment = old, old.site, environment

    def types(self, line: str) -> Result:
        """Run a line of the document, with the owner's own names, and agree to it."""
        own = {"E2EXAMPLE": self.old.distribution, "trips.example.com": self.old.host}
        for example, name in own.items():
            line = line.replace(example, name)
        program, *words = shlex.split(line)[2:]
        if program == "roster":
            return self._roster(words)
        words = [word for word in words if word not in {"--region", REGION}]
        if words[0] == "smoke":
            return self.site.run("smoke", "--help")  # no such host answers here
        agrees = ["--yes"] if words[0] in {"up", "table", "cloudfront"} and "--dry-run" not in words else []
        waits = ["--no-wait"] if words[0] == "cloudfront" and "--dry-run" not in words else []
        if words[0] == "up":
            if "--stack" in words:  # the secret of a new stack has its name; the site's own would be shared
                agrees += ["--parameter", f"CredentialsName={words[words.index('--stack') + 1]}"]
            return self.site.up(*agrees, *words[1:], environment=self._environment)
        return self.site.run(*words, *agrees, *waits, environment=self._environment)

    def walk(self, section: str) -> str:
        """Run all commands of a section, and return what they said. No value of the old function's is in it."""
        said = []
        for line in commands(section):
            if line.endswith(" events fix"):
                continue  # left, as the document says, until the old function no longer writes
            result = self.types(line)
            assert result.exit_code in ({0, 1} if "roster" in line else {0}), f"{line}\n{result.output}"
            assert secrets_in(result.output) == [], line
            said.append(f"$ {line}\n{result.output}")
        return "\n".join(said)

    def leads(self, path: str) -> str:
        """Return the domain that serves a path."""
        config = self.old.edge()
        items = config["CacheBehaviors"].get("Items", [])
        found = next((each for each in items if matches(each["PathPattern"], path)), config["DefaultCacheBehavior"])
        return domain_of(config, found["TargetOriginId"])

    def _roster(self, words: list[str]) -> Result:
        names = {name: None for name in os.environ if name.startswith(("AWS_", "EVENTS_", "CURRENCY"))}
        own = {
            "AWS_ACCESS_KEY_ID": self.site.account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_ENDPOINT_URL": self.site.endpoint,
            "AWS_REGION": REGION,
            "TIMEZONE": "America/Los_Angeles",
        }
        agrees = ["--yes"] if "adopt" in words and "--dry-run" not in words else []
        return CliRunner().invoke(roster, [*words, *agrees], env={**names, **own}, input="y\n" * 9)


@pytest.fixture
def walk(dynamodb: Engine, tmp_path: Path, slack: dict[str, str]) -> Walk:
    """The owner, with an account of their own and a stack under its usual name."""
    site: BuildingSite = a_site(dynamodb, tmp_path)
    site.account, site.stack = f"{os.getpid() % 100_000:06}{900_000 + next(_accounts):06}", "ship-captain-crew"
    site.template, site.modules, site.zip_says = transformed(), MODULES, saying("one")
    return Walk(OldAccount(site).build(), slack)


def test_the_documented_path_loses_nothing_and_the_way_back_leads_back(walk: Walk) -> None:
    old = walk.old
    before, edge = old.state(), old.edge()
    assert "Next: Give the table what it lacks." in walk.walk("1. Survey")
    copy = OldAccount(walk.site, table="events-rehearsal").system  # as the document's restored copy
    copy.make_table()
    copy.put(*SEASON)
    walk.walk("2. Rehearse in a staging stack")
    assert (walk.site.status, old.state(), old.edge()) == ("", before, edge), "nothing of it touches what people use"
    walk.site.client("cloudformation").delete_stack(StackName="crew-rehearsal")
    copy.client.update_table(TableName=copy.table, DeletionProtectionEnabled=False)
    copy.client.delete_table(TableName=copy.table)
    lifted = walk.walk("3. The table")
    assert "2 payments lifted." in lifted
    taken = walk.walk("4. The functions and Gmail tokens")
    assert f"Taken over from {old.function}: {', '.join(GMAIL)}." in taken
    assert old.state() == before, "nobody who uses the old system notices anything"
    assert old.edge() == edge

    said = walk.types(commands("5. CloudFront")[0])
    assert said.exit_code == 1, "its /api/* is somebody else's, and the document has the choices"
    for option in ("--narrow-api", "--take-over"):
        assert f"\n  {option}    " in said.output
    for line in commands("5. CloudFront")[1:]:
        result = walk.types(line)
        assert result.exit_code == 0, f"{line}\n{result.output}"
        assert "CertificateArn" not in result.output
        assert "Links start with" not in result.output
        if "--take-over" in line:
            assert re.search(r"-m infra smoke https://\S+ --stack ship-captain-crew$", result.output, re.MULTILINE)
    page = f"{walk.site.outputs['SiteBucketName']}.s3.{REGION}.amazonaws.com"
    assert walk.leads("/dispatch") == walk.leads("/_staging/dispatch") == page
    assert walk.leads("/") == walk.leads("/season/2026") == f"{old.bucket}.s3.{REGION}.amazonaws.com"
    web = walk.site.client("lambda").get_function_url_config(
        FunctionName=walk.site.outputs["WebFunctionName"], Qualifier="live"
    )["FunctionUrl"]
    assert walk.leads(f"/g/{CORY}/waiver") in web
    surveyed = walk.types(commands("1. Survey")[0]).output
    assert "Everything is in place, but some events have no row" in surveyed
    assert "2 rows other than #event hold payments; the ledgers have all of them" in surveyed
    assert "are copied into #event" not in surveyed
    assert "Nothing is missing." in walk.types(commands("5. CloudFront")[1]).output

    assert walk.types("python -m infra cloudfront undo --distribution-id E2EXAMPLE").exit_code == 0
    assert json.dumps(old.edge(), sort_keys=True, default=str) == json.dumps(edge, sort_keys=True, default=str)
    assert old.state() == before
    undone = walk.types("python -m infra up").output
    assert "It does not lead the waiver, /dispatch, the API to this stack yet" in undone, (
        "its own paths lead to the old"
    )
    row: Any = old.system.rows()[CORY, "#event"]
    assert row["payments"]["dave"]["amount"] == 125

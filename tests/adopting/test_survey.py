"""`infra survey` on the account of an older system: what is there, what changes, what does not, what is next."""

from __future__ import annotations

import itertools
import json
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse

from charter.kinds import OLD_IDS
from infra.aws import Aws
from roster.adopting.ids import content_of, place_of
from terminal.old_payments import LIFTED
from tests.adopting.old_account import GMAIL, OldAccount, secrets_in
from tests.adopting.old_system import BARE, CORY, PAID
from tests.infra.stacks.building_site import a_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Engine

_accounts = itertools.count()


@pytest.fixture
def old(dynamodb: Engine, tmp_path: Path) -> OldAccount:
    """An account that no other test has."""
    site = a_site(dynamodb, tmp_path)
    site.account = f"{os.getpid() % 100_000:06}{next(_accounts):06}"
    return OldAccount(site).build()


def survey(old: OldAccount, *arguments: str) -> str:
    """Return both streams of the command, in which no value of the function's environment may be."""
    result = old.site.run("survey", "--stack", old.site.stack, *arguments)
    assert result.exit_code == 0, result.output
    assert secrets_in(result.output) == []
    return result.output


def test_it_shows_what_is_there_and_changes_nothing(old: OldAccount) -> None:
    before, edge = old.state(), old.edge()
    said = survey(old)
    for line in (
        f"  {old.function}: an older system's, or another product's",
        "    lambda_function.lambda_handler on python3.9, last modified 20",
        "    serves $LATEST alone: no alias",
        f"    URL of $LATEST: {old.url.partition(':')[0]}",
        "    variables: ADMIN_PASSWORD, GMAIL_CLIENT_ID, GMAIL_CLIENT_SECRET, GMAIL_REFRESH_TOKEN, TABLE_NAME",
        f"  {old.table}: eid and crew_id, about 6 rows",
        "    index by_month: none; stream: off; point-in-time recovery: off; billing: fixed capacity",
        "    all rows: 6 crew assignments",
        "    4 events are known by crew assignments alone",
        "    2 rows other than #event hold payments; in 2 of them some are in no ledger yet",
        f"    /api/* → {old.function}",
        f"    everything else → {old.bucket}.s3.us-west-2.amazonaws.com",
        "    error pages, on every path: 403 → /index.html as 200; 404 → /index.html as 200",
        f"  {old.bucket}: earlier versions not kept; holds index.html",
        f"  {old.site.stack}: not there",
    ):
        assert f"{line}\n" in said or line in said, said
    change, _, rest = said.partition("What will change")[2].partition("What will not")
    assert f"The secret {old.site.stack} gets {', '.join(GMAIL)} of {old.function}, which keeps them." in change
    assert f"The distribution {old.distribution} gets the paths /_staging/*, /dispatch, /dispatch/*." in change
    assert "Its paths /g/*/waiver, /api/* lead elsewhere. They stay so until you pass --take-over." in change
    assert "Its error pages hide refused payments and signatures." in change
    assert "4 events of events get a row of their own" in change
    assert f"The function {old.function}: code, variables, URL." in rest
    assert rest.endswith(
        f"Next: Give the table what it lacks. No row changes.\n  python -m infra table {old.table} --dry-run\n"
    )
    assert (old.state(), old.edge()) == (before, edge)


def test_a_large_table_is_sampled_and_a_second_one_is_asked_about(old: OldAccount) -> None:
    said = survey(old, "--sample", "3")
    assert "a sample of 3 rows" in said
    other = OldAccount(old.site, table="events-2019").system
    other.make_table()
    said = survey(old)
    assert "Next: Several tables look like `events`. Choose one." in said
    assert "Next: Give the table" in survey(old, "--table", "events")
    result = old.site.run("survey", "--table", "nobodys")
    assert "There is no table nobodys with the keys eid and crew_id here." in result.output


def test_the_copy_that_a_rehearsal_uses_is_no_candidate(old: OldAccount) -> None:
    OldAccount(old.site, table="events-rehearsal").system.make_table()
    names = ("CredentialsName", "CodeBucket", "PublicHost", "EventsTableName")
    template = {
        "Parameters": {name: {"Type": "String"} for name in names},
        "Resources": {"Any": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"EventsTableName": {"Value": {"Ref": "EventsTableName"}}},
    }
    stack = f"{old.site.stack}-rehearsal"
    old.site.client("cloudformation").create_stack(
        StackName=stack,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": "events-rehearsal"} for name in names],
    )
    said = survey(old)
    assert f"  {stack}: CREATE_COMPLETE" in said
    assert "  events-rehearsal: eid and crew_id" in said
    assert said.endswith(f"  python -m infra table {old.table} --dry-run\n")


def test_payments_that_were_lifted_are_known_also_after_a_rename_and_outside_the_sample(old: OldAccount) -> None:
    lifted = place_of(CORY, "cory", "dave") + content_of(PAID)
    old.system.put(
        {"eid": CORY, "crew_id": "#event", "moved_to": "2026-05-23-cory-evening"},
        {"eid": "2026-05-23-cory-evening", "crew_id": "#event", "payment_ids": {lifted, "slack:other"}},
    )
    one = "in 1 of them some are in no ledger yet"  # Gil's
    assert f"2 rows other than #event hold payments; {one}" in survey(old)
    assert "Payments in 1 other row of events are copied into #event." in survey(old)
    for sample in (2, 4, 6):
        assert "in 2 of them" not in survey(old, "--sample", str(sample))
    old.system.log_payment(CORY, "dave", {**PAID, "amount": Decimal(200)})
    assert "2 rows other than #event hold payments; in 2 of them some are in no ledger yet" in survey(old)
    old.system.log_payment(CORY, "dave", {**PAID, "amount": Decimal(0)})
    old.system.log_payment(BARE, "gil", {"amount": Decimal(0)}, row="payments")
    assert "hold payments" not in survey(old)
    assert LIFTED == OLD_IDS


@pytest.mark.parametrize(
    ("operation", "unseen"),
    [
        ("DescribeStacks", "the stacks"),
        ("ListFunctions", "the functions"),
        ("ListFunctionUrlConfigs", "the URLs of shipcaptaincrew"),
        ("ListTables", "the tables"),
        ("Scan", "the rows of events"),
        ("DescribeContinuousBackups", "the settings of events"),
        ("ListDistributions", "the distributions"),
        ("ListObjectsV2", "the objects of"),
        ("GetSecretValue", "the secret"),
    ],
)
def test_a_missing_right_is_named_and_the_rest_is_shown(old: OldAccount, operation: str, unseen: str) -> None:
    def denied(request: Any, **_: Any) -> AWSResponse:
        body = {"__type": "AccessDeniedException", "Code": "AccessDenied", "message": "canary"}
        xml = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
        is_json = operation in {"Scan", "ListTables", "DescribeContinuousBackups", "GetSecretValue"}
        is_json |= operation.startswith(("ListFunctions", "ListFunctionUrl"))
        headers = {"x-amzn-errortype": "AccessDeniedException"} if is_json else {}
        content = json.dumps(body) if is_json else xml
        return _Answer(request.url, headers, content.encode())

    clients = Aws(region="us-west-2", pause=0.001)
    events: Any = clients._session.events
    events.register(f"before-send.*.{operation}", denied)
    old.site.aws = lambda **_: clients
    said = survey(old)
    assert f"! Not seen: {unseen}" in said
    assert f"You lack the permission for {operation}" in said
    for heading in ("Functions", "Tables", "Distributions", "Secret", "What will change", "What will not", "Next: "):
        assert f"\n{heading}" in said
    assert "Not seen, so nothing is said about it: " in said


class _Answer(AWSResponse):
    def __init__(self, url: str, headers: Any, body: bytes) -> None:
        super().__init__(url, 403, headers, None)
        self._content = body

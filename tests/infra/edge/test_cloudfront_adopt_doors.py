"""`cloudfront adopt`: who lets the distribution in, the function by its permissions, the bucket by its policy."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from infra.main import main
from tests.infra.edge.adopting import Office, aws_of
from tests.infra.site_stage import client_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.aws import Aws
    from tests.conftest import Engine


@pytest.fixture(scope="module")
def aws(dynamodb: Engine) -> Iterator[Aws]:
    with aws_of(dynamodb) as made:
        yield made


@pytest.fixture
def office(dynamodb: Engine, aws: Aws, tmp_path: Path) -> Office:
    return Office(dynamodb, aws, tmp_path)


def test_a_bucket_of_its_own_gets_an_origin_and_a_place_in_its_policy(office: Office) -> None:
    s3 = client_of(office.engine, "s3")
    bucket = f"{office.name}-page"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    theirs = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [theirs]}))
    office.build()
    said = office.adopt("--site-bucket", bucket)
    assert f"policy of {bucket}" in said
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    s3.close()
    assert policy["Statement"][0] == theirs
    assert [each["Action"] for each in policy["Statement"][1:]] == ["s3:GetObject", "s3:ListBucket"]
    assert all(office.id in json.dumps(each["Condition"]) for each in policy["Statement"][1:])
    origin = office.config["Origins"]["Items"][-1]
    assert origin["DomainName"] == f"{bucket}.s3.{REGION}.amazonaws.com"
    assert origin["OriginAccessControlId"]
    assert "Nothing is missing" in office.adopt("--site-bucket", bucket)


def test_the_functions_alias_lets_just_this_distribution_in(office: Office) -> None:
    functions = client_of(office.engine, "lambda")
    name = f"{office.name}-web"
    _make_function(functions, name)
    url = functions.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="AWS_IAM")["FunctionUrl"]
    office.build()
    said = office.adopt("--web-function", name, "--web-url", url)
    assert f"permission lambda:InvokeFunctionUrl for the distribution, on {name}:live" in said
    policy = json.loads(functions.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    given = {each["Action"]: each for each in policy["Statement"]}
    assert given.keys() == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert '"lambda:FunctionUrlAuthType": "AWS_IAM"' in json.dumps(given["lambda:InvokeFunctionUrl"]["Condition"])
    assert '"lambda:InvokedViaFunctionUrl": "true"' in json.dumps(given["lambda:InvokeFunction"]["Condition"])
    for statement in given.values():
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert f"distribution/{office.id}" in json.dumps(statement["Condition"])
    assert "Nothing is missing" in office.adopt("--web-function", name, "--web-url", url)
    functions.remove_permission(FunctionName=name, Qualifier="live", StatementId=given["lambda:InvokeFunction"]["Sid"])
    said = office.adopt("--web-function", name, "--web-url", url)
    assert "InvokeFunction for the distribution" in said
    assert "InvokeFunctionUrl" not in said
    functions.close()


def test_the_functions_url_need_not_be_typed(office: Office, dynamodb: Engine) -> None:
    functions = client_of(dynamodb, "lambda")
    name = f"{office.name}-web"
    _make_function(functions, name)
    office.build()
    where = [
        "cloudfront",
        "adopt",
        "--distribution-id",
        office.id,
        "--web-function",
        name,
        "--name",
        office.name,
        "--yes",
    ]
    environment = {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": dynamodb.endpoint}
    assert "no function URL on its alias live" in CliRunner().invoke(main, where, env=environment).output
    url = functions.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE")["FunctionUrl"]
    said = CliRunner().invoke(main, where, env=environment)
    assert said.exit_code == 0, said.output
    assert "AWS_IAM" in said.output  # open to everybody as it is
    assert office.config["Origins"]["Items"][-1]["DomainName"] in url
    functions.close()


def _make_function(functions: Any, name: str) -> None:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("web_function.py", "def lambda_handler(event, context):\n    return {'statusCode': 204}\n")
    made = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/made-up",
        Handler="web_function.lambda_handler",
        Code={"ZipFile": zipped.getvalue()},
        Publish=True,
    )
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion=made["Version"])

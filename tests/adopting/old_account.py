"""The account of an owner with an older system: table, one Lambda, page, and the distribution before them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from devkit.aws import REGION
from tests.adopting.old_system import SEASON, OldSystem
from tests.infra.deploying.handlers import a_zip
from tests.infra.site_stage import a_distribution

if TYPE_CHECKING:
    from tests.infra.stacks.building_site import BuildingSite

GMAIL: Final = {
    "GMAIL_CLIENT_ID": "canary-client-id",
    "GMAIL_CLIENT_SECRET": "canary-client-secret",
    "GMAIL_REFRESH_TOKEN": "1//canary-refresh-token",
}
PAGE: Final = b"<title>the old dispatch page</title>"
_CODE: Final = "def lambda_handler(event, context):\n    return {'statusCode': 200, 'body': 'the old function'}\n"


@dataclass
class OldAccount:
    """The owner's resources in AWS. The function is used at `$LATEST`."""

    site: BuildingSite
    function: str = "shipcaptaincrew"
    table: str = "events"
    host: str = ""
    distribution: str = ""
    url: str = ""
    role: str = "arn:aws:iam::000000000000:role/old"

    def build(self) -> OldAccount:
        """Make all of it, as consoles made it years ago."""
        self.host = f"crew-{self.site.account}.queen.example.com"
        self.system.make_table()
        self.system.put(*SEASON)
        functions = self.site.client("lambda")
        functions.create_function(
            FunctionName=self.function,
            Handler="lambda_function.lambda_handler",
            Runtime="python3.9",
            Role=self.role,
            Code={"ZipFile": a_zip(source=_CODE)},
            Environment={"Variables": {**GMAIL, "TABLE_NAME": self.table, "ADMIN_PASSWORD": "canary-password"}},
        )
        made = functions.create_function_url_config(FunctionName=self.function, AuthType="NONE")
        self.url = made["FunctionUrl"].partition("//")[2].strip("/")
        s3 = self.site.client("s3")
        s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=self.bucket, Key="index.html", Body=PAGE)
        client = self.site.client("cloudfront")
        self.distribution = client.create_distribution(DistributionConfig=self._config())["Distribution"]["Id"]
        return self

    @property
    def system(self) -> OldSystem:
        """The table, and the Lambda's writes to it."""
        return OldSystem(self.site.client("dynamodb"), self.table)

    @property
    def bucket(self) -> str:
        """The bucket of the old page."""
        return f"old-page-{self.site.account}"

    def state(self) -> dict[str, Any]:
        """Return all that must stay as it is: rows of others, the function, the page."""
        config = self.site.client("lambda").get_function_configuration(FunctionName=self.function)
        page = self.site.client("s3").get_object(Bucket=self.bucket, Key="index.html")["Body"].read()
        kept = ("CodeSha256", "Environment", "Handler", "Runtime", "RevisionId")
        return {"rows": self.system.theirs(), "function": {name: config[name] for name in kept}, "page": page}

    def edge(self) -> dict[str, Any]:
        """Return the configuration of the distribution."""
        client = self.site.client("cloudfront")
        config: dict[str, Any] = client.get_distribution_config(Id=self.distribution)["DistributionConfig"]
        return config

    def _config(self) -> dict[str, Any]:
        domain = f"{self.bucket}.s3.{REGION}.amazonaws.com"
        page = a_distribution(domain, self.bucket)["Origins"]["Items"][0]
        own = {
            "Id": "old-function",
            "DomainName": self.url.partition(":")[0],
            "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
        }
        behaviours = [
            {
                "PathPattern": pattern,
                "TargetOriginId": "old-function",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            }
            for pattern in ("/g/*/waiver", "/api/*")
        ]
        errors = [
            {"ErrorCode": code, "ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 10}
            for code in (403, 404)
        ]
        return a_distribution(
            domain,
            f"{self.site.account}-{self.bucket}",
            *behaviours,
            Aliases={"Quantity": 1, "Items": [self.host]},
            Origins={"Quantity": 2, "Items": [page, own]},
            CustomErrorResponses={"Quantity": 2, "Items": errors},
        )


def secrets_in(output: str) -> list[str]:
    """Return the values of the old function that an output shows."""
    return [value for value in (*GMAIL.values(), "canary-password", json.dumps(PAGE.decode())) if value in output]

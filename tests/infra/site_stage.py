"""The public site as AWS would serve it, on this machine: both Lambdas, and CloudFront's routing before a real bucket.

What an operator types is `site_stage.run("site", "stage")`; what people see then is `site_stage.get("/dispatch")`.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import sys
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import unquote

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from devkit.edge import Edge, read_distribution, read_template
from devkit.edge.origins import function_origin
from devkit.edge.signing import local_signer
from devkit.environment import bot_environment
from devkit.functions import FunctionUrl
from devkit.listen import bind, listening
from devkit.proxy import table_proxy
from devkit.public_site import one_at_a_time
from devkit.season.planting import to_item
from infra.aws import Aws
from infra.main import main
from infra.smoke.fetch import fetch
from tests.builders import a_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

    from devkit.edge.template import JSON
    from devkit.edge.wire import Request
    from devkit.functions import Reply
    from devkit.proxy import Proxy
    from infra.smoke.fetch import FetchedAnswer
    from tests.conftest import Engine

SECRET = "made-up-token-secret-of-at-least-32-bytes"
SIGNING = "made-up-signing-secret"
_numbers = itertools.count()


def client_of(engine: Engine, service: str) -> Any:
    """A boto3 client of the embedded AWS."""
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=engine.endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


@dataclass
class SiteStage:
    """One running site. `bucket` is a fresh one in each test, and the site serves what lies in it."""

    engine: Engine
    url: str
    bot_url: str
    table: str
    table_proxy: Proxy
    s3: Any
    cloudfront: Any
    s3_proxy: Proxy
    edge: Edge | None = None
    bucket: str = ""
    distribution_id: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    aws: Aws = field(default_factory=partial(Aws, region=REGION))

    def run(self, *arguments: str, code: int = 0, **changed: str) -> str:
        """Return both streams of `python -m infra ARGUMENTS`, in a `changed` environment. It must end with `code`."""
        result = self.invoke(*arguments, **changed)
        assert result.exit_code == code, result.output
        for secret in (SECRET, SIGNING, "eyJ"):  # the last begins every token
            assert secret not in result.output
        return result.output

    def invoke(self, *arguments: str, **changed: str) -> Result:
        """The command line, with an operator's environment; without what is given as the empty text."""
        ours = {name: None for name in os.environ if name.startswith(("AWS_", "SLACK_", "ADMIN_", "PUBLIC_"))}
        environment = {
            **ours,
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.engine.endpoint,
            "AWS_ENDPOINT_URL_S3": self.s3_proxy.url,
            "ADMIN_TOKEN_SECRET": SECRET,
            "SLACK_SIGNING_SECRET": SIGNING,
            **changed,
        }
        with (
            mock.patch("botocore.endpoint.time.sleep"),  # between the SDK's tries
            mock.patch("infra.services.Aws", return_value=self.aws),  # made once: half a second each
        ):
            return CliRunner().invoke(main, arguments, env={name: value or None for name, value in environment.items()})

    def site(self, *arguments: str, code: int = 0, **changed: str) -> str:
        """`python -m infra site …` for this bucket, distribution and address. What asks is agreed to."""
        agreed = ("--yes",) if arguments[0] == "promote" else ()
        where = ("--bucket", self.bucket, "--distribution-id", self.distribution_id, "--url", self.url)
        return self.run("site", *arguments, *agreed, *where, code=code, **changed)

    def release(self, folder: Path, **files: str) -> dict[str, bytes]:
        """Stages and promotes a small page; what production must hold from then on."""
        page = a_page(folder, **files)
        self.site("stage", "--folder", str(page))
        self.site("promote")
        return {path.name: path.read_bytes() for path in page.iterdir()}

    def get(self, path: str) -> FetchedAnswer:
        """Return the answer to a browser."""
        return fetch("GET", f"{self.url}{path}")

    def page(self, prefix: str = "dispatch/") -> dict[str, bytes]:
        """Return the objects in the bucket by their names."""
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return {
            each["Key"].removeprefix(prefix): self.s3.get_object(Bucket=self.bucket, Key=each["Key"])["Body"].read()
            for each in found
        }

    def invalidated(self) -> list[list[str]]:
        """The paths of each invalidation, oldest first."""
        listed = self.cloudfront.list_invalidations(DistributionId=self.distribution_id)["InvalidationList"]
        got = [
            self.cloudfront.get_invalidation(DistributionId=self.distribution_id, Id=each["Id"])["Invalidation"]
            for each in listed.get("Items", [])
        ]
        assert len({each["InvalidationBatch"]["CallerReference"] for each in got}) == len(got)
        return [
            each["InvalidationBatch"]["Paths"]["Items"] for each in sorted(got, key=lambda each: each["CreateTime"])
        ]

    def serve(self, template: JSON | None = None) -> None:
        """From now on the site is routed by this template, else by the project's own."""
        signer = local_signer()
        origins = {"WebFunction": function_origin(self.variables["web"], signer=signer), "SiteBucket": self._object}
        self.edge = Edge(read_distribution(template or read_template()), origins)

    def _object(self, request: Request) -> Reply:
        """S3's answer, out of the bucket itself."""
        key = unquote(request.raw_path).removeprefix("/")
        try:
            got = self.s3.get_object(Bucket=self.bucket, Key=key)
        except ClientError:
            return 404, [("content-type", "application/xml")], b"<Error><Code>NoSuchKey</Code></Error>"
        return 200, [("content-type", got["ContentType"]), ("etag", got["ETag"])], got["Body"].read()


@contextlib.contextmanager
def site_stage_of(engine: Engine) -> Iterator[SiteStage]:
    """Both Lambdas freshly imported over a table with one event, and the edge before the web one."""
    if engine.name != "ministack":
        pytest.skip("S3 and CloudFront are MiniStack's")
    with contextlib.ExitStack() as stack:
        table = stack.enter_context(engine.fresh_table())
        item: Any = to_item(a_row())
        engine.client.put_item(TableName=table, Item=item)
        proxy = stack.enter_context(table_proxy(engine.endpoint))
        listener = bind(0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
        slack = {
            "SLACK_SIGNING_SECRET": SIGNING,
            "SLACK_BOT_TOKEN": "xoxb-made-up",
            "SLACK_API_URL": "http://127.0.0.1:1/",
        }
        lambdas = bot_environment(aws=proxy.url, slack=None, public_url=url, token_secret=SECRET, events_table=table)
        stack.enter_context(mock.patch.dict(os.environ, ours | lambdas | slack, clear=True))
        served = {name: stack.enter_context(_served(name)) for name in ("web_function", "lambda_function")}
        made = SiteStage(
            engine=engine,
            url=url,
            bot_url=f"{served['lambda_function']}/",
            table=table,
            table_proxy=proxy,
            s3=client_of(engine, "s3"),
            cloudfront=client_of(engine, "cloudfront"),
            s3_proxy=stack.enter_context(table_proxy(engine.endpoint)),
            variables={"web": served["web_function"]},
        )
        stack.callback(made.s3.close)
        stack.callback(made.cloudfront.close)

        async def site(scope: Any, receive: Any, send: Any) -> None:
            assert made.edge is not None
            await made.edge(scope, receive, send)

        stack.enter_context(listening(site, listener))
        yield made


@contextlib.contextmanager
def _served(module: str) -> Iterator[str]:
    """A function URL with that Lambda behind it."""
    sys.modules.pop(module, None)
    handler = importlib.import_module(module).lambda_handler
    admit = local_signer().accepts if module == "web_function" else None
    try:
        with listening(FunctionUrl(one_at_a_time(handler), name=module, admit=admit), bind(0)) as url:
            yield url
    finally:
        sys.modules.pop(module, None)


def berth(site_stage: SiteStage) -> SiteStage:
    """The stage with an empty bucket and a distribution of its own, routed as the template says."""
    site_stage.bucket = f"site-{os.getpid()}-{next(_numbers)}"
    site_stage.s3.create_bucket(Bucket=site_stage.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    site_stage.s3.put_bucket_versioning(Bucket=site_stage.bucket, VersioningConfiguration={"Status": "Enabled"})
    domain = f"{site_stage.bucket}.s3.{REGION}.amazonaws.com"
    made = site_stage.cloudfront.create_distribution(DistributionConfig=a_distribution(domain, site_stage.bucket))
    site_stage.distribution_id = made["Distribution"]["Id"]
    site_stage.serve()
    return site_stage


def a_distribution(domain: str, reference: str, *behaviours: JSON, **changed: Any) -> JSON:
    """A plain distribution before a bucket, as one that has been there for years."""
    items = list(behaviours)
    return {
        "CallerReference": reference,
        "Comment": "made by hand, years ago",
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [{"Id": "old-bucket", "DomainName": domain, "S3OriginConfig": {"OriginAccessIdentity": ""}}],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "old-bucket",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        "CacheBehaviors": {"Quantity": len(items), **({"Items": items} if items else {})},
        **changed,
    }


def a_page(folder: Path, **changed: str) -> Path:
    """A small page that works; `changed` replaces files, underscores in names stand for dots, empty text leaves out."""
    files = {
        "index_html": '<link href="dispatch/page.css"><script type="module" src="dispatch/app.js"></script>',
        "app_js": 'import { board } from "./board.js";\nboard();\n',
        "board_js": "export const board = () => 1;\n",
        "page_css": "body { margin: 0 }\n",
        **changed,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name.replace("_", ".")
        path.unlink(missing_ok=True)
        if text:
            path.write_text(text)
    return folder

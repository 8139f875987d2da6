"""The commands' AWS clients: one session, one retry policy, endpoints from boto3's own environment variables."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient

# An operator can wait, so throttled calls and lost connections are retried. Every call here is safe to repeat, or is
# guarded by a revision, an ETag or a key of its own.
PATIENCE: Final = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})


class Aws:
    """One account and region. Each client is created at its first use."""

    def __init__(
        self, *, region: str | None = None, profile: str | None = None, config: Config = PATIENCE, pause: float = 0.25
    ) -> None:
        # At DEBUG they log whole requests and answers: environments, and links that are valid for ten minutes.
        for library in ("botocore", "urllib3"):
            logging.getLogger(library).setLevel(logging.INFO)
        self.pause = pause
        """The first wait between two polls, in seconds."""
        self._session = boto3.Session(region_name=region, profile_name=profile)
        self._config = config

    @property
    def region(self) -> str:
        """The session's region; empty when neither an option nor the environment names one."""
        return self._session.region_name or ""

    @cached_property
    def functions(self) -> LambdaClient:
        """Lambda."""
        return self._session.client("lambda", config=self._config)

    @cached_property
    def stacks(self) -> CloudFormationClient:
        """CloudFormation."""
        return self._session.client("cloudformation", config=self._config)

    @cached_property
    def distributions(self) -> CloudFrontClient:
        """CloudFront."""
        return self._session.client("cloudfront", config=self._config)

    @cached_property
    def buckets(self) -> S3Client:
        """S3."""
        return self._session.client("s3", config=self._config)

    @cached_property
    def tables(self) -> DynamoDBClient:
        """DynamoDB."""
        return self._session.client("dynamodb", config=self._config)

    @cached_property
    def secrets(self) -> BaseClient:
        """Secrets Manager, whose stubs are not among the requirements."""
        client: BaseClient = self._session.client("secretsmanager", config=self._config)
        return client

    @cached_property
    def metrics(self) -> BaseClient:
        """CloudWatch."""
        return self._plain("cloudwatch")

    @cached_property
    def logs(self) -> BaseClient:
        """CloudWatch Logs."""
        return self._plain("logs")

    @cached_property
    def topics(self) -> BaseClient:
        """SNS."""
        return self._plain("sns")

    @cached_property
    def queues(self) -> BaseClient:
        """SQS."""
        return self._plain("sqs")

    @cached_property
    def schedules(self) -> BaseClient:
        """EventBridge Scheduler."""
        return self._plain("scheduler")

    @cached_property
    def budgets(self) -> BaseClient:
        """AWS Budgets."""
        return self._plain("budgets")

    def _plain(self, service: str) -> BaseClient:
        """Return a client without stubs."""
        make: Any = self._session.client
        client: BaseClient = make(service, config=self._config)
        return client

    @cached_property
    def identity(self) -> STSClient:
        """STS, which names the account."""
        return self._session.client("sts", config=self._config)

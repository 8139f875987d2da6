"""AWS's published prices, in dollars, and what of each is free.

Free allowances are those without an end (https://aws.amazon.com/free), not those of an account's first year. They
belong to the whole account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COMPILED: Final = "2026-11-28"
"""The day on which this table was compiled, offline, from quoted prices. AWS changes them; each names its page."""

REGIONS: Final = ("us-west-2", "us-east-1", "us-east-2")
"""Regions in which all of these prices hold."""

SECONDS: Final = 30 * 24 * 3600
"""Seconds of a month, here and everywhere in the estimate: 30 days."""


@dataclass(frozen=True)
class Price:
    """The price of one unit, and the units of a month that are free."""

    dollars: float
    unit: str
    page: str
    free: float = 0


_LAMBDA: Final = "https://aws.amazon.com/lambda/pricing/"
_DYNAMODB: Final = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
_CLOUDWATCH: Final = "https://aws.amazon.com/cloudwatch/pricing/"
_S3: Final = "https://aws.amazon.com/s3/pricing/"
_CLOUDFRONT: Final = "https://aws.amazon.com/cloudfront/pricing/"
_SECRETS: Final = "https://aws.amazon.com/secrets-manager/pricing/"
_KMS: Final = "https://aws.amazon.com/kms/pricing/"
_SCHEDULER: Final = "https://aws.amazon.com/eventbridge/pricing/"
_SES: Final = "https://aws.amazon.com/ses/pricing/"
_WAF: Final = "https://aws.amazon.com/waf/pricing/"

PRICES: Final = {
    "lambda_gb_s": Price(0.0000133334, "GB-second on arm64", _LAMBDA, free=400_000),
    "lambda_request": Price(0.0000002, "request", _LAMBDA, free=1_000_000),
    "snapshot_gb_s": Price(0.0000015046, "GB-second of a SnapStart version", _LAMBDA),
    "restore_gb": Price(0.0001397998, "GB restored by SnapStart", _LAMBDA),
    "write_unit": Price(0.000000625, "write unit", _DYNAMODB),
    "read_unit": Price(0.000000125, "read unit", _DYNAMODB),
    "table_gb": Price(0.25, "GB-month of tables", _DYNAMODB, free=25),
    "backup_gb": Price(0.20, "GB-month of point-in-time recovery", _DYNAMODB),
    "alarm": Price(0.10, "alarm-month", _CLOUDWATCH, free=10),
    "dashboard": Price(3.00, "dashboard-month", _CLOUDWATCH, free=3),
    "metric_hour": Price(0.30 / 720, "hour of a custom metric", _CLOUDWATCH, free=10 * 720),
    "log_gb": Price(0.50, "GB of logs taken in", _CLOUDWATCH, free=5),
    "log_kept_gb": Price(0.03, "GB-month of logs kept", _CLOUDWATCH, free=5),
    "s3_gb": Price(0.023, "GB-month in S3", _S3),
    "s3_put": Price(0.000005, "write to S3", _S3),
    "cloudfront_request": Price(0.000001, "request to CloudFront", _CLOUDFRONT, free=10_000_000),
    "cloudfront_gb": Price(0.085, "GB from CloudFront", _CLOUDFRONT, free=1_000),
    "cloudfront_function": Price(0.0000001, "run of a CloudFront function", _CLOUDFRONT, free=2_000_000),
    "secret": Price(0.40, "secret-month", _SECRETS),
    "key": Price(1.00, "key-month", _KMS),
    "schedule": Price(0.000001, "run of a schedule", _SCHEDULER, free=14_000_000),
    "mail": Price(0.0001, "mail by SES", _SES),
    "firewall": Price(5.00, "firewall-month", _WAF),
}

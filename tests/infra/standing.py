"""The template as CloudFormation would carry it out: the Serverless transform, with or without parameters' values."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from devkit.aws import CREDENTIALS, REGION
from devkit.edge import read_template

if TYPE_CHECKING:
    from tests.conftest import Engine

FUNCTIONS = ("Bot", "Web", "Announce", "Mail")


class _ManagedPolicies:
    """The transform asks for the ARNs of AWS's own policies. None of ours are."""

    def load(self) -> dict[str, str]:
        return {}


def transformed(**parameters: str) -> dict[str, Any]:
    """Plain CloudFormation, as the transform leaves it; it looks into some of the parameters itself."""
    whole: dict[str, Any] = json.loads(_transformed(frozenset(parameters.items())))
    return whole


@cache
def _transformed(parameters: frozenset[tuple[str, str]]) -> str:
    from samtranslator.translator.transform import transform  # type: ignore[import-untyped]  # it has no types

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_DEFAULT_REGION", REGION)
        return json.dumps(transform(read_template(), dict(parameters), _ManagedPolicies()))


def client(engine: Engine, service: str) -> Any:
    """boto3's client on the embedded AWS."""
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=engine.endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )

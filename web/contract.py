"""The API's contract, OpenAPI 3.1: what powertools makes of routes and models, with what it cannot know put in."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from web import VERSION
from web.answers import Problem
from web.problems import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver
    from pydantic import BaseModel

HTML: Final = "text/html"

_ABOUT: Final = (
    "Payments of a charter boat's patrons. Amounts go in as numbers or text and come out as text with two decimals. "
    "A payment is logged once for each Idempotency-Key, however often it is sent. Through the public address, a "
    "request with a body also carries its SHA-256 in hexadecimal as `x-amz-content-sha256`."
)

_EXPLAINED: Final = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read",
    HTTPStatus.UNAUTHORIZED: "No token, or none that is good here and now",
    HTTPStatus.FORBIDDEN: "A token of another role",
    HTTPStatus.NOT_FOUND: "No such event or patron",
    HTTPStatus.CONFLICT: "The key stands for another payment, or the event's ledger is full; nothing was written",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not application/json in UTF-8",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Values are refused, each with its reason",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side",
    HTTPStatus.SERVICE_UNAVAILABLE: "The table does not answer in time; try again after Retry-After seconds",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many signatures from one address; Retry-After says how long to wait",
}


def answers(ok: dict[int, tuple[str, type[BaseModel]]], *noes: HTTPStatus) -> dict[int, Any]:
    """What a route answers: each good status with its words and model, and each no as a problem."""
    good = {
        status: {"description": words, "content": {"application/json": {"model": model}}}
        for status, (words, model) in ok.items()
    }
    bad = {
        status.value: {"description": _EXPLAINED[status], "content": {PROBLEM: {"model": Problem}}} for status in noes
    }
    return {**good, **bad}


def pages(told: dict[HTTPStatus, tuple[str, Sequence[str]]]) -> dict[int, Any]:
    """What a route for people answers: each status with its words and the kinds of content it may have."""
    return {
        status.value: {
            "description": words,
            "content": {
                kind: {"model": Problem} if kind == PROBLEM else {"schema": {"type": "string"}} for kind in kinds
            },
        }
        for status, (words, kinds) in told.items()
    }


def contract(resolver: LambdaFunctionUrlResolver, *, server: str, methods: Sequence[str]) -> str:
    """The contract as JSON. `methods` are what a payment's method can be here."""
    from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server

    made = json.loads(
        resolver.get_openapi_json_schema(
            title="Ship Captain Crew",
            version=VERSION,
            description=_ABOUT,
            servers=[Server(url=server)],
            security_schemes={
                "adminToken": HTTPBearer(
                    bearerFormat="JWT", description="`/dispatch` in Slack hands out a link with it"
                )
            },
        )
    )
    schemas = made["components"]["schemas"]
    schemas["PaymentLog"]["properties"]["method"]["enum"] = list(methods)
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):  # powertools' own noes
        schemas.pop(unused, None)
    for path in made["paths"].values():
        for operation in path.values():
            _mend(operation)
    return json.dumps(made)


def _mend(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status, kind in (("422", "HTTPValidationError"), ("500", "ResponseValidationError")):
        if kind in json.dumps(responses.get(status, "")):  # powertools adds its own to every route
            del responses[status]
    problem = {
        "description": _EXPLAINED[HTTPStatus.INTERNAL_SERVER_ERROR],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    responses.setdefault("500", problem)
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":  # powertools has them in lower case
            parameter["name"] = parameter["schema"]["title"]
        if parameter["schema"].get("type") == "integer":  # read from text, so that its default is text
            parameter["schema"]["default"] = int(parameter["schema"]["default"])
    if "401" in responses:
        responses["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if "503" in responses:
        responses["503"]["headers"] = {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}}}

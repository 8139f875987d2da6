"""Parts of a botocore session that do less for DynamoDB alone: what it reads from disk, its handlers and its parser.

A session takes them as its `data_loader` and its `response_parser_factory` (docs/adr/0011, docs/adr/0061).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore import handlers
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.parsers import JSONParser, ResponseParserFactory

from adapters.whole_answers import BYTES, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape
    from botocore.session import Session

# The operations that the adapters call. A client has a method for each operation of its model.
OPERATIONS: Final = (
    "BatchGetItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactWriteItems",
    "UpdateItem",
)


class DynamoLoader(Loader):
    """botocore's loader for clients of DynamoDB alone, without the files of other services.

    botocore's own loader lists the folders of its four hundred services to learn that DynamoDB is one of them, and
    parses 1.2 MB of endpoints although the rules in DynamoDB's own folder decide its endpoint: a sixth of a cold start.
    """

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:  # noqa: ANN401 - the loader's own signature
        """Return a model of the service. DynamoDB's rules for its endpoint are said to be unknown.

        Without them botocore takes its older way: the endpoint is found once for a client, and not at each call. That
        way knows no endpoints of a single account, and no dual-stack ones of the isolated regions of governments.
        """
        if type_name == "endpoint-rule-set-1":
            raise UnknownServiceError(service_name=service_name, known_service_names="")
        return super().load_service_model(service_name, type_name, api_version)

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - the loader's own signature
        """Return the one service."""
        return ["dynamodb"]

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return the named data: `endpoints` as made from the list of partitions, the service with fewer operations."""
        if name.endswith("/service-2"):
            model, path = super().load_data_with_path(name)
            return {**model, "operations": {each: model["operations"][each] for each in OPERATIONS}}, path
        if name != "endpoints":
            return super().load_data_with_path(name)
        partitions, path = super().load_data_with_path("partitions")
        return _endpoints(partitions), str(Path(path).with_name(name))


class DynamoParser(JSONParser):
    """botocore's parser, but for the good answers of the operations on items: what is on the wire is what callers get.

    botocore's own rebuilds each value of each item by the model, a third of a warm request, and changes only binary
    values, which stay in base64 here. None of ours is binary.
    """

    def parse(self, response: Mapping[str, Any], shape: Shape) -> Any:  # noqa: ANN401 - botocore's own
        """Return the answer as a dict with the ResponseMetadata that callers expect."""
        if response["status_code"] >= 300:  # noqa: PLR2004 - an error
            return super().parse(response, shape)
        try:
            parsed: dict[str, Any] = json.loads(response["body"])
        except ValueError:
            unread: Any = super().parse(response, shape)
            unread["ResponseMetadata"][UNREADABLE] = True
            return unread
        headers = response["headers"]  # which are found by any writing of their names
        metadata: dict[str, Any] = {"RequestId": headers.get("x-amzn-requestid", ""), "HTTPHeaders": headers}
        metadata["HTTPStatusCode"] = response["status_code"]
        metadata[BYTES] = len(response["body"])
        return {**parsed, "ResponseMetadata": metadata}


class DynamoParsers(ResponseParserFactory):
    """Factory of the parser above, for every protocol: DynamoDB has only one."""

    def create_parser(self, protocol_name: str) -> DynamoParser:  # noqa: ARG002 - the factory's own signature
        """Return a parser."""
        return DynamoParser()


def register_handlers(session: Session) -> None:
    """Register botocore's own handlers of events, without those that other services and the documentation need.

    Each client copies them all, and a call looks through them several times.
    """
    events = session.get_component("event_emitter")
    register = {handlers.REGISTER_FIRST: events.register_first, handlers.REGISTER_LAST: events.register_last}
    for event, handler, *order in handlers.BUILTIN_HANDLERS:
        verb, _, service = event.partition(".")
        if verb != "docs" and service.partition(".")[0] in {"", "*", "dynamodb"}:
            register.get(order[0] if order else None, events.register)(event, handler)


def _endpoints(partitions: dict[str, Any]) -> dict[str, Any]:
    """Return the endpoints of a service that has the same name in every region, in botocore's older form."""
    return {"version": 3, "partitions": [_partition(partition) for partition in partitions["partitions"]]}


def _partition(partition: dict[str, Any]) -> dict[str, Any]:
    def endpoint(host: str, suffix: str, *tags: str) -> dict[str, Any]:
        return {"hostname": f"{host}.{{region}}.{{dnsSuffix}}", "dnsSuffix": suffix, "tags": list(tags)}

    outputs = partition["outputs"]
    fips = "{service}" if partition["id"] == "aws-us-gov" else "{service}-fips"  # there each host keeps to FIPS
    plain, dual = outputs["dnsSuffix"], outputs["dualStackDnsSuffix"]
    variants = [
        endpoint(fips, plain, "fips"),
        endpoint("{service}", dual, "dualstack"),
        endpoint("{service}-fips", dual, "dualstack", "fips"),
    ]
    return {
        "partition": partition["id"],
        "dnsSuffix": plain,
        "regionRegex": partition["regionRegex"],
        "regions": partition["regions"],
        "services": {},
        "defaults": {
            "hostname": "{service}.{region}.{dnsSuffix}",
            "protocols": ["https"],
            "signatureVersions": ["v4"],
            "variants": variants,
        },
    }

"""Run moto's server on a free port, with a CloudFormation that knows the whole template, until standard input ends.

This runs in moto's own environment, with nothing of the product. It prints its port.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from functools import cache
from typing import Any

import boto3
from moto.core.common_models import CloudFormationModel  # type: ignore[import-not-found]  # in its own environment
from moto.core.config import default_user_config  # type: ignore[import-not-found]  # likewise
from moto.moto_server.werkzeug_app import (  # type: ignore[import-not-found]  # likewise
    DomainDispatcherApplication,
    create_backend_app,
)
from moto.utilities import utils  # type: ignore[import-not-found]  # likewise
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.second_opinion.kinds import KINDS, NOT_IN_MOTO, Kind

PORT = "MOTO_PORT"


class _Quiet(WSGIRequestHandler):
    """No line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        pass


class _Resource:
    """A resource that a call of its service made."""

    kind: Kind | None = None

    def __init__(self, physical_resource_id: str, answer: dict[str, Any]) -> None:
        self.physical_resource_id, self._answer = physical_resource_id, answer

    @classmethod
    def has_cfn_attr(cls, attribute: str) -> bool:
        """Return True if GetAtt may ask for it."""
        return cls.kind is None or attribute in cls.kind.attributes

    def get_cfn_attribute(self, attribute: str) -> Any:
        """Return the answer to GetAtt."""
        return self.kind.attributes[attribute](self._answer) if self.kind else ""

    def is_created(self) -> bool:
        """Return True: the call was answered."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], *_: Any, **__: Any
    ) -> _Resource:
        """Make it. moto has resolved the properties."""
        given, kind = cloudformation_json["Properties"], cls.kind
        if kind is None:
            return cls(f"made-up-{resource_name}", {})
        client = _client(kind.service)
        if kind.name:
            given.setdefault(kind.name, resource_name)
        given = kind.arguments(given, client)
        answer = getattr(client, kind.operation)(**given)
        return cls(kind.ref(given, answer), kind.read(client, given) if kind.read else answer)


def _import_all_but_lists() -> None:
    """Import all of moto's models, which ours must follow. EC2's lists take half of that, and nothing here asks EC2."""
    load = utils.load_resource
    utils.load_resource = lambda name: {} if str(name).startswith("ec2/") else load(name)
    importlib.import_module("moto.cloudformation.parsing")
    utils.load_resource = load
    models: Any = importlib.import_module("moto.cloudformation.models")
    models.yaml.Loader = getattr(models.yaml, "CLoader", models.yaml.Loader)  # ten times as fast


@cache
def _client(service: str) -> Any:
    make: Any = boto3.client
    return make(service, endpoint_url=f"http://127.0.0.1:{os.environ[PORT]}")


def _teach() -> list[type]:
    """Return a class for each type that moto's CloudFormation lacks. moto finds them as subclasses of its own."""

    def model(name: str) -> type:
        kind = KINDS.get(name)
        own = {
            "kind": kind,
            "cloudformation_name_type": staticmethod(lambda: kind.name if kind else ""),
            "cloudformation_type": staticmethod(lambda: name),
        }
        return type(name, (_Resource, CloudFormationModel), own)

    return [model(name) for name in (*KINDS, *NOT_IN_MOTO)]


def main() -> None:
    """Serve."""
    default_user_config["lambda"]["use_docker"] = False
    _import_all_but_lists()
    kept = _teach()
    server = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=_Quiet
    )
    os.environ[PORT] = str(server.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    del kept


if __name__ == "__main__":
    main()

"""A shortcut for calls of DynamoDB without a fault: from the client directly to the engine, as JSON in and out.

Nine of ten calls have no fault. botocore's signing, HTTP and parsing would take most of the time of a history, and
make no difference there. A call with a fault takes the whole path, with botocore's own retries.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from botocore.client import BaseClient

from tests.histories.fault_injection import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.histories.engine.operations import MemoryDynamo
    from tests.histories.fault_injection import FaultInjector


@contextmanager
def short_cut(injector: FaultInjector, engine: Callable[[], MemoryDynamo]) -> Iterator[None]:
    """Use the shortcut inside the block."""
    whole = vars(BaseClient)["_make_api_call"]

    def make_api_call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if self.meta.service_model.service_name != "dynamodb" or not injector.passes(TABLE):
            return whole(self, operation, arguments)
        status, body = engine().answer(operation, json.dumps(arguments).encode())
        answer = json.loads(body)
        metadata = {"HTTPStatusCode": status, "RetryAttempts": 0}
        if status < 300:
            return answer | {"ResponseMetadata": metadata}
        code, message = answer.pop("__type").rpartition("#")[2], answer.pop("message")
        refusal = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata, **answer}
        raise self.exceptions.from_code(code)(refusal, operation)

    with mock.patch.object(BaseClient, "_make_api_call", make_api_call):
        yield

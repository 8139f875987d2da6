"""The bot Lambda whose list of events can grow old: a request with the header `x-list-is-old` finds none."""

from __future__ import annotations

from typing import Any

import stage  # noqa: F401 - puts the project's folder on the path

from lambda_function import calendar
from lambda_function import lambda_handler as answer

_OLD = "x-list-is-old"


def lambda_handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - Lambda's own types
    """Answer a request, after the list of events was dropped where the request says so."""
    if _OLD in event["headers"]:
        calendar.forget()
    return answer(event, context)

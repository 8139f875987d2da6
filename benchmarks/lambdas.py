"""The three Lambdas as the benchmarks of growth start them: `lambdas.bot`, `lambdas.web`, `lambdas.announce`.

They wait longer for the table than on Lambda, because the stand-in shares a busy machine with everything else. And the
bot's list of events can grow old: a request with the header `x-list-is-old` finds none.
"""

from __future__ import annotations

import importlib
from typing import Any

import stage  # noqa: F401 - puts the project's folder on the path

from adapters import dynamo
from bot import deadline

_OLD = "x-list-is-old"
_PATIENCE = 30.0  # seconds


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a handler; how Python asks for a module's attribute
    """Import a function and return its handler. A process has one of them."""
    if name not in {"bot", "web", "announce"}:
        raise AttributeError(name)
    dynamo.connect.__kwdefaults__ = {"connect_timeout": _PATIENCE, "read_timeout": _PATIENCE}
    dynamo.TIME_BUDGET = _PATIENCE  # type: ignore[misc]  # final, for the product
    deadline.LONGEST_READ = deadline.LONGEST_CALL = _PATIENCE  # type: ignore[misc]  # as above
    deadline.LONGEST_ANSWER = 2 * _PATIENCE  # type: ignore[misc]  # as above
    if name != "bot":
        function = importlib.import_module(f"{name}_function")
        function.EXPORT_SECONDS = 20 * _PATIENCE  # type: ignore[attr-defined]  # of the web's
        return function.lambda_handler
    function = importlib.import_module("lambda_function")

    def answer(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401 - as above
        if _OLD in event["headers"]:
            function.calendar.forget()
        return function.lambda_handler(event, context)

    return answer

"""`GET /api/exports/payments`: the same files as `roster export payments`, as far as they fit into one answer."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from charter.exported import Choice
from charter.frozen import dataclass
from charter.refusals import ExportTooLarge, FieldChecks, LedgersDisagree
from exports.rendering import FORMATS, rendered
from web.books import MONTH
from web.problems import UNSTORED, FieldMalformed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from charter.exported import Exported

# By format: the ending of the file's name, and its type.
KINDS: Final = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "json": ("json", "application/json"),
    "hledger": ("journal", "text/plain; charset=utf-8"),
    "beancount": ("beancount", "text/plain; charset=utf-8"),
}

# Lambda takes 6 MB, in which the body is the text of a JSON string. It is counted as that.
LARGEST: Final = 5_500_000


OfMonth = Annotated[
    str | None,
    Query(alias="month", description="Only events that start in this month", json_schema_extra={"pattern": MONTH}),
]
Logged = Annotated[
    str | None,
    Query(alias="logged", description="Only entries logged in this month", json_schema_extra={"pattern": MONTH}),
]
Form = Annotated[
    str, Query(alias="format", description="The file's format", json_schema_extra={"enum": [*KINDS], "default": "csv"})
]


@dataclass(frozen=True, slots=True)
class ExportServices:
    """The dependencies of exports. `open` begins a new reading of the ledgers; `table` is its name, for titles."""

    open: Callable[[], Exported]
    table: str
    zone: tzinfo


def handle_export(query: Mapping[str, str], *, services: ExportServices) -> Response[str]:
    """Return the entries that the query chooses, in its format.

    Raises an ExceptionGroup of FieldMalformed, ExportTooLarge, LedgersDisagree.
    """
    checks = FieldChecks()
    month = checks.run(lambda: _month(query.get("month"), "month"))
    logged = checks.run(lambda: _month(query.get("logged"), "logged"))
    form = checks.run(lambda: _format(query.get("format", FORMATS[0])))
    if checks.refusals or form is None:
        raise checks.error("the query")
    choice, exported = Choice(month=month, logged=logged), services.open()
    parts: list[str] = []
    size = 0
    for text in rendered(form, exported.read(choice), choice=choice, table=services.table, zone=services.zone):
        size += len(json.dumps(text))
        if size > LARGEST:
            raise ExportTooLarge
        parts.append(text)
    if exported.wrong:
        raise LedgersDisagree
    ending, kind = KINDS[form]
    name = "-".join(filter(None, ("payments", month, logged and f"logged-{logged}")))
    headers = {**UNSTORED, "content-disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(status_code=HTTPStatus.OK, content_type=kind, headers=headers, body="".join(parts))


def _month(text: str | None, field: str) -> str | None:
    if text is None or re.fullmatch(MONTH, text):
        return text
    raise FieldMalformed("Send a month, like 2026-05.", field=field)


def _format(text: str) -> str:
    if text in KINDS:
        return text
    raise FieldMalformed(f"Send one of {', '.join(FORMATS)}.", field="format")

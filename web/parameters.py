"""Parameters that several routes of the web Lambda have, as the contract documents them."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query

from web.problems import IDEMPOTENCY_KEY

# These patterns only document the ids. The checks of ids themselves give clearer error messages.
Eid = Annotated[
    str,
    Path(
        description="The event's id",
        json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[A-Za-z0-9_-]*$", "maxLength": 100},
    ),
]
PatronId = Annotated[
    str, Query(description="The patron's id", json_schema_extra={"pattern": "^[A-Za-z0-9._@+-]{1,64}$"})
]
Key = Annotated[
    str | None,
    Header(
        alias=IDEMPOTENCY_KEY,
        pattern="^[A-Za-z0-9._:-]{1,64}$",
        description="Identifies this payment: another request with the same key is the same payment. "
        "Without it each request is a payment of its own",
    ),
]
Prefer = Annotated[
    str | None,
    Header(
        alias="Prefer",
        description="`handling=strict` (RFC 7240): with an Idempotency-Key too, answer 409 `possible_duplicate` to a "
        "payment that looks like one of the last 10 minutes",
    ),
]
PaperSize = Annotated[
    str, Query(description="The size of the paper", json_schema_extra={"enum": ["letter", "a4"], "default": "letter"})
]

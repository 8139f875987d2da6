"""The calls of a deploy, by whose numbers tests choose where a fault happens."""

from __future__ import annotations

from typing import Final

from tests.infra.deploying.cloud import WRITES

# The calls of a deploy of one function, in order. The test of the sequence compares them with a real one.
SEQUENCE: Final = (
    *("GetFunctionConfiguration", "GetFunctionConfiguration", "GetAlias", "GetFunctionUrlConfig"),
    *("ListEventSourceMappings", "GetPolicy", "GetFunctionConfiguration", "GetFunction", "FetchCode"),
    *("UpdateFunctionConfiguration", "GetFunctionConfiguration", "GetFunctionConfiguration"),
    *("UpdateFunctionCode", "GetFunctionConfiguration", "GetFunctionConfiguration"),
    *("PublishVersion", "GetFunctionConfiguration", "GetFunctionConfiguration", "Invoke", "Invoke", "UpdateAlias"),
    *("ListVersionsByFunction", "ListAliases"),
)
MOVED: Final = SEQUENCE.index("UpdateAlias") + 1
FIRST_WRITE: Final = SEQUENCE.index("UpdateFunctionConfiguration") + 1
EVERY_CALL: Final = tuple(range(1, len(SEQUENCE) + 1))
READS: Final = tuple(number for number, call in enumerate(SEQUENCE, start=1) if call not in WRITES)
EVERY_WRITE: Final = tuple(number for number, call in enumerate(SEQUENCE, start=1) if call in WRITES)

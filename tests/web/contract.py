"""The contract against the answers: schemathesis sends valid and invalid requests of every operation.

Only the functions import it: that takes a twelfth of the time in which a worker collects the tests.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from devkit.functions import FunctionUrl

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis.config import OperationConfig


def _drawings() -> OperationConfig:
    """Return how signing is judged. A schema cannot express that a drawing is on the pad and is more than a touch."""
    from schemathesis.config import ChecksConfig, OperationConfig, PositiveDataAcceptanceConfig
    from schemathesis.config._checks import NegativeDataRejectionConfig
    from schemathesis.filters import FilterSet

    signing = FilterSet()
    signing.include(operation_id="signWaiver")
    return OperationConfig(
        filter_set=signing,
        checks=ChecksConfig(
            positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=["2xx", "404", "409", "422"]),
            # Some of the bodies that it makes are larger than any signing.
            negative_data_rejection=NegativeDataRejectionConfig(
                expected_statuses=["400", "401", "403", "404", "405", "409", "413", "415", "422", "5xx"]
            ),
        ),
    )


def findings_of(
    handler: Callable[[Any, Any], Any], token: str, *, seed: int = 1, examples: int = 12, **known: str
) -> tuple[list[str], Counter[int]]:
    """Return schemathesis' findings in all phases, and the number of answers by status.

    `examples` are made of each operation and phase; `known` fixes parameters.
    """
    import schemathesis
    from schemathesis.config import (
        GenerationConfig,
        OperationsConfig,
        ProjectConfig,
        ProjectsConfig,
        SchemathesisConfig,
    )
    from schemathesis.engine import events, from_schema

    project = ProjectConfig(
        headers={"Authorization": f"Bearer {token}"},
        parameters=dict(known),
        operations=OperationsConfig(operations=[_drawings()]),
        generation=GenerationConfig(max_examples=examples, deterministic=seed == 1, database="none"),
    )
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json",
        FunctionUrl(handler),
        config=SchemathesisConfig(seed=seed, projects=ProjectsConfig(default=project)),
    )
    findings, statuses = [], Counter[int]()
    for event in from_schema(schema).execute():
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            findings.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            statuses.update(each.response.status_code for each in recorder.interactions.values() if each.response)
            findings += [
                f"{recorder.label}: {check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                for checks in recorder.checks.values()
                for check in checks
                if check.failure_info
            ]
    return findings, statuses

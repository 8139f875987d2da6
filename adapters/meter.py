"""Metrics in CloudWatch's embedded metric format, each a line in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric

if TYPE_CHECKING:
    from datetime import timedelta

NAMESPACE: Final = "ShipCaptainCrew"


class EmbeddedMetrics:
    """charter's Meter. Each metric has the stack as a dimension, so that stacks are counted apart."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    def count(self, name: str, **dimensions: str) -> None:
        """Count one more. See charter.announce_ports.Meter.count."""
        self._write(name, 1, MetricUnit.Count, dimensions)

    def took(self, name: str, passed: timedelta) -> None:
        """Record a duration. See charter.announce_ports.Meter.took."""
        self._write(name, passed.total_seconds(), MetricUnit.Seconds, {})

    def _write(self, name: str, value: float, unit: MetricUnit, dimensions: dict[str, str]) -> None:
        with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
            metric.add_dimension("service", "announce")
            metric.add_dimension("stack", self._stack)
            for dimension, value_of_it in dimensions.items():
                metric.add_dimension(dimension, value_of_it)

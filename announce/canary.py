"""The canary: shows by a payment of its own that payments get through, and counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.frozen import dataclass

if TYPE_CHECKING:
    from announce.records import Records
    from announce.services import Services


@dataclass(frozen=True, slots=True)
class CanaryRun:
    """One canary payment. It raises nothing: Lambda would retry it, and call it a dead letter of an announcement."""

    services: Services
    records: Records

    def run(self) -> None:
        """Pay, and count `CanaryPayment` with how long it took, or `CanaryFailed` with the kind of the error."""
        begun = self.services.now()
        try:
            self.services.canary.pay(now=begun)
        except Exception as error:  # noqa: BLE001 - each failure means that no payment got through
            self.records.log_error("the canary payment failed", error)
            self.services.meter.count("CanaryFailed", why=type(error).__name__)
            return
        self.services.meter.count("CanaryPayment")
        self.services.meter.took("CanaryTook", self.services.now() - begun)

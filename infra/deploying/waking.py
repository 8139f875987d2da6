"""Wake a version that AWS put to sleep. After 14 days without a call, SnapStart's versions are `Inactive`.

The first call of such a version is refused with SnapStartNotReadyException, and makes Lambda prepare it again, which
takes minutes. An alias that moved there meanwhile would answer nobody.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused
from infra.deploying.probes import probe

if TYPE_CHECKING:
    from infra.deploying.functions import Functions
    from infra.deploying.states import FunctionState

_NOT_READY: Final = "SnapStartNotReadyException"
_CALLS: Final = 5  # calls that may leave it inactive before giving up


def is_asleep(state: FunctionState) -> bool:
    """Return True if Lambda cannot invoke the version at once."""
    return state.config.get("State") in {"Inactive", "Pending"}


def wake(functions: Functions, name: str, version: str) -> bool:
    """Make a version ready to serve, and return whether it was asleep.

    What the version answers does not matter here, only that Lambda can invoke it. Raises AwsRefused when Lambda cannot
    start it, and when it is not ready after minutes.
    """
    state = functions.state(name, version)
    if state is None or not is_asleep(state):
        return False
    refused = AwsRefused(f"Lambda did not wake version {version} of {name}.")
    for _ in range(_CALLS):
        try:
            probe(functions, state)
        except AwsRefused as answer:
            refused = refused if answer.code == _NOT_READY else answer
        if not is_asleep(functions.settled(name, version)):
            return True
        time.sleep(functions.pause * 8)
    raise refused

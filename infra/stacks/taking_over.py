"""Take Gmail's credentials over from the environment of an older function. No value is ever shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.deploying.functions import Functions
from infra.stacks.credentials import GMAIL, checked
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Collection

    from infra.aws import Aws
    from infra.stacks.credentials import HeldCredentials
    from terminal.console import Console


def gmail_of(
    aws: Aws, console: Console, function: str, held: HeldCredentials, others: Collection[str]
) -> dict[str, str]:
    """Return the credentials that the secret lacks and the function has. `others` come from elsewhere.

    `function` may end with `:ALIAS`; without it, `$LATEST` is read. What the secret has already stays. Raises Stopped
    where the secret has some of them from another client, whose tokens do not fit these, and AwsRefused.
    """
    name, _, qualifier = function.partition(":")
    state = Functions(aws.functions).state(name, qualifier or "$LATEST")
    if state is None:
        raise Stopped(f"There is no function {function} in this account and region. Name another with --gmail-from.")
    have = {key: value for key in GMAIL if (value := state.variables.get(key.upper(), "").strip())}
    missing = [key for key in held.missing(GMAIL) if key not in others]
    taken = {key: checked(key, have[key]) for key in missing if key in have}
    other = [
        key for key in have if key not in (*held.missing(GMAIL), *others) and (held.values or {})[key] != have[key]
    ]
    if other and taken:
        raise Stopped(
            f"The secret {held.name} has another {' and '.join(other)} than {function}, so {', '.join(taken)} would "
            f"not fit. Nothing was changed. Renew all three: --renew {' --renew '.join(GMAIL)}"
        )
    if other:
        console.warn(f"{function} has another {' and '.join(other)} than the secret {held.name}. The secret's stay.")
    if lacking := [key.upper() for key in missing if key not in have]:
        console.warn(f"{function} has no {' and no '.join(lacking)}.")
    if taken:
        names = ", ".join(key.upper() for key in taken)
        console.note(f"Taken over from {function}: {names}. The values are not shown, and the function keeps them.")
    return taken

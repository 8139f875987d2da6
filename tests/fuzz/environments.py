"""Environments of the functions, made hostile: the start is refused in a sentence that names the variable alone."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import announce.settings
import bot.settings
import web.settings
from charter.settings import SettingsMalformed
from devkit.environment import bot_environment
from tests.fuzz.cases import Case
from tests.fuzz.hostile import TEXTS
from tests.fuzz.steps import Step
from tests.fuzz.world import PUBLIC, TOKEN_SECRET

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

READERS: Final[tuple[Callable[[Mapping[str, str]], Any], ...]] = (
    bot.settings.read_settings,
    web.settings.read_settings,
    announce.settings.read_settings,
)
WHOLE: Final = {
    **bot_environment(aws="http://x", slack="http://slack.invalid", public_url=PUBLIC, token_secret=TOKEN_SECRET),
    "CURRENCY": "EUR",
    "PAYMENT_METHODS": "cash,venmo",
    "ADMIN_USERGROUP": "S0OFFICE",
    "CREW_USERGROUP": "S0CREW",
    "ANNOUNCE_BY": "books,slack,mail",
    "MAIL_PATRONS": "receipts",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.example/q",
    "GMAIL_CLIENT_ID": "g",
    "GMAIL_CLIENT_SECRET": "h",
    "GMAIL_REFRESH_TOKEN": "i",
    "STACK_NAME": "crew",
}
LONGEST: Final = 300
"""Of a sentence about a variable."""


@dataclass
class Environments:
    """Settings of the three functions."""

    name: str = "settings"
    share: float = 10.0

    def draw(self, rng: random.Random) -> Case:
        """Return an environment with some variables removed or changed."""
        place = rng.randrange(len(READERS))
        steps = []
        for _ in range(rng.randrange(1, 4)):
            name = rng.choice(sorted(WHOLE))
            removed = rng.random() < 0.25
            steps.append(
                Step("variable", "unset" if removed else "set", (name,), None if removed else rng.choice(TEXTS))
            )
        return Case(self.name, place, READERS[place].__module__, tuple(steps))

    def run(self, case: Case) -> list[str]:
        """Read the settings and check the refusal."""
        environment = dict(WHOLE)
        for step in case.steps:
            environment.pop(str(step.path[0]), None)
            if step.kind == "set" and "\x00" not in step.value:  # no system takes such a variable
                environment[str(step.path[0])] = step.value
        try:
            READERS[case.shape](environment)
        except SettingsMalformed as refusal:
            return self._findings(case, str(refusal))
        except Exception as error:  # noqa: BLE001 - the finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            return [f"raised {type(error).__name__}: {error} at {where.filename}:{where.lineno}"]
        return []

    def _findings(self, case: Case, sentence: str) -> list[str]:
        findings = []
        if not any(name in sentence for name in WHOLE) or len(sentence) > LONGEST:
            findings.append(f"names no variable: {sentence}")
        values = [step.value for step in case.steps if isinstance(step.value, str) and len(step.value) > 12]
        findings += [f"repeats the value: {sentence}" for value in values if value in sentence]
        return findings

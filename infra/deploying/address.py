"""Check the public address after a deploy or a rollback, with the keys from the functions' own environments."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused
from infra.smoke.bot import bot_checks
from infra.smoke.checks import counted, failed
from infra.smoke.fetch import function_address, site_root
from infra.smoke.keys import Keys, make_token
from infra.smoke.run import SmokeTarget, checked, run_smoke

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.outputs import Stack
    from infra.smoke.checks import SmokeCheck

_TRIES: Final = 3


@dataclass(frozen=True)
class Address:
    """The public addresses of the site and of the bot; either may be unknown."""

    site: str = ""
    bot: str = ""

    @staticmethod
    def given(url: str | None, bot_url: str | None, stack: Stack | None) -> Address:
        """Return the operator's addresses, else the stack's: of the site, the one that people use."""
        site = url or (stack.public_url if stack else "")
        bot = bot_url or (stack.outputs.get("BotUrl", "") if stack else "")
        return Address(site_root(site) if site else "", function_address(bot) if bot else "")

    def __bool__(self) -> bool:
        return bool(self.site or self.bot)


def smoke_at(
    address: Address,
    environments: Sequence[Mapping[str, str]],
    web_version: str | None = None,
    *,
    pause: float = 2.0,
) -> str:
    """Return the numbers of the checks. Raises AwsRefused, which names what failed.

    Failed checks are retried, since a moved alias takes some moments to be known everywhere.
    """
    for left in reversed(range(_TRIES)):
        checks = _checks(address, environments, web_version)
        if not failed(checks) or not left:
            break
        time.sleep(pause)
    bad = failed(checks)
    if bad:
        raise AwsRefused("The public address fails: " + " ".join(f"{each.name}: {each.detail}." for each in bad))
    return counted(checks)


def _checks(address: Address, environments: Sequence[Mapping[str, str]], web_version: str | None) -> list[SmokeCheck]:
    together = {name: value for each in environments for name, value in each.items()}
    secret, audience = together.get("ADMIN_TOKEN_SECRET"), together.get("PUBLIC_BASE_URL") or address.site
    token = make_token(secret, audience=audience) if secret else None
    keys = Keys(token, together.get("SLACK_SIGNING_SECRET") or None)
    if not address.site:
        return list(bot_checks(address.bot, keys.signing_secret, checked=checked))
    return run_smoke(
        SmokeTarget(url=address.site, bot_url=address.bot or None, function_version=web_version, keys=keys)
    )

"""`smoke`: check that a deployment works."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from infra.commands.stack_option import stack_option
from infra.outputs import STACK, describe, for_stack, refusals_shown
from infra.smoke import run as smoking
from infra.smoke.checks import counted, failed, show
from infra.smoke.fetch import function_address, site_root
from infra.smoke.keys import read_keys

if TYPE_CHECKING:
    from infra.services import Services


@click.command()
@click.argument("url")
@click.option("--bot-url", help="The bot's function URL. Without it and --stack, the checks of the bot are skipped.")
@stack_option("The stack whose outputs name the bot's URL.", default=None)
@click.option("--event", help="An existing event whose waiver must open.  [default: the first that the API lists]")
@click.option("--function-version", help="The published version of the web function that must answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for programs.")
@click.option("--strict", is_flag=True, help="Count a skipped check as failed.")
@click.pass_obj
def smoke(  # noqa: PLR0913  # its options
    services: Services,
    /,
    *,
    url: str,
    bot_url: str | None,
    stack: str | None,
    event: str | None,
    function_version: str | None,
    as_json: bool,
    strict: bool,
) -> None:
    """Check that the site at URL works. Nothing is written.

    Keys come from the environment and are never shown: ADMIN_TOKEN, or ADMIN_TOKEN_SECRET (with PUBLIC_BASE_URL where
    URL is not the site's own), and SLACK_SIGNING_SECRET. Checks that need a missing key are skipped and listed.
    Exit status 1 when a check failed.
    """
    root = site_root(url)
    if stack and not bot_url:
        with refusals_shown():
            bot_url = describe(services.aws, stack).output("BotUrl", option="--bot-url")
    target = smoking.SmokeTarget(
        url=root,
        bot_url=function_address(bot_url) if bot_url else None,
        event=event,
        function_version=function_version,
        keys=read_keys(os.environ, url=root),
    )
    made = (replace(each, remedy=for_stack(each.remedy, stack or STACK)) for each in smoking.smoke(target))
    checks = list(made) if as_json else show(made, services.console)
    bad = bool(failed(checks)) or (strict and any(check.passed is None for check in checks))
    if as_json:
        click.echo(
            json.dumps({"url": root, "passed": not bad, "checks": [check.as_dict for check in checks]}, indent=2)
        )
    else:
        services.console.say(f"{root}: {counted(checks)}.")
    if bad:
        raise click.exceptions.Exit(1)

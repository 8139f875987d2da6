"""`smoke`: whether what is deployed works."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from infra.outputs import describe, refusals_told
from infra.smoke import run as smoking
from infra.smoke.checks import counted, failed, show
from infra.smoke.fetch import function_address, site_root
from infra.smoke.keys import read_keys

if TYPE_CHECKING:
    from infra.commands import Desk


@click.command()
@click.argument("url")
@click.option("--bot-url", help="The bot's own function URL; without it, and --stack, Slack's checks are left out.")
@click.option("--stack", help="The stack that tells the bot's URL.")
@click.option("--event", help="An event that exists, whose waiver must open; else the first that the API lists.")
@click.option("--function-version", help="The published version of the web function that must answer.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON, for programs.")
@click.option("--strict", is_flag=True, help="What could not be looked at counts as failed.")
@click.pass_obj
def smoke(  # noqa: PLR0913  # its options
    desk: Desk,
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
    """Look whether the site at URL works, and write nothing.

    Keys come from the environment and are never shown: ADMIN_TOKEN, or ADMIN_TOKEN_SECRET (with PUBLIC_BASE_URL where
    URL is not the site's own), and SLACK_SIGNING_SECRET. What cannot be looked at without them is left out, and named.
    Exit status 1 when a check failed.
    """
    root = site_root(url)
    if stack and not bot_url:
        with refusals_told():
            bot_url = describe(desk.aws, stack).output("BotUrl", option="--bot-url")
    target = smoking.Target(
        url=root,
        bot_url=function_address(bot_url) if bot_url else None,
        event=event,
        function_version=function_version,
        keys=read_keys(os.environ, url=root),
    )
    checks = smoking.run_smoke(target) if as_json else show(smoking.smoke(target), desk.console)
    bad = bool(failed(checks)) or (strict and any(check.passed is None for check in checks))
    if as_json:
        click.echo(json.dumps({"url": root, "passed": not bad, "checks": [check.told for check in checks]}, indent=2))
    else:
        desk.console.say(f"{root}: {counted(checks)}.")
    if bad:
        raise click.exceptions.Exit(1)

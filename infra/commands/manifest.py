"""`manifest`: print the Slack app's manifest for an address."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from infra.slack.limits import findings
from infra.slack.manifest import SCOPES
from infra.slack.manifest import manifest as build
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.services import Services


@click.command()
@click.option(
    "--url",
    "--bot-url",
    "url",
    metavar="URL",
    help="The address for Slack's requests: the bot's function URL, which `up` prints as BotUrl.",
)
@click.option("--socket-mode", is_flag=True, help="For `make run` with the real Slack, which needs no address.")
@click.pass_obj
def manifest(services: Services, url: str | None, *, socket_mode: bool) -> None:
    """Print the Slack app's manifest, as JSON, to paste at api.slack.com/apps.

    For a new app: Create New App, From a manifest. For an existing app: App Manifest; Slack shows what changes.
    """
    if (url is None) != socket_mode:
        raise click.UsageError("Pass either --url or --socket-mode.")
    if url is not None:
        _check(url)
    made = build(url)
    if found := findings(made):
        raise Stopped(f"Slack would refuse this manifest: {' '.join(found)}")
    services.console.say(json.dumps(made, indent=2, ensure_ascii=False))
    for scope, why in SCOPES.items():
        services.console.note(f"{scope}: {why}")


def _check(url: str) -> None:
    """Raise BadParameter unless Slack would accept the address: https, and only a host."""
    parts = urlsplit(url)
    if (
        parts.scheme != "https"
        or not parts.hostname
        or "@" in parts.netloc
        or parts.path not in {"", "/"}
        or parts.query
        or parts.fragment
    ):
        raise click.BadParameter("the form is https://abc.lambda-url.us-west-2.on.aws", param_hint="--url")

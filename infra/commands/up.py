"""`up`: create everything in an AWS account, or bring it up to date."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from infra.commands.operating import insist, snapshots_option
from infra.commands.stack_option import stack_option
from infra.deploying.snapshots import Store
from infra.outputs import refusals_shown
from infra.stacks.credentials import GMAIL, SLACK, read_given
from infra.stacks.order import Asking, StackOptions
from infra.stacks.public_host import show_next_step
from infra.stacks.up import Up
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.services import Services
    from infra.stacks.stack import Now

TEMPLATE: Final = Path(__file__).resolve().parents[1] / "template.yaml"
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

_EXAMPLES = """
\b
Examples:
  python -m infra up --parameter AdminUsers=U0123456789
  python -m infra up --dry-run
  python -m infra up --gmail-from shipcaptaincrew      takes the credentials over from that function
  python -m infra up --parameter PublicHost=trips.example.com --parameter CertificateArn=arn:aws:acm:us-east-1:…
"""


@click.command(epilog=_EXAMPLES)
@stack_option("The stack's name.")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter of the template; repeatable. The others keep their values.",
)
@click.option("--use-gmail", is_flag=True, help="Send mail by Gmail; the same as --parameter UseGmail=true.")
@click.option(
    "--gmail-from",
    metavar="FUNCTION",
    default="",
    help="As --use-gmail, with the credentials in the environment of this older function. They are never shown.",
)
@click.option(
    "--credentials",
    "given",
    type=click.File(),
    metavar="FILE",
    help="A JSON object of credentials that replace the present ones; - reads standard input.",
)
@click.option(
    "--renew",
    multiple=True,
    type=click.Choice((*SLACK, *GMAIL)),
    help="Replace this credential, from your environment or a prompt; repeatable.",
)
@click.option("--code-bucket", help="The bucket for zips and templates.  [default: one that is created for the stack]")
@click.option(
    "--zip", "ready", type=_FILE, help="The zip to deploy. Without it, an existing stack keeps the code that serves."
)
@click.option("--template", type=_FILE, default=TEMPLATE, help="The template.  [default: infra/template.yaml]")
@click.option("--replace-data", is_flag=True, help="Allow changes that replace or remove tables, buckets or secrets.")
@click.option(
    "--share-credentials", is_flag=True, help="Allow the secret of another stack to be used. It is only read."
)
@click.option("--onto-another", is_flag=True, help="Allow a stack that does not belong to Ship Captain Crew.")
@snapshots_option
@click.option("--dry-run", is_flag=True, help="Show what CloudFormation would do, and change nothing in the stack.")
@click.option(
    "--yes", is_flag=True, help="Do not ask for confirmation. You are still prompted for missing credentials."
)
@click.pass_obj
def up(services: Services, /, folder: Path, *, yes: bool, **options: Any) -> None:
    """Create everything in your AWS account, or bring it up to date.

    Credentials are stored in Secrets Manager. You see what CloudFormation would do before it does it. The first run
    builds the zip; later runs keep the code that serves, and `deploy` brings newer code. A changed function is
    published and tested before it serves, and `rollback` restores the earlier version. It is safe to run this again.

    Credentials that are missing come from the environment (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, and with Gmail
    GMAIL_CLIENT_ID, GMAIL_CLIENT_SECRET, GMAIL_REFRESH_TOKEN), or you are prompted; the input is hidden.
    """
    order = _order(**options)
    asking = Asking(agree=lambda question: yes or _agree(question), insist=insist, secret=_ask_secret)
    try:
        with _ended_as_by_ctrl_c(), refusals_shown():
            now = Up(services.aws, services.console, order, asking, Store(folder)).run()
    except KeyboardInterrupt:
        raise Stopped("Interrupted. CloudFormation continues by itself. Run the same command to continue.") from None
    if now is not None:
        _show_next_steps(services, order.stack, now)


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Let a signal that ends the process do it as Ctrl-C does, so that no change set is left."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _order(
    *,
    code_bucket: str | None,
    parameters: tuple[str, ...],
    use_gmail: bool,
    gmail_from: str,
    given: TextIO | None,
    **rest: Any,
) -> StackOptions:
    """Return the options as StackOptions."""
    return StackOptions(
        bucket=code_bucket,
        parameters=_read(parameters) | ({"UseGmail": "true"} if use_gmail or gmail_from else {}),
        gmail_from=gmail_from,
        given=read_given(given.read()) if given else {},
        **rest,
    )


def _read(parameters: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in parameters]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise click.BadParameter(f"{', '.join(wrong)}: the form is NAME=VALUE", param_hint="--parameter")
    return {name: value for name, _, value in pairs}


def _agree(question: str) -> bool:
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise Stopped("Nobody answered. Pass --yes to agree in advance.") from None


def _ask_secret(key: str) -> str:
    try:
        return str(click.prompt(key, hide_input=True, err=True))
    except click.Abort:
        raise Stopped(f"{key} is missing. Set {key.upper()}, or pass it with --credentials.") from None


def _show_next_steps(services: Services, stack: str, now: Now) -> None:
    """Show the stack's outputs, and the steps that only a person can do."""
    console, outputs, settings = services.console, now.outputs, now.parameters
    for name, value in sorted(outputs.items()):
        console.say(f"{name}: {value}")
    if outputs.get("BotUrl"):
        console.say("Next, at api.slack.com/apps, App Manifest, paste the output of this command:")
        console.say(f"  python -m infra manifest --url {outputs['BotUrl']}")
    address = show_next_step(services.aws, console, stack, settings, outputs)
    if not settings.get("AdminUsers") and not settings.get("AdminUsergroup"):
        console.warn("Nobody is an admin yet. Run this again with --parameter AdminUsers=U…, your member id in Slack.")
    if not settings.get("OpsChannel"):
        console.warn("The morning digest has no channel yet. Pass --parameter OpsChannel=C…, and invite the bot there.")
    if not settings.get("AlarmEmail"):
        console.warn("Nobody gets the alarms yet. Pass --parameter AlarmEmail=…; AWS first sends a mail to confirm.")
    bot = f" --bot-url {outputs['BotUrl']}" if outputs.get("BotUrl") else ""
    console.say(f"Then check it: python -m infra smoke {address}{bot}")

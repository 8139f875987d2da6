"""`up`: the one command that makes everything in an AWS account, and brings it up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from infra.commands.operating import insist, snapshots_option
from infra.deploying.snapshots import Store
from infra.outputs import STACK, refusals_told
from infra.stacks.credentials import GMAIL, SLACK, read_given
from infra.stacks.order import Asking, Order
from infra.stacks.up import HOST_NOT_KNOWN, Up
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.commands import Desk
    from infra.stacks.stack import Now

TEMPLATE: Final = Path(__file__).resolve().parents[1] / "template.yaml"
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

_EXAMPLES = """
\b
Examples:
  python -m infra up --parameter AdminUsers=U0123456789
  python -m infra up --dry-run
  python -m infra up --parameter PublicHost=trips.example.com --parameter CertificateArn=arn:aws:acm:us-east-1:…
"""


@click.command(epilog=_EXAMPLES)
@click.option("--stack", default=STACK, show_default=True, help="The stack's name.")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="One of the template's; repeatable. What is not named stays as it is.",
)
@click.option("--use-gmail", is_flag=True, help="Mails go out by Gmail; the same as --parameter UseGmail=true.")
@click.option(
    "--credentials",
    "given",
    type=click.File(),
    metavar="FILE",
    help="A JSON object of credentials, or - for standard input; they replace those that are there.",
)
@click.option(
    "--renew",
    multiple=True,
    type=click.Choice((*SLACK, *GMAIL)),
    help="Take this credential anew, from the environment or from you; repeatable.",
)
@click.option("--code-bucket", help="The bucket for zips and templates; else one of the stack's own is made.")
@click.option("--zip", "ready", type=_FILE, help="A zip to ship. Without it, a stack keeps the code that serves.")
@click.option("--template", type=_FILE, default=TEMPLATE, help="Another template.  [default: infra/template.yaml]")
@click.option("--replace-data", is_flag=True, help="Allow what would leave tables, buckets or secrets behind.")
@click.option("--share-credentials", is_flag=True, help="Use the secret of another stack, which is named; read only.")
@snapshots_option
@click.option("--dry-run", is_flag=True, help="Show what CloudFormation would do, and change nothing of the stack.")
@click.option("--yes", is_flag=True, help="Do not ask; credentials that are missing are asked for all the same.")
@click.pass_obj
def up(desk: Desk, /, folder: Path, *, yes: bool, **options: Any) -> None:
    """Make everything in your AWS account, or bring it up to date.

    It keeps the credentials in Secrets Manager, and hands the template to CloudFormation, after showing what that would
    do. The first time it builds the zip; later the code that serves stays, and `deploy` brings newer code. What changes
    in a function is published and tried before it serves, and `rollback` takes it back. Run it again whenever you like:
    what is as it should be stays as it is.

    Credentials that are missing come from the environment (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, and with Gmail
    GMAIL_CLIENT_ID, GMAIL_CLIENT_SECRET, GMAIL_REFRESH_TOKEN), or you are asked for them, unseen.
    """
    order = _order(**options)
    asking = Asking(agree=lambda question: yes or _agree(question), insist=insist, secret=_ask_secret)
    try:
        with refusals_told():
            now = Up(desk.aws, desk.console, order, asking, Store(folder)).run()
    except KeyboardInterrupt:
        raise Stopped(
            "Interrupted. CloudFormation finishes, or takes back, what it began; run the same command to go on."
        ) from None
    if now is not None:
        _tell(desk, now)


def _order(
    *, code_bucket: str | None, parameters: tuple[str, ...], use_gmail: bool, given: TextIO | None, **rest: Any
) -> Order:
    """The options, as `up` takes them."""
    return Order(
        bucket=code_bucket,
        parameters=_read(parameters) | ({"UseGmail": "true"} if use_gmail else {}),
        given=read_given(given.read()) if given else {},
        **rest,
    )


def _read(parameters: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in parameters]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise click.BadParameter(f"{', '.join(wrong)}: NAME=VALUE is wanted", param_hint="--parameter")
    return {name: value for name, _, value in pairs}


def _agree(question: str) -> bool:
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise Stopped("Nobody answered. Where nobody can be asked, give --yes.") from None


def _ask_secret(key: str) -> str:
    try:
        return str(click.prompt(key, hide_input=True, err=True))
    except click.Abort:
        raise Stopped(f"{key} is missing. Set {key.upper()}, or hand it over with --credentials.") from None


def _tell(desk: Desk, now: Now) -> None:
    """Where everything is, and what only a person can do."""
    console, outputs, settings = desk.console, now.outputs, now.parameters
    for name, value in sorted(outputs.items()):
        console.say(f"{name}: {value}")
    own = settings.get("CertificateArn")
    host, site = settings.get("PublicHost", ""), outputs.get("SiteUrl", "")
    if outputs.get("BotUrl"):
        console.say("Next, at api.slack.com/apps, App Manifest, paste what this prints:")
        console.say(f"  python -m infra manifest --url {outputs['BotUrl']}")
    if own:
        console.say(
            f"Let {host} point at {site.removeprefix('https://')}: a CNAME, or an alias record at a zone's top."
        )
    elif host not in {HOST_NOT_KNOWN, site.removeprefix("https://")}:
        console.warn(f"Links start with https://{host}, which has no certificate here: set CertificateArn.")
    if not settings.get("AdminUsers") and not settings.get("AdminUsergroup"):
        console.warn("Nobody is an admin yet: run it again with --parameter AdminUsers=U…, your member id in Slack.")
    if not settings.get("OpsChannel"):
        console.warn("The morning digest has no channel yet: --parameter OpsChannel=C…, and invite the bot there.")
    console.say(f"Then try it: python -m infra smoke {'https://' + host if own else site}")

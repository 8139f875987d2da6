"""`cloudfront`: what an existing distribution lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from infra.edge import admission
from infra.edge.adoption import Distribution, Order
from infra.outputs import STACK, refusals_told
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.commands import Desk
    from infra.edge.behaviours import Plan


@click.group()
def cloudfront() -> None:
    """See to a distribution that was there before."""


@cloudfront.command()
@click.option("--distribution-id", required=True, help="The distribution that gets what it lacks.")
@click.option("--web-url", help="The web function's URL.  [default: that of --web-function]")
@click.option("--web-function", help="The web function, whose alias then lets the distribution in.")
@click.option("--alias", default="live", show_default=True, help="The alias of --web-function with the URL.")
@click.option("--site-bucket", help="The bucket of the dispatch page.  [default: the default behaviour's]")
@click.option("--name", default=STACK, show_default=True, help="Begins the names of policies, functions and origins.")
@click.option("--page", is_flag=True, help="Add the page's own paths too: /dispatch, and /dispatch/*.")
@click.option("--take-over", is_flag=True, help="Also where a behaviour that is there gets no request any more.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Do not wait until CloudFront has rolled it out.")
@click.pass_obj
def adopt(  # noqa: PLR0913  # its options
    desk: Desk,
    /,
    *,
    distribution_id: str,
    web_url: str | None,
    web_function: str | None,
    alias: str,
    site_bucket: str | None,
    name: str,
    page: bool,
    take_over: bool,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
) -> None:
    """Add the template's behaviours to a distribution: /g/*/waiver first, then /api/* and /_staging/*.

    They come before everything that would take their paths, with the origins and the access control that they need.
    Nothing else of the distribution changes, and a second time there is nothing to do.
    """
    with refusals_told():
        order = Order(
            distribution_id=distribution_id,
            web_host=_host(desk, web_url, web_function, alias),
            site_bucket=site_bucket,
            name=name,
            page=page,
            take_over=take_over,
        )
        with desk.console.step(f"Reading {distribution_id}"):
            distribution = Distribution(desk.aws, order)
            plan = distribution.plan()
            doors = _Doors(desk, distribution.arn, plan, order, (web_function, alias))
        if _is_agreed(desk, plan, doors, dry_run=dry_run, yes=yes):
            _carry_out(desk, distribution, plan, doors, wait=not no_wait)


def _is_agreed(desk: Desk, plan: Plan, doors: _Doors, *, dry_run: bool, yes: bool) -> bool:
    """Shows the plan, and asks. Raises Stopped where something stands in its way."""
    for line in (*plan.adds, *doors.lines):
        desk.console.say(f"+ {line}")
    for line in plan.warns:
        desk.console.warn(line)
    for line in plan.refuses:
        desk.console.say(f"✗ {line}")
    if plan.refuses:
        raise Stopped("Nothing was changed.")
    if not plan.adds and not doors.lines:
        desk.console.say("Nothing is missing.")
        return False
    return not dry_run and (yes or click.confirm("Add this?", abort=True, err=True))


def _carry_out(desk: Desk, distribution: Distribution, plan: Plan, doors: _Doors, *, wait: bool) -> None:
    doors.open()
    if plan.adds:
        with desk.console.step(f"Changing {distribution.order.distribution_id}"):
            distribution.carry_out(plan)
        if wait:
            with desk.console.step("Waiting until CloudFront has rolled it out; this takes some minutes"):
                distribution.await_deployed()
    desk.console.say("Done. `python -m infra smoke URL` looks whether it works.")


def _host(desk: Desk, web_url: str | None, web_function: str | None, alias: str) -> str:
    if web_url:
        parts = urlsplit(web_url if "//" in web_url else f"https://{web_url}")
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
            raise Stopped("Give the function URL alone, as https://….lambda-url.us-west-2.on.aws/.")
        return parts.hostname
    if not web_function:
        raise Stopped("Name the web function: --web-function NAME, or its URL with --web-url.")
    host, signed = admission.function_host(desk.aws.functions, web_function, alias)
    if not signed:
        desk.console.warn(f"The URL of {web_function} takes requests past CloudFront too: set its AuthType to AWS_IAM.")
    return host


class _Doors:
    """What lets the distribution in: the alias's permissions, and the policy of a bucket that is new to it."""

    def __init__(self, desk: Desk, arn: str, plan: Plan, order: Order, function: tuple[str | None, str]) -> None:
        self._aws, self._console, self._arn = desk.aws, desk.console, arn
        self._function, self._alias = function
        self._bucket = order.site_bucket if "site" in plan.new_origins else None
        self._actions: list[str] = []
        self._statements: list[dict[str, Any]] = []
        if self._function:
            self._actions = admission.lacking(desk.aws.functions, self._function, self._alias, arn)
        if self._bucket:
            self._statements = admission.bucket_lacks(desk.aws.buckets, self._bucket, arn)

    @property
    def lines(self) -> list[str]:
        """In words."""
        return [
            *(f"permission {action} for it, on {self._function}:{self._alias}" for action in self._actions),
            *(f"statement {each['Sid']} in the policy of {self._bucket}" for each in self._statements),
        ]

    def open(self) -> None:
        """Gives what is missing."""
        for action in self._actions:
            with self._console.step(f"Permitting {action}"):
                admission.permit(self._aws.functions, str(self._function), self._alias, self._arn, action)
        if self._statements:
            with self._console.step(f"Adding to the policy of {self._bucket}"):
                admission.admit(self._aws.buckets, str(self._bucket), self._statements)

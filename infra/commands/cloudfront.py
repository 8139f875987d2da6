"""`cloudfront`: add the template's behaviours to an existing distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from infra.edge import admission
from infra.edge.adoption import Distribution, Order
from infra.outputs import STACK, refusals_shown
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.edge.behaviours import Plan
    from infra.services import Services


@click.group()
def cloudfront() -> None:
    """Extend an existing CloudFront distribution."""


@cloudfront.command()
@click.option("--distribution-id", required=True, help="The distribution to extend.")
@click.option("--web-url", help="The web function's URL.  [default: that of --web-function]")
@click.option("--web-function", help="The web function. Its alias gets permissions for the distribution.")
@click.option("--alias", default="live", show_default=True, help="The alias of --web-function that has the URL.")
@click.option("--site-bucket", help="The bucket of the dispatch page.  [default: the default behaviour's]")
@click.option(
    "--name", default=STACK, show_default=True, help="Prefix for the names of policies, functions and origins."
)
@click.option("--page", is_flag=True, help="Also add the page's own paths: /dispatch and /dispatch/*.")
@click.option("--take-over", is_flag=True, help="Allow this even if an existing behaviour gets no requests any more.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Do not wait for CloudFront to roll it out.")
@click.pass_obj
def adopt(  # noqa: PLR0913  # its options
    services: Services,
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

    They come before existing behaviours that would match their paths, with the origins and access control that they
    need. Nothing else of the distribution changes, and a second run has nothing to do.
    """
    with refusals_shown():
        order = Order(
            distribution_id=distribution_id,
            web_host=_host(services, web_url, web_function, alias),
            site_bucket=site_bucket,
            name=name,
            page=page,
            take_over=take_over,
        )
        with services.console.step(f"Reading {distribution_id}"):
            distribution = Distribution(services.aws, order)
            plan = distribution.plan()
            permissions = _Permissions(services, distribution.arn, plan, order, (web_function, alias))
        if _is_agreed(services, plan, permissions, dry_run=dry_run, yes=yes):
            _carry_out(services, distribution, plan, permissions, wait=not no_wait)


def _is_agreed(services: Services, plan: Plan, permissions: _Permissions, *, dry_run: bool, yes: bool) -> bool:
    """Show the plan, and ask. Raises Stopped when the plan has a conflict."""
    for line in (*plan.adds, *permissions.lines):
        services.console.say(f"+ {line}")
    for line in plan.warns:
        services.console.warn(line)
    for line in plan.refuses:
        services.console.say(f"✗ {line}")
    if plan.refuses:
        raise Stopped("Nothing was changed.")
    if not plan.adds and not permissions.lines:
        services.console.say("Nothing is missing.")
        return False
    return not dry_run and (yes or click.confirm("Add this?", abort=True, err=True))


def _carry_out(
    services: Services, distribution: Distribution, plan: Plan, permissions: _Permissions, *, wait: bool
) -> None:
    permissions.grant()
    if plan.adds:
        with services.console.step(f"Changing {distribution.order.distribution_id}"):
            distribution.carry_out(plan)
        if wait:
            with services.console.step("Waiting for CloudFront to roll it out; this takes some minutes"):
                distribution.await_deployed()
    services.console.say("Done. To check that it works: python -m infra smoke URL")


def _host(services: Services, web_url: str | None, web_function: str | None, alias: str) -> str:
    if web_url:
        parts = urlsplit(web_url if "//" in web_url else f"https://{web_url}")
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
            raise Stopped("--web-url is not a function URL, such as https://….lambda-url.us-west-2.on.aws/.")
        return parts.hostname
    if not web_function:
        raise Stopped("No web function is named. Pass --web-function NAME, or its URL with --web-url.")
    host, signed = admission.function_host(services.aws.functions, web_function, alias)
    if not signed:
        services.console.warn(
            f"The URL of {web_function} lets requests bypass CloudFront. Set its AuthType to AWS_IAM."
        )
    return host


class _Permissions:
    """The permissions that the distribution lacks: on the function's alias, and in the policy of a new bucket."""

    def __init__(
        self, services: Services, arn: str, plan: Plan, order: Order, function: tuple[str | None, str]
    ) -> None:
        self._aws, self._console, self._arn = services.aws, services.console, arn
        self._function, self._alias = function
        self._bucket = order.site_bucket if "site" in plan.new_origins else None
        self._actions: list[str] = []
        self._statements: list[dict[str, Any]] = []
        if self._function:
            self._actions = admission.lacking(services.aws.functions, self._function, self._alias, arn)
        if self._bucket:
            self._statements = admission.bucket_lacks(services.aws.buckets, self._bucket, arn)

    @property
    def lines(self) -> list[str]:
        """Each missing permission in words."""
        return [
            *(
                f"permission {action} for the distribution, on {self._function}:{self._alias}"
                for action in self._actions
            ),
            *(f"statement {each['Sid']} in the policy of {self._bucket}" for each in self._statements),
        ]

    def grant(self) -> None:
        """Grant the missing permissions."""
        for action in self._actions:
            with self._console.step(f"Permitting {action}"):
                admission.permit(self._aws.functions, str(self._function), self._alias, self._arn, action)
        if self._statements:
            with self._console.step(f"Adding to the policy of {self._bucket}"):
                admission.admit(self._aws.buckets, str(self._bucket), self._statements)

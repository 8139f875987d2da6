"""`cloudfront`: add the template's behaviours to an existing distribution, and take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from infra.asking import AwsRefused
from infra.commands.operating import confirm, snapshots_option
from infra.commands.stack_option import stack_option
from infra.edge import admission, record
from infra.edge.adoption import AdoptionOptions, DistributionToAdopt
from infra.edge.behaviours import API_PATHS, GROUPS
from infra.edge.undoing import take_back
from infra.outputs import STACK, for_stack, refusals_shown
from infra.stacks.stack import read_stack
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.edge.behaviours import EdgePlan
    from infra.services import Services


_EXAMPLES = """
\b
Examples:
  python -m infra cloudfront adopt --distribution-id E2EXAMPLE --page --dry-run
  python -m infra cloudfront adopt --distribution-id E2EXAMPLE --only waiver
"""


@click.group()
def cloudfront() -> None:
    """Extend an existing CloudFront distribution."""


@cloudfront.command(epilog=_EXAMPLES)
@click.option("--distribution-id", required=True, help="The distribution to extend.")
@stack_option("The stack whose outputs fill in missing options.")
@click.option("--web-url", help="The web function's URL.  [default: that of --web-function]")
@click.option(
    "--web-function",
    help="The web function, whose alias gets permissions.  [default: the stack's, without --web-url]",
)
@click.option("--alias", default="live", show_default=True, help="The alias of --web-function that has the URL.")
@click.option("--site-bucket", help="The bucket of the dispatch page.  [default: the stack's]")
@click.option("--name", help="Prefix for the names of policies, functions and origins.  [default: the stack's name]")
@click.option("--page", is_flag=True, help="Also add the page's own paths: /dispatch and /dispatch/*.")
@click.option(
    "--only",
    type=click.Choice(sorted(set(GROUPS.values()))),
    multiple=True,
    help="Adopt these paths alone; repeatable.  [default: waiver, api and staging]",
)
@click.option(
    "--narrow-api", is_flag=True, help=f"Adopt the API's own paths instead of /api/*: {', '.join(API_PATHS)}."
)
@click.option(
    "--take-over",
    is_flag=True,
    help="Allow this even if an existing behaviour is replaced, or gets no requests any more.",
)
@click.option("--end-error-pages", is_flag=True, help="Remove the distribution's error pages, which hide our errors.")
@snapshots_option
@click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Do not wait for CloudFront to roll it out.")
@click.pass_obj
def adopt(services: Services, /, folder: Path, *, dry_run: bool, yes: bool, no_wait: bool, **options: Any) -> None:
    """Add the template's behaviours to a distribution: /g/*/waiver first, then /api/* and /_staging/*.

    They come before existing behaviours that would match their paths, with the origins and access control that they
    need. Nothing else of the distribution changes unless an option says so, and a second run has nothing to do.
    `cloudfront undo` takes it back.
    """
    with refusals_shown():
        order, function = _order(services, **options)
        with services.console.step(f"Reading {order.distribution_id}"):
            distribution = DistributionToAdopt(services.aws, order)
            plan = distribution.plan()
            permissions = _Permissions(services, distribution.arn, plan, order, function)
        if _is_agreed(services, plan, permissions, order, dry_run=dry_run, yes=yes):
            _carry_out(services, distribution, plan, permissions, folder, wait=not no_wait)


@cloudfront.command()
@click.option("--distribution-id", required=True, help="The distribution that was extended.")
@snapshots_option
@click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Do not wait for CloudFront to roll it out.")
@click.pass_obj
def undo(  # noqa: PLR0913  # its options
    services: Services, /, folder: Path, *, distribution_id: str, dry_run: bool, yes: bool, no_wait: bool
) -> None:
    """Take back the last `cloudfront adopt` of this machine. Changes by others stay.

    What it added is removed, and what it replaced comes back. Policies, functions and permissions stay, unused.
    """
    held = record.last(folder, distribution_id)
    if held is None:
        raise Stopped(f"No adoption of {distribution_id} is recorded in {folder / record.FOLDER}. Nothing was changed.")
    with refusals_shown():
        with services.console.step(f"Reading {distribution_id}"):
            options = AdoptionOptions(distribution_id=distribution_id, web_host="", name="")
            distribution = DistributionToAdopt(services.aws, options)
            plan = take_back(held.before, held.after, distribution.config)
        _show(services, plan)
        if not plan.adds:
            services.console.say("Nothing of it is left.")
        elif dry_run:
            return
        else:
            confirm("Take this back?", yes=yes)
            with services.console.step(f"Changing {distribution_id}"):
                distribution.update(plan.config)
            if not no_wait:
                _wait(services, distribution)
            services.console.say("Done. The distribution is as it was before that adoption.")
        if not dry_run:
            held.forget()


def _order(  # noqa: PLR0913  # the options
    services: Services,
    *,
    stack: str,
    web_url: str | None,
    web_function: str | None,
    alias: str,
    site_bucket: str | None,
    name: str | None,
    **rest: Any,
) -> tuple[AdoptionOptions, tuple[str | None, str]]:
    """Return the options, and the web function with its alias. The stack's outputs fill in what is missing."""
    outputs: Mapping[str, str] = {}
    if not site_bucket or not (web_url or web_function):
        try:
            outputs = read_stack(services.aws, stack).outputs
        except AwsRefused as refused:
            services.console.warn(f"The stack {stack} cannot be read. {refused}")
    web_function = web_function or (None if web_url else outputs.get("WebFunctionName"))
    order = AdoptionOptions(
        web_host=_host(services, web_url, web_function, alias),
        site_bucket=site_bucket or outputs.get("SiteBucketName"),
        name=name or stack,
        stack=stack if outputs else "",
        narrow=rest.pop("narrow_api"),
        **rest,
    )
    return order, (web_function, alias)


def _show(services: Services, plan: EdgePlan) -> None:
    """Show a plan. Raises Stopped when it has a conflict."""
    for line in plan.adds:
        services.console.say(f"+ {line}")
    for line in plan.warns:
        services.console.warn(line)
    for line in plan.refuses:
        services.console.say(f"✗ {line}")
    if plan.refuses:
        raise Stopped("Nothing was changed.")


def _is_agreed(  # noqa: PLR0913  # the plan and how to agree to it
    services: Services, plan: EdgePlan, permissions: _Permissions, order: AdoptionOptions, *, dry_run: bool, yes: bool
) -> bool:
    """Show the plan, and ask. Raises Stopped when the plan has a conflict, after the ways round it."""
    plan.adds += permissions.lines
    try:
        _show(services, plan)
    except Stopped:
        for line in _ways_round(plan, order):
            services.console.say(line)
        raise
    if not plan.adds:
        services.console.say("Nothing is missing.")
        return False
    if not dry_run:
        confirm("Add this?", yes=yes)
    return not dry_run


def _ways_round(plan: EdgePlan, order: AdoptionOptions) -> list[str]:
    """Return the options that avoid the conflicts of a plan."""
    blocked = {GROUPS[pattern] for pattern in plan.blocked}
    lines = []
    if "/api/*" in plan.blocked:
        lines.append(f"  --narrow-api    adopts the API's own paths alone: {', '.join(API_PATHS)}")
    free = [group for group in dict.fromkeys(GROUPS.values()) if order.wants(group) and group not in blocked]
    if free:
        lines.append(f"  {' '.join(f'--only {group}' for group in free)}    adopts what is free, and leaves the rest")
    return [*lines, "  --take-over    leads those paths to Ship Captain Crew; `cloudfront undo` takes that back"]


def _carry_out(  # noqa: PLR0913  # what it changes, and how
    services: Services,
    distribution: DistributionToAdopt,
    plan: EdgePlan,
    permissions: _Permissions,
    folder: Path,
    *,
    wait: bool,
) -> None:
    permissions.grant()
    if plan.config != distribution.config:
        with services.console.step(f"Changing {distribution.order.distribution_id}"):
            _change(distribution, plan, folder)
        if wait:
            _wait(services, distribution)
    host, stack = distribution.host, distribution.order.stack
    checking = f"python -m infra smoke https://{host}{f' --stack {stack}' if stack else ''}"
    services.console.say(f"Done. To check that it works: {checking}")
    if distribution.order.wants("page"):
        leading = for_stack(f"python -m infra up --parameter PublicHost={host}", stack or STACK)
        services.console.say(f"To let links lead there: {leading}")


def _change(distribution: DistributionToAdopt, plan: EdgePlan, folder: Path) -> None:
    """Record the change, and make it. A change that CloudFront refused leaves no record: nothing is to be undone."""
    kept: list[Path] = []
    identity, before = distribution.order.distribution_id, distribution.config
    try:
        distribution.carry_out(plan, lambda after: kept.append(record.write(folder, identity, before, after)))
    except (AwsRefused, Stopped) as failed:
        if not getattr(failed, "lost", False):
            for path in kept:
                path.unlink()
        raise


def _wait(services: Services, distribution: DistributionToAdopt) -> None:
    with services.console.step("Waiting for CloudFront to roll it out; this takes some minutes"):
        distribution.await_deployed()


def _host(services: Services, web_url: str | None, web_function: str | None, alias: str) -> str:
    if web_url:
        parts = urlsplit(web_url if "//" in web_url else f"https://{web_url}")
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
            raise Stopped("--web-url is not a function URL, such as https://….lambda-url.us-west-2.on.aws/.")
        return parts.hostname
    if not web_function:
        raise Stopped("The web function is not known. Pass the stack's name with --stack, or --web-function NAME.")
    host, signed = admission.function_host(services.aws.functions, web_function, alias)
    if not signed:
        services.console.warn(
            f"The URL of {web_function} lets requests bypass CloudFront. Set its AuthType to AWS_IAM."
        )
    return host


class _Permissions:
    """The permissions that the distribution lacks: on the function's alias, and in the policy of a new bucket."""

    def __init__(
        self, services: Services, arn: str, plan: EdgePlan, order: AdoptionOptions, function: tuple[str | None, str]
    ) -> None:
        self._aws, self._console, self._arn = services.aws, services.console, arn
        self._function, self._alias = function
        self._bucket = order.site_bucket if "site" in plan.sides else None
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

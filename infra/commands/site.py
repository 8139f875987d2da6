"""`site`: stage the dispatch page, promote it, and roll it back."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from infra.asking import AwsRefused, ask
from infra.commands.operating import confirm
from infra.commands.stack_option import stack_option
from infra.edge.hosts import other_distribution
from infra.outputs import describe, for_stack, refusals_shown
from infra.page import promotion, staging
from infra.page.bucket import SiteBucket
from infra.page.checks import page_checks
from infra.page.invalidation import await_invalidation, invalidate
from infra.page.releases import Releases
from infra.smoke.checks import counted, failed, show
from infra.smoke.fetch import site_root
from infra.smoke.keys import NO_TOKEN, Keys, make_token, read_keys
from infra.smoke.run import SmokeTarget, api_checks
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infra.outputs import Stack
    from infra.page.promotion import ReleaseMove
    from infra.services import Services
    from infra.smoke.checks import SmokeCheck

PAGE: Final = Path(__file__).resolve().parents[2] / "web" / "dispatch"


@dataclass(frozen=True, kw_only=True)
class HostedSite:
    """The place of the page: bucket, distribution, address."""

    services: Services
    stack: str
    bucket: SiteBucket
    distribution_ids: tuple[str, ...]
    """The distributions that may keep copies of the page: the stack's own, and one that was adopted."""
    url: str
    audience: str
    """The audience of the tokens: the site that they are for."""
    token_secret: str
    """The ARN of the secret that signs tokens; empty where no stack names it."""

    def keys(self) -> Keys:
        """Return the keys of the environment, else a token signed by the stack's own secret."""
        given = read_keys(os.environ, url=self.audience)
        if given.token or not self.token_secret:
            return given
        secret = ask(self.services.aws.secrets, "GetSecretValue", SecretId=self.token_secret)["SecretString"]
        return replace(given, token=make_token(secret, audience=self.audience))

    def refresh(self, paths: Sequence[str], *, wait: bool = True) -> None:
        """Invalidate those paths in CloudFront."""
        client = self.services.aws.distributions
        begun = [(each, invalidate(client, each, paths)) for each in self.distribution_ids]
        for each, id_ in begun if wait else ():
            with self.services.console.step(f"Waiting for CloudFront to invalidate {' and '.join(paths)} of {each}"):
                await_invalidation(client, each, id_)

    def conclude(self, checks: list[SmokeCheck], *, otherwise: str) -> None:
        """Raise Stopped when a check failed."""
        if failed(checks):
            raise Stopped(f"{counted(checks)}. {otherwise}")


_dry_run = click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
_no_wait = click.option("--no-wait", is_flag=True, help="Do not wait for CloudFront, and do not check the page.")


@click.group()
def site() -> None:
    """Stage the dispatch page, promote it to production, roll it back."""


def _of_a_site(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select a site; the command gets a HostedSite."""

    @stack_option("The stack whose outputs fill in missing options.")
    @click.option("--bucket", help="The site bucket.  [default: the stack's]")
    @click.option("--distribution-id", help="The distribution.  [default: the stack's]")
    @click.option("--url", help="The site's public address.  [default: the host of the stack's links]")
    @click.pass_obj
    @wraps(command)
    def run(
        services: Services, /, stack: str, bucket: str | None, distribution_id: str | None, url: str | None, **rest: Any
    ) -> None:
        try:
            with refusals_shown():
                made = _site(services, stack, bucket=bucket, distribution_id=distribution_id, url=url)
                made.bucket.check_versioned()
                command(made, **rest)
        except Stopped as stopped:
            raise Stopped(for_stack(stopped.message, stack)) from None

    return run


def _site(
    services: Services, stack: str, *, bucket: str | None, distribution_id: str | None, url: str | None
) -> HostedSite:
    host = token_secret = ""
    ids = [distribution_id] if distribution_id else []
    if not (bucket and distribution_id and url):
        found = describe(services.aws, stack)
        bucket = bucket or found.output("SiteBucketName", option="--bucket")
        if not ids:
            own = found.output("DistributionId", option="--distribution-id")
            ids = [own, *_adopted(services, found, own)]
        url = url or found.public_url or found.output("SiteUrl", option="--url")
        host, token_secret = found.parameters.get("PublicHost", ""), found.outputs.get("AdminTokenSecretArn", "")
    return HostedSite(
        services=services,
        stack=stack,
        bucket=SiteBucket(services.aws.buckets, bucket),
        distribution_ids=tuple(ids),
        url=site_root(url),
        audience=f"https://{host}" if host else site_root(url),
        token_secret=token_secret,
    )


def _adopted(services: Services, stack: Stack, own: str) -> list[str]:
    """Return the id of the distribution that answers the host of the links, if it is not the stack's own."""
    host = stack.parameters.get("PublicHost", "")
    if not host or host == stack.outputs.get("SiteUrl", "").removeprefix("https://"):
        return []
    try:
        other = other_distribution(services.aws, host, own)
    except AwsRefused as refused:
        services.console.warn(
            f"{refused} If another distribution answers {host}, it keeps the earlier page for a while. "
            "Name it with --distribution-id."
        )
        return []
    return [other.id] if other else []


@site.command()
@_of_a_site
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=PAGE, help="The page.")
@_dry_run
@click.option("--without-login", is_flag=True, help="Skip the login check, which needs a valid token.")
def stage(site: HostedSite, *, folder: Path, dry_run: bool, without_login: bool) -> None:
    """Upload the page under /_staging/ and verify it there: its bytes, its links, the API with and without a token.

    The token is ADMIN_TOKEN from your environment, or signed with ADMIN_TOKEN_SECRET from it, or with the stack's own
    secret. None of them is ever shown.
    """
    console, files = site.services.console, staging.read_page(folder)
    leaving = staging.stale(site.bucket, files)
    if dry_run:
        _show_plan(site, [f"upload {staging.STAGING}{file.key}" for file in files.values()], leaving, staging.PATHS)
        return
    keys = Keys() if without_login else site.keys()
    if keys.token is None and not without_login:
        raise Stopped(f"{NO_TOKEN} The login cannot be verified without one. Set one of them, or pass --without-login.")
    releases = Releases(site.bucket)
    releases.forget_staged()
    with console.step(f"Uploading {len(files)} files to {site.bucket.name}/{staging.STAGING}"):
        kept = staging.upload(site.bucket, files)
        site.bucket.delete(leaving)
    site.refresh(staging.PATHS)
    checks = show(page_checks(site.url, kept, at=staging.AT), console)
    checks += show(api_checks(SmokeTarget(url=site.url, keys=keys), {}), console)
    site.conclude(
        checks,
        otherwise="The page is uploaded but cannot be promoted until every check passes. Fix it, and stage it again.",
    )
    releases.stage(kept, now=datetime.now(UTC))
    promoting = for_stack("`python -m infra site promote` puts it into production.", site.stack)
    console.say(f"Staged and verified: {site.url}{staging.AT}. {promoting}")


@site.command()
@_of_a_site
@_dry_run
@_no_wait
@click.option("--yes", is_flag=True, help="Do not ask.")
def promote(site: HostedSite, *, dry_run: bool, no_wait: bool, yes: bool) -> None:
    """Copy exactly the staged bytes to production, after a question. `site rollback` restores the earlier page."""
    releases, now = Releases(site.bucket), datetime.now(UTC)
    move = promotion.promotion(releases, now=now, write=False)
    if move is None:
        site.services.console.say("What is staged is in production already.")
        if not dry_run:
            site.refresh(promotion.PATHS, wait=not no_wait)
        return
    if not dry_run:
        confirm(f"Replace the page at {site.url}{promotion.AT} by the staged one?", yes=yes)
        move = promotion.promotion(releases, now=now, write=True) or move
    _carry_out(site, move, "Promoting", dry_run=dry_run, wait=not no_wait)


@site.command()
@_of_a_site
@click.option("--to", metavar="RELEASE", help="A release from `site releases`.  [default: the one before]")
@_dry_run
@_no_wait
def rollback(site: HostedSite, *, to: str | None, dry_run: bool, no_wait: bool) -> None:
    """Restore the release before the one in production, byte for byte. Run it again for the one before that."""
    move = promotion.restoration(Releases(site.bucket), to, now=datetime.now(UTC), write=not dry_run)
    _carry_out(site, move, "Going back to", dry_run=dry_run, wait=not no_wait)


@site.command()
@_of_a_site
def releases(site: HostedSite) -> None:
    """List the releases. * marks the one in production."""
    known, place = Releases(site.bucket), Releases(site.bucket).place()
    rows = []
    for release in (known.load(each) for each in known.ids()):
        mark = "*" if release.id == place.release else "…" if release.id == place.moving_to else ""
        rows.append((mark, release.id, release.how, str(len(release.files)), release.previous or ""))
    site.services.console.table(("", "release", "how", "files", "after"), rows)
    if place.is_moving:
        site.services.console.warn(
            "A move was interrupted. Finish it with `site promote`, or undo it with `site rollback`."
        )


def _carry_out(site: HostedSite, move: ReleaseMove, doing: str, *, dry_run: bool, wait: bool) -> None:
    console, target = site.services.console, move.target
    if dry_run:
        _show_plan(
            site, [f"copy {file.key} to dispatch/{file.name}" for file in target.files], move.gone, promotion.PATHS
        )
        return
    with console.step(f"{doing} {target.id}: {len(target.files)} files"):
        move.run()
    site.refresh(promotion.PATHS, wait=wait)
    if wait:
        checks = show(page_checks(site.url, target.files, at=promotion.AT), console)
        site.conclude(checks, otherwise="The page is in production. To go back: python -m infra site rollback")
    console.say(f"In production: {target.id}. Before it: {target.previous or 'nothing'}.")


def _show_plan(site: HostedSite, doing: Sequence[str], leaving: Sequence[str], paths: Sequence[str]) -> None:
    """Show the plan of a dry run."""
    for line in (*doing, *(f"delete {each}" for each in leaving), *(f"invalidate {path}" for path in paths)):
        site.services.console.say(f"would {line}")

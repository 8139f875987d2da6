"""`site`: the dispatch page, staged, promoted and taken back."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from infra.asking import ask
from infra.outputs import STACK, describe, refusals_told
from infra.page import promotion, staging
from infra.page.bucket import SiteBucket
from infra.page.checks import page_checks
from infra.page.invalidation import await_invalidation, invalidate
from infra.page.releases import Releases
from infra.smoke.checks import counted, failed, show
from infra.smoke.fetch import site_root
from infra.smoke.keys import NO_TOKEN, Keys, make_token, read_keys
from infra.smoke.run import Target, api_checks
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infra.commands import Desk
    from infra.page.promotion import Move
    from infra.smoke.checks import Check

PAGE: Final = Path(__file__).resolve().parents[2] / "web" / "dispatch"


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the page lives: bucket, distribution, address."""

    desk: Desk
    bucket: SiteBucket
    distribution_id: str
    url: str
    audience: str
    """For what site tokens are made."""
    token_secret: str
    """The secret that signs them, by its ARN; empty where no stack tells."""

    def keys(self) -> Keys:
        """Of the environment, else a token by the stack's own secret."""
        given = read_keys(os.environ, url=self.audience)
        if given.token or not self.token_secret:
            return given
        secret = ask(self.desk.aws.secrets, "GetSecretValue", SecretId=self.token_secret)["SecretString"]
        return replace(given, token=make_token(secret, audience=self.audience))

    def refresh(self, paths: Sequence[str], *, wait: bool = True) -> None:
        """CloudFront forgets those paths."""
        client = self.desk.aws.distributions
        begun = invalidate(client, self.distribution_id, paths)
        if wait:
            with self.desk.console.step(f"Waiting until CloudFront has forgotten {' and '.join(paths)}"):
                await_invalidation(client, self.distribution_id, begun)

    def conclude(self, checks: list[Check], *, otherwise: str) -> None:
        """Raises Stopped where a check failed."""
        if failed(checks):
            raise Stopped(f"{counted(checks)}. {otherwise}")


_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
_no_wait = click.option("--no-wait", is_flag=True, help="Do not wait for CloudFront, and do not look at the page.")


@click.group()
def site() -> None:
    """Stage the dispatch page, promote it to production, take it back."""


def _of_a_site(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which site; the command gets a Site."""

    @click.option("--stack", default=STACK, show_default=True, help="The stack whose outputs say what is not given.")
    @click.option("--bucket", help="The site bucket.  [default: the stack's]")
    @click.option("--distribution-id", help="The distribution.  [default: the stack's]")
    @click.option("--url", help="The site's public address.  [default: the stack's]")
    @click.pass_obj
    @wraps(command)
    def run(
        desk: Desk, /, stack: str, bucket: str | None, distribution_id: str | None, url: str | None, **rest: Any
    ) -> None:
        with refusals_told():
            made = _site(desk, stack, bucket=bucket, distribution_id=distribution_id, url=url)
            made.bucket.check_versioned()
            command(made, **rest)

    return run


def _site(desk: Desk, stack: str, *, bucket: str | None, distribution_id: str | None, url: str | None) -> Site:
    host = token_secret = ""
    if not (bucket and distribution_id and url):
        told = describe(desk.aws, stack)
        bucket = bucket or told.output("SiteBucketName", option="--bucket")
        distribution_id = distribution_id or told.output("DistributionId", option="--distribution-id")
        url = url or told.output("SiteUrl", option="--url")
        host, token_secret = told.parameters.get("PublicHost", ""), told.outputs.get("AdminTokenSecretArn", "")
    return Site(
        desk=desk,
        bucket=SiteBucket(desk.aws.buckets, bucket),
        distribution_id=distribution_id,
        url=site_root(url),
        audience=f"https://{host}" if host else site_root(url),
        token_secret=token_secret,
    )


@site.command()
@_of_a_site
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=PAGE, help="The page.")
@_dry_run
@click.option("--without-login", is_flag=True, help="Leave out the login with a good token.")
def stage(site: Site, *, folder: Path, dry_run: bool, without_login: bool) -> None:
    """Upload the page under /_staging/ and verify it there: its bytes, its links, the API with and without a token.

    The token is ADMIN_TOKEN, or made by ADMIN_TOKEN_SECRET, of the environment, else by the stack's own secret. None of
    them is ever shown.
    """
    console, files = site.desk.console, staging.read_page(folder)
    leaving = staging.stale(site.bucket, files)
    if dry_run:
        _tell(site, [f"upload {staging.STAGING}{file.key}" for file in files.values()], leaving, staging.PATHS)
        return
    keys = Keys() if without_login else site.keys()
    if keys.token is None and not without_login:
        raise Stopped(f"{NO_TOKEN} Without, login cannot be verified; --without-login leaves it out.")
    releases = Releases(site.bucket)
    releases.forget_staged()
    with console.step(f"Uploading {len(files)} files to {site.bucket.name}/{staging.STAGING}"):
        kept = staging.upload(site.bucket, files)
        site.bucket.delete(leaving)
    site.refresh(staging.PATHS)
    checks = show(page_checks(site.url, kept, at=staging.AT), console)
    checks += show(api_checks(Target(url=site.url, keys=keys), {}), console)
    site.conclude(checks, otherwise="It is staged, and cannot be promoted before all of it passes.")
    releases.stage(kept, now=datetime.now(UTC))
    console.say(f"Staged and verified: {site.url}{staging.AT}. `python -m infra site promote` puts it into production.")


@site.command()
@_of_a_site
@_dry_run
@_no_wait
def promote(site: Site, *, dry_run: bool, no_wait: bool) -> None:
    """Copy exactly the staged bytes to production. What was there before can be taken back."""
    move = promotion.promotion(Releases(site.bucket), now=datetime.now(UTC), write=not dry_run)
    if move is None:
        site.desk.console.say("What is staged is in production already.")
        if not dry_run:
            site.refresh(promotion.PATHS, wait=not no_wait)
        return
    _carry_out(site, move, "Promoting", dry_run=dry_run, wait=not no_wait)


@site.command()
@_of_a_site
@click.option("--to", metavar="RELEASE", help="The release to go to, of `site releases`.  [default: the one before]")
@_dry_run
@_no_wait
def rollback(site: Site, *, to: str | None, dry_run: bool, no_wait: bool) -> None:
    """Restore the release before the one in production, exactly; once more, the one before that."""
    move = promotion.way_back(Releases(site.bucket), to, now=datetime.now(UTC), write=not dry_run)
    _carry_out(site, move, "Going back to", dry_run=dry_run, wait=not no_wait)


@site.command()
@_of_a_site
def releases(site: Site) -> None:
    """List the releases; * is in production."""
    known, place = Releases(site.bucket), Releases(site.bucket).place()
    rows = []
    for release in (known.load(each) for each in known.ids()):
        mark = "*" if release.id == place.release else "…" if release.id == place.moving_to else ""
        rows.append((mark, release.id, release.how, str(len(release.files)), release.previous or ""))
    site.desk.console.table(("", "release", "how", "files", "after"), rows)
    if place.is_moving:
        site.desk.console.warn("A move began and did not end. `site promote` finishes it, `site rollback` undoes it.")


def _carry_out(site: Site, move: Move, doing: str, *, dry_run: bool, wait: bool) -> None:
    console, target = site.desk.console, move.target
    if dry_run:
        _tell(site, [f"copy {file.key} to dispatch/{file.name}" for file in target.files], move.gone, promotion.PATHS)
        return
    with console.step(f"{doing} {target.id}: {len(target.files)} files"):
        move.run()
    site.refresh(promotion.PATHS, wait=wait)
    if wait:
        checks = show(page_checks(site.url, target.files, at=promotion.AT), console)
        site.conclude(checks, otherwise="It is in production; `python -m infra site rollback` takes it back.")
    console.say(f"In production: {target.id}. Before it: {target.previous or 'nothing'}.")


def _tell(site: Site, doing: Sequence[str], leaving: Sequence[str], paths: Sequence[str]) -> None:
    """The plan of a dry run."""
    for line in (*doing, *(f"delete {each}" for each in leaving), *(f"invalidate {path}" for path in paths)):
        site.desk.console.say(f"would {line}")

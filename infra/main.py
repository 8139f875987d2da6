"""The operator's commands, all on one page: `python -m infra --help`."""

from __future__ import annotations

from typing import Any

import click
from botocore.exceptions import (
    BotoCoreError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from infra.commands.advisories import advisories
from infra.commands.announce import announce
from infra.commands.cloudfront import cloudfront
from infra.commands.cost import cost
from infra.commands.deploy import deploy
from infra.commands.doctor import doctor
from infra.commands.manifest import manifest
from infra.commands.package import package
from infra.commands.rollback import rollback
from infra.commands.sbom import sbom
from infra.commands.site import site
from infra.commands.smoke import smoke
from infra.commands.snapshots import snapshots
from infra.commands.status import status
from infra.commands.survey import survey
from infra.commands.table import table
from infra.commands.up import up
from infra.services import Services
from terminal.failures import Stopped


class Interruptible(click.Group):
    """A group that turns Ctrl-C, and an AWS that cannot be asked, into a sentence. Some commands say more."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the parent's own
        """Run the command. Raises Stopped when it is interrupted, and when AWS cannot be asked."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped("Interrupted. Run the same command to continue.") from None
        except BotoCoreError as error:
            raise Stopped(_unasked(error)) from error
        except ValueError as error:
            if not str(error).startswith(("Invalid endpoint", "Invalid IPv6 URL")):  # botocore's own has no type
                raise
            raise Stopped(f"{error}. Correct AWS_ENDPOINT_URL, or unset it.") from error


def _unasked(error: BotoCoreError) -> str:
    """Return what to do about an AWS that was not asked, or that did not answer."""
    match error:
        case NoRegionError():
            return "No region is configured. Set AWS_REGION, or pass --region."
        case NoCredentialsError() | PartialCredentialsError():
            return "No AWS credentials were found. Log in, or pass --profile."
        case ProfileNotFound():
            return f"{error}. Pass another --profile."
    return f"AWS did not answer: {error}. Check your connection, then run the same command again."


@click.group(cls=Interruptible, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--region", envvar="AWS_REGION", help="AWS region.  [default: that of your AWS configuration]")
@click.option("--profile", envvar="AWS_PROFILE", help="Profile of your AWS configuration.")
@click.pass_context
def main(context: click.Context, region: str | None, profile: str | None) -> None:
    """Deploy Ship Captain Crew to AWS, update it, check it, and roll it back."""
    context.obj = Services(region, profile)


for command in (
    *(advisories, announce, cloudfront, cost, deploy, doctor, manifest, package, rollback),
    *(sbom, site, smoke, snapshots, status, survey, table, up),
):
    main.add_command(command)

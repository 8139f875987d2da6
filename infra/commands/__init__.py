"""The operator's commands, all on one page: `python -m infra --help`."""

from __future__ import annotations

from typing import Any

import click

from infra.aws import Aws
from infra.commands.announce import announce
from infra.commands.cloudfront import cloudfront
from infra.commands.deploy import deploy
from infra.commands.manifest import manifest
from infra.commands.package import package
from infra.commands.rollback import rollback
from infra.commands.site import site
from infra.commands.smoke import smoke
from infra.commands.snapshots import snapshots
from infra.commands.status import status
from infra.commands.up import up
from terminal.console import Console
from terminal.failures import Stopped


class Front(click.Group):
    """A group whose commands end in a sentence also when somebody presses Ctrl-C; several say more of it themselves."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the parent's own
        """Runs the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped("Interrupted. The same command goes on with what is there by now.") from None


@click.group(cls=Front, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--region", envvar="AWS_REGION", help="AWS region; else what your AWS configuration says.")
@click.option("--profile", envvar="AWS_PROFILE", help="Profile of your AWS configuration.")
@click.pass_context
def main(context: click.Context, region: str | None, profile: str | None) -> None:
    """Bring Ship Captain Crew to AWS, update it, look after it, and take a step back."""
    context.obj = Desk(region, profile)


class Desk:
    """What every command works with: `console` and, once asked for, `aws`."""

    def __init__(self, region: str | None, profile: str | None) -> None:
        self.console = Console()
        self._region, self._profile = region, profile
        self._aws: Aws | None = None

    @property
    def aws(self) -> Aws:
        """The clients, made when the first command needs them, so that `--help` needs no configuration."""
        if self._aws is None:
            self._aws = Aws(region=self._region, profile=self._profile)
        return self._aws


main.add_command(manifest)
main.add_command(deploy)
main.add_command(package)
main.add_command(rollback)
main.add_command(cloudfront)
main.add_command(site)
main.add_command(smoke)
main.add_command(snapshots)
main.add_command(status)
main.add_command(up)
main.add_command(announce)

"""Options and error handling that deploy, rollback, snapshots and status share."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import BotoCoreError

from infra.asking import AwsRefused
from infra.commands.stack_option import stack_option
from infra.deploying.address import Address, smoke_at
from infra.deploying.functions import Functions
from infra.deploying.interrupts import Interrupted, Interrupts
from infra.deploying.journal import alone
from infra.deploying.snapshots import default_folder
from infra.deploying.targets import functions_of, read_target
from infra.outputs import describe
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from infra.deploying.snapshots import Store
    from infra.deploying.targets import DeployTarget
    from infra.outputs import Stack
    from infra.services import Services

    Command = Callable[..., Any]


def functions_options(command: Command) -> Command:
    """Add the options that select functions and their alias."""
    for option in (
        click.option("--alias", default="live", show_default=True, help="The alias that serves production."),
        click.option(
            "--function",
            "names",
            multiple=True,
            metavar="NAME",
            help="A function by its name; repeatable.  [default: those of the stack]",
        ),
        stack_option("The stack that names the functions."),
    ):
        command = option(command)
    return snapshots_option(command)


def snapshots_option(command: Command) -> Command:
    """Add the option that names the folder of the snapshots."""
    return click.option(
        "--snapshots",
        "folder",
        envvar="INFRA_SNAPSHOTS",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_folder,
        help="The folder of the snapshots; it holds secrets.  [default: ~/.local/state/ship-captain-crew/snapshots]",
    )(command)


def address_options(command: Command) -> Command:
    """Add the options that name the public addresses."""
    for option in (
        click.option("--bot-url", envvar="BOT_URL", help="The bot's function URL.  [default: the stack's]"),
        click.option("--url", help="The public site, which is checked at the end.  [default: the stack's]"),
    ):
        command = option(command)
    return command


class Operation:
    """One run of a command: its functions, console and address."""

    def __init__(self, services: Services, alias_name: str, interrupts: Interrupts) -> None:
        self.console = services.console
        self.alias_name = alias_name
        self.interrupts = interrupts
        self.functions = Functions(services.aws.functions, pause=services.aws.pause)
        self.address = Address()
        self._services = services

    def read(
        self,
        names: Sequence[str],
        stack: str,
        url: str | None = None,
        bot_url: str | None = None,
        *,
        of_snapshot: bool = False,
    ) -> list[DeployTarget]:
        """Read the functions, and set the address. Names that a snapshot gives may be all of the stack's."""
        found = None
        if not names:
            found = describe(self._services.aws, stack)
            names = functions_of(found)
        elif of_snapshot:
            found = self._stack_of(names, stack)
        self.address = Address.given(url, bot_url, found)
        with self.console.step(f"Reading {', '.join(names)}"):
            return [read_target(self.functions, name, self.alias_name) for name in dict.fromkeys(names)]

    def _stack_of(self, names: Sequence[str], stack: str) -> Stack | None:
        """Return the stack if these are its functions."""
        try:
            found = describe(self._services.aws, stack)
            return found if set(names) == set(functions_of(found)) else None
        except (AwsRefused, Stopped):
            return None

    def smoke(
        self, environments: Sequence[Mapping[str, str]], web_version: Callable[[], str | None] = lambda: None
    ) -> Callable[[], str] | None:
        """Return a check of the public address; None, with a warning, when no address is known."""
        if not self.address:
            self.console.warn("No public address is known, so it is not checked. Pass --url or --bot-url.")
            return None
        return lambda: smoke_at(self.address, environments, web_version(), pause=self._services.aws.pause * 8)


@contextmanager
def operating(services: Services, store: Store, alias_name: str, *, changes: bool) -> Iterator[Operation]:
    """Run an operation, under the machine's lock if it changes anything, and turn its errors into Stopped."""
    interrupts = Interrupts(services.console)
    with ExitStack() as stack:
        if changes:
            store.open()
            stack.enter_context(alone(store.folder))
            stack.enter_context(interrupts.watched())
        try:
            yield Operation(services, alias_name, interrupts)
        except AwsRefused as refused:
            raise Stopped(f"{refused} Nothing was changed.") from None
        except BotoCoreError as error:  # no region, no such profile: before anything could be asked
            raise Stopped(
                f"Your AWS configuration is incomplete ({type(error).__name__}): see --region, --profile."
            ) from None
        except Interrupted as interrupted:
            raise Stopped(f"Interrupted ({interrupted}). Nothing was changed.") from None


def confirm(question: str, *, yes: bool) -> None:
    """Raise Stopped unless the operator agrees now or passed --yes."""
    try:
        agreed = yes or click.confirm(question, err=True)
    except click.Abort:
        raise Stopped("Nothing was changed, because nobody answered. Pass --yes to agree in advance.") from None
    if not agreed:
        raise Stopped("Nothing was changed.")


def insist(question: str, option: str) -> bool:
    """Return a person's answer, which --yes does not replace. Raises Stopped when nobody answers."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise Stopped(f"Nothing was changed, because nobody answered. Pass {option} to agree in advance.") from None

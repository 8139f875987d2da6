"""What deploy, rollback, snapshots and status share: which functions, where snapshots are, and how things end."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import BotoCoreError

from infra.asking import Refused
from infra.deploying.address import Address, smoke_at
from infra.deploying.functions import Functions
from infra.deploying.interrupts import Interrupted, Interrupts
from infra.deploying.journal import alone
from infra.deploying.snapshots import default_folder
from infra.deploying.targets import functions_of, read_target
from infra.outputs import STACK, describe
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from infra.commands import Desk
    from infra.deploying.snapshots import Store
    from infra.deploying.targets import Target

    Command = Callable[..., Any]


def functions_options(command: Command) -> Command:
    """Which functions, by which alias."""
    for option in (
        click.option("--alias", default="live", show_default=True, help="The alias that production is reached by."),
        click.option("--function", "names", multiple=True, metavar="NAME", help="A function by its name; repeatable."),
        click.option("--stack", default=STACK, show_default=True, help="The stack whose functions these are."),
    ):
        command = option(command)
    return snapshots_option(command)


def snapshots_option(command: Command) -> Command:
    """Where snapshots are."""
    return click.option(
        "--snapshots",
        "folder",
        envvar="INFRA_SNAPSHOTS",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_folder,
        help="The folder of the snapshots; it holds secrets.  [default: ~/.local/state/ship-captain-crew/snapshots]",
    )(command)


def address_options(command: Command) -> Command:
    """Where the public is served."""
    for option in (
        click.option("--bot-url", envvar="BOT_URL", help="The bot's function URL; else what the stack says."),
        click.option("--url", help="The public site, which is tried at the end; else what the stack says."),
    ):
        command = option(command)
    return command


class Operation:
    """One run of a command: the functions it is about, and what it works with."""

    def __init__(self, desk: Desk, alias_name: str, interrupts: Interrupts) -> None:
        self.console = desk.console
        self.alias_name = alias_name
        self.interrupts = interrupts
        self.functions = Functions(desk.aws.functions, pause=desk.aws.pause)
        self.address = Address()
        self._desk = desk

    def read(
        self, names: Sequence[str], stack: str, url: str | None = None, bot_url: str | None = None
    ) -> list[Target]:
        """The functions as they are, and from then on the address too."""
        outputs: Mapping[str, str] = {}
        if not names:
            found = describe(self._desk.aws, stack)
            names, outputs = functions_of(found), found.outputs
        self.address = Address.given(url, bot_url, outputs)
        with self.console.step(f"Reading {', '.join(names)}"):
            return [read_target(self.functions, name, self.alias_name) for name in dict.fromkeys(names)]

    def smoke(
        self, environments: Sequence[Mapping[str, str]], web_version: Callable[[], str | None] = lambda: None
    ) -> Callable[[], str] | None:
        """What tries the public address; None, with a warning, where none is known."""
        if not self.address:
            self.console.warn("No public address is known (--url, --bot-url): it is not tried.")
            return None
        return lambda: smoke_at(self.address, environments, web_version(), pause=self._desk.aws.pause * 8)


@contextmanager
def operating(desk: Desk, store: Store, alias_name: str, *, changes: bool) -> Iterator[Operation]:
    """An operation, alone on this machine if it changes anything; its failures become sentences."""
    interrupts = Interrupts(desk.console)
    with ExitStack() as stack:
        if changes:
            store.open()
            stack.enter_context(alone(store.folder))
            stack.enter_context(interrupts.watched())
        try:
            yield Operation(desk, alias_name, interrupts)
        except Refused as refused:
            raise Stopped(f"{refused} Nothing was changed.") from None
        except BotoCoreError as error:  # no region, no such profile: before anything could be asked
            raise Stopped(
                f"Your AWS configuration does not do ({type(error).__name__}): see --region, --profile."
            ) from None
        except Interrupted as interrupted:
            raise Stopped(f"Interrupted ({interrupted}). Nothing was changed.") from None


def confirm(question: str, *, yes: bool) -> None:
    """Raises Stopped unless the operator agrees, or did so beforehand."""
    try:
        agreed = yes or click.confirm(question, err=True)
    except click.Abort:
        raise Stopped("Nothing was changed. Where nobody can be asked, give --yes.") from None
    if not agreed:
        raise Stopped("Nothing was changed.")


def insist(question: str, option: str) -> bool:
    """Return the answer of a person, which --yes does not replace. Raises Stopped where nobody answers."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise Stopped(f"Nothing was changed. Where nobody can be asked, give {option}.") from None

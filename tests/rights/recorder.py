"""Records the calls of AWS by the functions and the operators' commands during a run, and checks them.

A client belongs to the function in whose file, or in whose call, it was made. Each of its calls is checked at once
against that function's role in infra/template.yaml: a call that is not granted fails its test. Grants that were never
used are known at the end of a whole run, and fail that run.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import click
from botocore.session import Session

from tests.rights.calls import Call, Names, calls_of, kind_of
from tests.rights.policies import allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_FUNCTIONS: Final = {str(ROOT / f"{name}_function.py"): name for name in ("lambda", "web", "announce")}
_OPERATORS: Final = str(ROOT / "infra" / "aws.py")

seen: set[tuple[str, str, str, str]] = set()
"""Calls that were made and granted: role, Sid, action and resource of the grant."""
asked_by_commands: set[tuple[str, str]] = set()
"""Command and action, as `up` and `lambda:GetFunction`."""
refused: set[str] = set()
"""Calls that no grant allows, each as a sentence."""


class NotGranted(AssertionError):  # noqa: N818  # a fact, as the refusals are named
    """A function asked AWS for what its role is not granted."""


@contextmanager
def recording() -> Iterator[None]:
    """Record the calls of every client that is made inside the block."""
    make = Session.create_client

    def create_client(self: Session, *given: Any, **options: Any) -> Any:
        client: Any = make(self, *given, **options)
        roles, command = maker()
        if roles or command:
            names = Names(dict(os.environ))

            def note(params: dict[str, Any], model: Any, **_: Any) -> None:
                service = model.service_model.service_name
                if command:
                    asked_by_commands.add((command, f"{service}:{model.name}"))
                for call in calls_of(service, model.name, params, names) if roles else ():
                    judge(roles, call)

            client.meta.events.register("provide-client-params.*.*", note)
        return client

    with mock.patch.object(Session, "create_client", create_client):
        yield


def maker() -> tuple[tuple[str, ...], str]:
    """Return the roles of the function that makes a client now, or the operator's command that does."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name in _FUNCTIONS:
            return _roles(_FUNCTIONS[name]), ""
        if name == _OPERATORS:
            context = click.get_current_context(silent=True)
            return (), context.info_name or "" if context else "another"
        frame = frame.f_back  # type: ignore[assignment]  # the last one has none
    return (), ""


def _roles(function: str) -> tuple[str, ...]:
    """Return the function's role. Announcing has two, one for mail and one for all else; a test may run both in one."""
    if function != "announce":
        return ({"lambda": "BotRole", "web": "WebRole"}[function],)
    work = {each.strip() for each in os.environ.get("ANNOUNCE_BY", "books,slack,mail").split(",")}
    return tuple(role for role, does in (("AnnounceRole", {"books", "slack"}), ("MailRole", {"mail"})) if work & does)


def judge(roles: tuple[str, ...], call: Call) -> None:
    """Note the call. Raises NotGranted if none of the roles may make it."""
    found = allowed(roles, call)
    if not found:
        keys = {name: sorted({kind_of(value) for value in values}) for name, values in call.keys}
        refused.add(f"{' and '.join(roles)} may not {call.action} on {call.resource.partition('/')[0]} with {keys}")
        raise NotGranted(f"{roles}: {call}")
    if len(roles) == 1:
        seen.update((each.role, each.sid, each.action, each.resource) for each in found)


def handed_over() -> dict[str, list[Any]]:
    """Return the records of this process, as a worker sends them."""
    return {"seen": sorted(seen), "asked": sorted(asked_by_commands), "refused": sorted(refused)}


def take_over(records: dict[str, list[Any]]) -> None:
    """Add the records of another process."""
    seen.update(tuple(each) for each in records["seen"])
    asked_by_commands.update(tuple(each) for each in records["asked"])
    refused.update(records["refused"])

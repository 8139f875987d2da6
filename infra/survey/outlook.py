"""The changes on the path from an older system, the parts that stay, and the next command. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.deploying.environment import GMAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.stacks.credentials import HeldCredentials
    from infra.survey.edges import Served
    from infra.survey.functions import SurveyedFunction
    from infra.survey.stacks import Ours
    from infra.survey.tables import SurveyedTable

PATHS: Final = ("/g/*/waiver", "/api/*", "/_staging/*", "/dispatch", "/dispatch/*")
_NEEDED: Final = ("/g/*/waiver", "/dispatch")


@dataclass(frozen=True)
class SurveyFindings:
    """All that the survey found. `old` are the functions of an older system, `edge` the distribution to adopt."""

    name: str
    """The name of the stack, whether it is there or not."""
    stack: Ours | None
    old: tuple[SurveyedFunction, ...] = ()
    tables: tuple[SurveyedTable, ...] = ()
    """The tables that no stack of ours made."""
    edge: Served | None = None
    secret: HeldCredentials | None = None
    ours: frozenset[str] = frozenset()
    """The domains of the stack's web function and of its bucket, the latter up to its region."""
    unseen: tuple[str, ...] = field(default=())

    @property
    def table(self) -> SurveyedTable | None:
        """The older system's table; None where there is none, or more than one to choose from."""
        return self.tables[0] if len(self.tables) == 1 else None

    @property
    def gmail(self) -> SurveyedFunction | None:
        """The function whose Gmail credentials the secret does not have."""
        held = self.secret.values if self.secret and self.secret.values else {}
        if all(held.get(name.lower()) for name in GMAIL):
            return None
        return next((each for each in self.old if each.gmail), None)

    @property
    def uses_table(self) -> bool:
        """True if the stack uses the older system's table."""
        return bool(self.stack and self.table and self.stack.stack.parameters.get("EventsTableName") == self.table.name)

    @property
    def is_adopted(self) -> bool:
        """True if the distribution has the paths that links need."""
        return self.edge is not None and all(self.leads_to_us(path) for path in _NEEDED)

    def leads_to_us(self, pattern: str) -> bool:
        """Return True if the distribution to adopt leads those paths to the stack."""
        domain = self.edge.domain_at(pattern) if self.edge else ""
        return domain in self.ours or domain.partition(".s3")[0] in self.ours

    @property
    def host_is_set(self) -> bool:
        """True if links begin with the distribution's host."""
        if self.edge is None or self.stack is None:
            return True
        return self.edge.edge.answers(self.stack.stack.parameters.get("PublicHost", ""))


def changes(found: SurveyFindings) -> Iterator[str]:
    """Yield what will change."""
    for table in found.tables:
        yield from (f"The table {table.name} gets {line}." for line in table.lacks)
        if table.rows.unknown:
            yield f"{table.rows.unknown:,} events of {table.name} get a row of their own, #event."
        if table.rows.left:
            rows = "1 other row" if table.rows.left == 1 else f"{table.rows.left:,} other rows"
            yield f"Payments in {rows} of {table.name} are copied into #event."
    if found.stack is None:
        yield f"The stack {found.name} is created, with functions, buckets, alarms and a distribution of its own."
    elif found.table and not found.uses_table:
        yield f"The stack {found.name} uses the table {found.table.name} in place of its own."
    if found.gmail:
        names = ", ".join(found.gmail.gmail)
        yield f"The secret {found.name} gets {names} of {found.gmail.name}, which keeps them."
    yield from _changes_of_edge(found)


def _changes_of_edge(found: SurveyFindings) -> Iterator[str]:
    if found.edge and not found.is_adopted:
        taken = [path for path in PATHS if found.edge.domain_at(path) and not found.leads_to_us(path)]
        lacking = [path for path in PATHS if not found.edge.domain_at(path)]
        if lacking:
            yield f"The distribution {found.edge.edge.id} gets the paths {', '.join(lacking)}."
        if taken:
            yield f"Its paths {', '.join(taken)} lead elsewhere. They stay so until you pass --take-over."
        if found.edge.has_error_pages:
            yield "Its error pages hide refused payments and signatures. They stay until you pass --end-error-pages."
    if found.edge and not found.host_is_set:
        yield f"Links begin with https://{found.edge.host}."


def stays(found: SurveyFindings) -> Iterator[str]:
    """Yield what will not change."""
    for function in found.old:
        yield f"The function {function.name}: code, variables, URL. It answers what still leads to it."
    for table in found.tables:
        yield f"The crew assignments of {table.name}, and every attribute that is not this product's."
    if found.edge:
        yield (
            f"The distribution {found.edge.edge.id}: names, certificate and all other paths, also everything else → "
            f"{found.edge.default}, with the page that is there."
        )


def next_command(found: SurveyFindings) -> tuple[str, str]:
    """Return the next step in words, and its command."""
    url = found.stack.stack.public_url if found.stack else ""
    check = f"python -m infra smoke {url or 'URL'} --stack {found.name}"
    return next(_steps(found), ("Everything is in place. Check it.", check))


def _steps(found: SurveyFindings) -> Iterator[tuple[str, str]]:
    """Yield the steps that are left, in the order of docs/adopting.md."""
    infra, table, stack = "python -m infra", found.table, found.stack
    if len(found.tables) > 1:
        yield "Several tables look like `events`. Choose one.", f"{infra} survey --table {found.tables[0].name}"
    if table and (table.conflict or table.lacks):
        words = table.conflict or "Give the table what it lacks. No row changes."
        yield words, f"{infra} table {table.name} --dry-run"
    if stack is None or (table and not found.uses_table) or found.gmail:
        words = "Connect the stack with what is there." if stack else "Bring the stack up."
        yield words, " ".join((f"{infra} up", *_up_options(found), "--dry-run"))
    rows = f"python -m roster --table {table.name} events adopt --dry-run" if table and table.rows.unknown else ""
    if rows and table and not table.rows.events:
        yield "Give the events rows of their own.", rows
    lift = f"python -m roster --table {table.name} payments adopt --dry-run" if table and table.rows.left else ""
    if lift and table and table.rows.events and not any(table.rows.lifted.values()):
        yield "Lift the payments in other rows into the ledgers.", lift
    if found.edge and not found.is_adopted:
        identity = f"--distribution-id {found.edge.edge.id}"
        yield "Adopt the distribution.", f"{infra} cloudfront adopt {identity} --page{_named(found)} --dry-run"
    if found.edge and not found.host_is_set:
        yield "Let the links lead there.", f"{infra} up{_named(found)} --parameter PublicHost={found.edge.host}"
    if rows:
        yield "Everything is in place, but some events have no row of their own yet. The command says why.", rows
    if lift:
        yield "Everything is in place, but some payments are in no ledger yet. The command says why.", lift


def _up_options(found: SurveyFindings) -> Iterator[str]:
    if named := _named(found):
        yield named.strip()
    if found.table and not found.uses_table:
        yield f"--parameter EventsTableName={found.table.name}"
    if found.gmail:
        yield f"--gmail-from {found.gmail.name}"


def _named(found: SurveyFindings) -> str:
    return "" if found.name == "ship-captain-crew" else f" --stack {found.name}"

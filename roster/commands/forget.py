"""`forget`: takes people's names, phones and e-mails out of the table, and keeps all amounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from roster.forgetting.journal import journals
from roster.forgetting.people import people_of
from roster.forgetting.remaining import Remaining
from roster.forgetting.search import Age, Search
from roster.plans import agreed, changing
from roster.wording import counted, named, print_first
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roster.forgetting.search import PersonMatch
    from roster.services import Services

_SHOWN: Final = 40
_EVENT_AND_PERSON: Final = 2


@click.command()
@click.argument("who", nargs=-1)
@click.option(
    "--pick", "picked", multiple=True, metavar="EVENT/PERSON", help="Of several matches, this one. Repeatable."
)
@click.option(
    "--older-than", "age", type=Age(), metavar="AGE", help="Everybody at events older than this: 24 months, 730 days."
)
@click.option("--bucket", envvar="WAIVERS_BUCKET", help="The evidence bucket, to read until when it is locked.")
@changing
@click.pass_obj
def forget(  # noqa: PLR0913 - click hands over each option by itself
    services: Services,
    who: Sequence[str],
    picked: Sequence[str],
    age: tuple[int, str] | None,
    bucket: str | None,
    *,
    yes: bool,
    dry_run: bool,
) -> None:
    """Forget a person: a pseudonym takes the place of their name, and phone and e-mail are removed.

    WHO is a name, a phone number, an e-mail or a patron id, which is searched for at every event; or an EVENT and a
    PERSON of it. Where several people may be meant, they are listed, and --pick names the right ones. With
    --older-than, everybody at older events is forgotten, but for those with open money.

    Amounts, moments and numbers of people stay, and so do the books. Locked evidence stays too; the command says what
    else it cannot erase, and until when. Run the same command again to finish an interrupted run.
    """
    if bool(who) == bool(age) or len(who) > _EVENT_AND_PERSON or not all(each.strip() for each in who):
        raise Stopped("Pass a name, phone, e-mail or patron id, or an EVENT and a PERSON, or --older-than AGE.")
    if picked and len(who) != 1:
        raise Stopped("--pick chooses among the matches of a search: forget NAME --pick EVENT/PERSON.")
    work = _Work(services, bucket, now=datetime.now(UTC))
    matches = work.matches(who, picked, age)
    lines = [*(f"{each.eid}: finish what was begun on {each.at[:10]}" for each in work.begun)]
    lines += [match.line for match in matches]
    if lines and agreed(services.console, lines, yes=yes, dry_run=dry_run, question=f"Forget {work.counts(matches)}?"):
        work.carry_out(matches)


class _Work:
    """One run of the command. `begun` is what an earlier run did not finish."""

    def __init__(self, services: Services, bucket: str | None, *, now: datetime) -> None:
        self._services, self._console, self._now = services, services.console, now
        self._evidence = services.evidence(bucket)
        self._forgetting = services.forgetting(bucket, now=now)
        self._search = Search(services, now=now)
        self._journals = journals(services.client, services.table)
        self.begun = [each for found in self._journals.values() for each in found if each.under_way]

    def matches(self, who: Sequence[str], picked: Sequence[str], age: tuple[int, str] | None) -> list[PersonMatch]:
        """Return those who are to be forgotten. Raises Stopped with a list where several people may be meant."""
        if age:
            found = self._search.older_than(age)
            if not found and not self.begun:
                self._console.say("Nobody is left to be forgotten: there is no older event with a name.")
        elif len(who) == _EVENT_AND_PERSON:
            found = self._one(*who)
        else:
            found = self._picked(self._search.everywhere(who[0]), picked)
            if not found and not self.begun:
                self._console.say(self._search.nobody(who[0]))
        return self._past(found, with_open=not age)

    def carry_out(self, matches: Sequence[PersonMatch]) -> None:
        """Forget everybody, event by event, and say what stays."""
        by_event: dict[str, list[str]] = {}
        for match in matches:
            by_event.setdefault(match.eid, []).append(match.person.key)
        remaining, waiting, refused = Remaining(), list[str](), list[str]()
        with self._console.counting("Forgetting", total=len(self.begun) + len(by_event)) as advance:
            for journal in self.begun:
                if event := self._forgetting.find(journal.eid).event:
                    remaining.add(event, journal.under_way)
                waiting += [] if self._forgetting.go_on(journal) else [journal.eid]
                advance(1)
            for eid, keys in by_event.items():
                try:
                    event = self._forgetting.find(eid).event
                    done = self._forgetting.forget(eid, keys)
                except Stopped as stopped:
                    refused.append(stopped.message)
                else:
                    if event:
                        remaining.add(event, [each for each in people_of(event) if each.key in keys])
                    waiting += [] if done else [eid]
                advance(1)
        self._report(matches, remaining, waiting, refused)

    def counts(self, matches: Sequence[PersonMatch]) -> str:
        """Return how many people and events these are."""
        number = len(matches) + sum(each.people for each in self.begun)
        events = len({match.eid for match in matches} | {each.eid for each in self.begun})
        return f"{number:,} {'person' if number == 1 else 'people'} at {counted(events, 'event')}"

    def _report(
        self, matches: Sequence[PersonMatch], remaining: Remaining, waiting: Sequence[str], refused: Sequence[str]
    ) -> None:
        if not waiting and not refused:
            self._console.say(f"Forgotten: {self.counts(matches)}. All amounts and the books are as they were.")
        self._console.say("What stays:")
        services = self._services
        for line in remaining.lines(services.client, services.table, self._evidence, now=self._now):
            self._console.say(f"  {line}")
        print_first(refused, self._console.warn, most=_SHOWN)
        for eid in dict.fromkeys(waiting):
            self._console.warn(
                f"{eid}: a passenger list keeps the names until its copy is known to be in the evidence bucket. Pass "
                "--bucket; if the copy is missing, run `python -m infra announce`."
            )
        if waiting or refused:
            raise Stopped(
                "Not everything is forgotten yet: see above. Finished steps are kept. Run the same command again."
            )

    def _one(self, eid: str, key: str) -> list[PersonMatch]:
        if any(key in {person.old_id for person in each.under_way} for each in self.begun):
            return []
        found = self._forgetting.find(eid)
        match = self._search.one(found, key)
        if match:
            return [match]
        if earlier := self._journals.get(found.first_eid):
            number = sum(each.people for each in earlier)
            self._console.say(f"{found.eid} has nobody “{key}” any more. So far {number:,} were forgotten there.")
            return []
        raise Stopped(f"{found.eid} has nobody “{key}”. Pass the patron id, or search by name: forget NAME.")

    def _picked(self, matches: Sequence[PersonMatch], picked: Sequence[str]) -> list[PersonMatch]:
        if picked:
            if unknown := sorted(set(picked) - {match.key for match in matches}):
                raise Stopped(f"None of the matches is {named(unknown)}. Run the command without --pick.")
            return [match for match in matches if match.key in picked]
        if len(matches) > 1 and not _is_one_person(matches):
            self._console.note("These may be several people:")
            lines = [match.line for match in matches]
            print_first(lines, lambda line: self._console.note(f"  {line}"), most=5 * _SHOWN)
            raise Stopped("Nobody was forgotten. Name each who is meant, as in the brackets: --pick EVENT/PERSON.")
        return list(matches)

    def _past(self, matches: Sequence[PersonMatch], *, with_open: bool) -> list[PersonMatch]:
        """Return those whose event is over, and warn about the others; without `with_open` those without open money."""
        coming = [match.key for match in matches if match.coming]
        owing = [match.key for match in matches if not match.coming and match.open and not with_open]
        if coming:
            self._console.warn(
                f"{len(coming):,} left out, because the trip is still to come: {named(coming)}. Take them off its "
                "roster first, or wait."
            )
        if owing:
            self._console.warn(
                f"{len(owing):,} left out, because money is open: {named(owing)}. Settle it, or forget them by name."
            )
        return [match for match in matches if match.key not in {*coming, *owing}]


def _is_one_person(matches: Sequence[PersonMatch]) -> bool:
    """Return whether all matches have one name, and a phone or an e-mail connects them."""
    connected, left = [matches[0].person], [match.person for match in matches[1:]]
    while left:
        near = [each for each in left if any(each.shares_contact(one) and each.has_name_of(one) for one in connected)]
        if not near:
            return False
        connected += near
        left = [each for each in left if each not in near]
    return True

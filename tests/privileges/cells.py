"""The cells of the table of Slack: each route, and each kind of person who tries it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.privileges.people import OUTSIDERS, PRIVATE, in_channel, sent_by, welcome_outsiders
from tests.privileges.rules import OF_CREW, OTHERWISE, YES, Rule
from tests.privileges.slack_routes import SLACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.privileges.film import Take
    from tests.privileges.projector import Outcome, Projector

OFFICE: Final = "U0OLIVIA"
CREW: Final = ("U0DANA", "U0MARCO")
ASK: Final = "Ask Olivia Park."
# Nobody sees an answer after closing a form.
SILENT: Final = "view_closed"


def everything_that_differs(projector: Projector) -> list[str]:
    """Try every cell, and return the differences from the table, a line for each."""
    welcome_outsiders(projector.stage)
    return [
        f"{route}: {who}: {what}"
        for route, take in projector.film.takes.items()
        for who, what in _of_a_route(projector, route, take)
    ]


def _of_a_route(projector: Projector, route: str, take: Take) -> Iterator[tuple[str, str]]:
    rule, usual = SLACK[route], projector.show(take, take.payload)
    yield from _named("who used it", allowed(usual, usual, rule))
    concerned = take.sender if take.sender in CREW else CREW[0]
    (other,) = set(CREW) - {concerned}
    tries = (
        (concerned, "crew", rule.crew),
        (other, "others of the crew", rule.of_others),
        (OFFICE, "office", rule.office),
    )
    for user_id, who, expected in tries:
        if user_id != take.sender:
            outcome = projector.show(take, sent_by(take, user_id))
            yield from _named(who, of_people_with_a_role(who, outcome, usual, expected, rule))
            if user_id != OFFICE and expected == YES:
                yield from _named(who, shown_to_crew(projector, outcome))
    if (elsewhere := in_channel(take.payload, PRIVATE)) != take.payload:
        yield from _named("in a private channel", allowed(projector.show(take, elsewhere), usual, rule))
    for outsider in OUTSIDERS:
        sent = sent_by(take, outsider.user_id, of_team=outsider.of_team, acts_in=outsider.acts_in)
        outcome = projector.show(take, sent)
        if rule.everybody:
            yield from _named(outsider.kind, allowed(outcome, usual, rule))
        else:
            said = (
                ""
                if route.startswith(SILENT) or (not outsider.user_id and route.startswith("event"))
                else outsider.sentence
            )
            yield from _named(outsider.kind, refused(outcome, said))
            if projector.film.ran:
                yield outsider.kind, "a listener ran"


def _named(who: str, what: str) -> Iterator[tuple[str, str]]:
    if what:
        yield who, what


def of_people_with_a_role(who: str, outcome: Outcome, usual: Outcome, expected: str, rule: Rule) -> str:
    """Return the difference from the expected outcome for a person with a role, or an empty text."""
    if expected == YES:
        return allowed(outcome, usual, rule)
    if expected == OTHERWISE:
        wrong = outcome.is_trouble or outcome.changed or OF_CREW in outcome.said or outcome.is_public
        return f"not otherwise: {outcome}" if wrong else ""
    if expected.startswith("Only the office") and who != "office" and ASK not in outcome.said:
        return f"does not say whom to ask: {outcome}"
    return refused(outcome, expected, reads_first=rule.reads_first)


def allowed(outcome: Outcome, usual: Outcome, rule: Rule) -> str:
    """Return the difference from the answer to an allowed person, or an empty text."""
    expected = replace(usual, said=outcome.said, reads=outcome.reads, buttons=outcome.buttons)
    wrong = outcome != expected or outcome.is_trouble or OF_CREW in outcome.said
    if wrong or outcome.changed != rule.writes or outcome.is_public != rule.public:
        return f"not as usual: {outcome}"
    return ""


def refused(outcome: Outcome, sentence: str, *, reads_first: bool = False) -> str:
    """Return the fault of a refusal: another sentence, an amount in it, or a write. Return an empty text for none."""
    has_read = outcome.reads and not reads_first
    wrong = outcome.is_trouble or outcome.changed or outcome.is_public or has_read
    beyond = outcome.said.replace(sentence, "")
    if wrong or sentence not in outcome.said or "$" in beyond:
        return f"no refusal with “{sentence}”: {outcome}"
    return ""


def shown_to_crew(projector: Projector, outcome: Outcome) -> str:
    """Return the buttons among those of an answer to crew that would refuse them all."""
    routes = [projector.film.route_of(button) for button in outcome.buttons]
    useless = [route for route in routes if route and not {SLACK[route].crew, SLACK[route].of_others} & {YES}]
    return f"shown buttons of the office: {useless}" if useless else ""

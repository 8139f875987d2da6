"""docs/privileges.md, made of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.privileges.people import OUTSIDERS
from tests.privileges.rules import OTHERWISE, YES, Rule
from tests.privileges.slack_routes import SECTIONS
from tests.privileges.web_routes import HOLDERS, OPEN, WEB
from web.contract import ADMIN_TOKEN, LIST_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND: Final = ".venv/bin/python -m tests.privileges > docs/privileges.md"

_HEAD: Final = f"""\
# Who may do what

Each route of the bot and of the web function, and who may use it. This page is made of the tables in
`tests/privileges` by `{COMMAND}`.
The tests drive each cell by a signed request. A route that is not in the tables fails them, and so does this page if
it differs.

## In Slack

A request is answered by the role of the person who sent it: [crew or admin](office.md). An admin is *the office* here.
A private channel, a direct message and a channel that is shared with another workspace make no difference. Everybody
else may press the public links, and on each other route they read one sentence. Nothing is read or written for them:

| who | reads |
|---|---|
"""
_AFTER_HEAD: Final = """
A form that is closed answers nobody. A role that was lost ends within ten minutes, also for old forms and buttons.

✓ means allowed, ✎ that it writes, and 📢 that the channel reads the answer. Every other answer is for the person
alone. *Crew* is the person concerned, such as who logged the payment, and *others* is somebody else of the crew. A line
with `›` is a special case of the route before it. Names are those of the sample workspace.
"""
_WEB: Final = """
## On the web

A request without a token, or with an invalid one, gets the sentence of the second table. Nothing is read or written
before that, but for a crew token the event's row.

| route | needs | remarks |
|---|---|---|
"""
_NEEDS: Final = {
    ADMIN_TOKEN: "an admin token",
    LIST_TOKEN: "an admin token, or a crew token of the event",
    OPEN: "nothing",
}


def document() -> str:
    """Return the whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD.rstrip("\n")
    for sentence in dict.fromkeys(each.sentence for each in OUTSIDERS):
        yield f"| {'; '.join(each.kind for each in OUTSIDERS if each.sentence == sentence)} | “{sentence}” |"
    yield _AFTER_HEAD.rstrip("\n")
    for section, rules in SECTIONS.items():
        yield f"\n### {section}\n\n| route | crew | others | office | |\n|---|---|---|---|---|"
        yield from (_row(route, rule) for route, rule in rules.items())
    yield _WEB.rstrip("\n")
    for route, rule in WEB.items():
        shown = route.replace("<eid>", "EID").replace("<month>", "MONTH")
        yield f"| `{shown}` | {_NEEDS[rule.token]} | {rule.note} |"
    yield f"\n| with | a route for {_NEEDS[ADMIN_TOKEN]} | a route for {_NEEDS[LIST_TOKEN]} |\n|---|---|---|"
    for who, says in HOLDERS.items():
        columns = [f"{says[kind][0]} “{says[kind][1]}”" if kind in says else "✓" for kind in (ADMIN_TOKEN, LIST_TOKEN)]
        yield f"| {who} | {' | '.join(columns)} |"


def _row(route: str, rule: Rule) -> str:
    marks = f"{'✎' if rule.writes else ''}{'📢' if rule.public else ''}"
    remark = " ".join(filter(None, [marks, "everybody" if rule.everybody else "", rule.note]))
    others = "" if rule.of_others == rule.crew else _cell(rule.of_others)
    return f"| `{route}` | {_cell(rule.crew)} | {others} | {_cell(rule.office)} | {remark} |"


def _cell(verdict: str) -> str:
    return {YES: "✓", OTHERWISE: "✓, otherwise"}.get(verdict, f"“{verdict}”")

"""Finds the people who have a role, for refusals of people who lack it.

A mention shows the name and notifies nobody in what one person alone sees: Slack notifies of mentions in messages that
others can read, and these answers are ephemeral messages, forms and Home tabs. Slack shows mentions in mrkdwn only, so
the errors of a form's fields and the options of a menu have names instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.role_refusals import CrewOnly, NotPostedByYou
from bot.settings import ANYONE
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.access import Access

_MENTIONED: Final = 3
_NAMED: Final = 2  # each name may cost a call to Slack


@dataclass(frozen=True, slots=True)
class WhomToAsk:
    """The people who have the roles, by the settings."""

    access: Access

    def after(self, refusal: Exception, *, plain: bool = False) -> str:
        """Return what follows a refusal's sentence: who has the role that is needed; empty for other refusals.

        It is mrkdwn, or plain text with `plain`.
        """
        if isinstance(refusal, CrewOnly):
            if refusal.outside:
                return "Ask somebody of the crew."
            return f"{self._crew(plain=plain)} {self.office(plain=plain)}"
        if isinstance(refusal, NotPostedByYou) and refusal.by.isalnum() and not plain:
            return f"It was <@{refusal.by}>. {self.office()}"
        return self.office(plain=plain) if getattr(refusal, "asks_office", False) else ""

    def office(self, *, plain: bool = False) -> str:
        """Return the sentence that says which admins to ask."""
        settings = self.access.settings
        if ANYONE in settings.admin_users:
            return "Every full member of this workspace is of the office: ask one of them."
        if not settings.admin_users and settings.admin_usergroup is None:
            return "Nobody is of the office yet: whoever set up this app can change that."
        return f"Ask {self._people(settings.admin_users, settings.admin_usergroup, plain=plain) or 'the office'}."

    def _crew(self, *, plain: bool) -> str:
        settings = self.access.settings
        if ANYONE in settings.crew_users:
            return "Full members of this workspace are crew, guests are not."
        people = self._people(settings.crew_users, settings.crew_usergroup, plain=plain, last="and")
        return f"Crew are {people}." if people else ""

    def _people(self, ids: Sequence[str], group: str | None, *, plain: bool, last: str = "or") -> str:
        """Return some of these people, and the group, as `<@U1>, <@U2> or <!subteam^S1>`."""
        if plain:
            ids = [*ids, *(self.access.members(group) if group and len(ids) < _NAMED else ())]
            shown = [name for each in ids[:_NAMED] if (name := self.access.name(each))]
            left = len(ids) - _NAMED if shown else 0
        else:
            shown = [f"<@{each}>" for each in ids[:_MENTIONED] if each.isalnum()]
            shown += [f"<!subteam^{group}>"] if group else []
            left = len(ids) - _MENTIONED
        shown += [f"{left} other{'s' if left > 1 else ''}"] if left > 0 else []
        return f" {last} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))

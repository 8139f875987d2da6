"""Two roles, crew and admin, and what each may do. An admin may do all that crew may."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

# The Slack id of a person.
SLACK_USER_ID: Final = re.compile("[UW][A-Z0-9]{4,}")


class Role(StrEnum):
    """The role of a person. Crew log payments, share waivers and see who may board. Amounts are for admins."""

    NOBODY = "nobody"
    CREW = "crew"
    ADMIN = "admin"

    @property
    def may_log(self) -> bool:
        """True if they may log payments, share the waiver and see who is clear to board."""
        return self is not Role.NOBODY

    @property
    def sees_money(self) -> bool:
        """True if they may see amounts and totals, and reverse entries."""
        return self is Role.ADMIN

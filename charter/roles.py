"""Who may do what: two roles, crew and admin. An admin may do all that crew may."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do here. Crew log payments, share waivers, see who may board; amounts are for admins."""

    NOBODY = "nobody"
    CREW = "crew"
    ADMIN = "admin"

    @property
    def may_log(self) -> bool:
        """Whether they may log payments, share the waiver and see who is clear to board."""
        return self is not Role.NOBODY

    @property
    def sees_money(self) -> bool:
        """Whether they may see amounts and totals, and reverse entries."""
        return self is Role.ADMIN

"""Addresses of the waiver, and the permissions of roles."""

from __future__ import annotations

import pytest

from charter.party_links import waiver_link
from charter.roles import Role


def test_the_waivers_link_has_one_slash_and_no_syntax_of_the_id() -> None:
    assert waiver_link("https://x.example/", "2026-05-23-cory") == "https://x.example/g/2026-05-23-cory/waiver"
    assert waiver_link("https://x.example", "a/../b?c#d e%f") == "https://x.example/g/a%2F..%2Fb%3Fc%23d%20e%25f/waiver"


@pytest.mark.parametrize(
    ("role", "may_log", "sees_money"),
    [(Role.NOBODY, False, False), (Role.CREW, True, False), (Role.ADMIN, True, True)],
)
def test_crew_log_and_admins_see_money_too(role: Role, *, may_log: bool, sees_money: bool) -> None:
    assert (role.may_log, role.sees_money) == (may_log, sees_money)

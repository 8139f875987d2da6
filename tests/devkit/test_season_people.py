"""The sample season has hard cases of matching signatures: parties, namesakes, accents, and strangers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from charter.names import same
from devkit.season import season

TODAY = date(2026, 5, 23)
AFTERNOON = f"{TODAY}-captain-cory-afternoon"
ISLAND = f"{TODAY + timedelta(days=8)}-angel-island"

ROWS = season(TODAY)
PATRONS: dict[str, dict[str, Any]] = {row["eid"]: row["patrons"] for row in ROWS if row["crew_id"] == "#event"}
SIGNATURES = [row for row in ROWS if row["crew_id"].startswith("#signature:")]


def test_every_signature_has_a_row_of_its_own_matched_to_a_patron_of_its_event_or_to_nobody() -> None:
    assert not any("waivers" in row for row in ROWS)
    assert len(SIGNATURES) > 100
    for signature in SIGNATURES:
        assert re.fullmatch(r"#signature:[0-9a-f]{32}", signature["crew_id"])
        assert {"name", "minors", "signed_at", "version"} <= set(signature)
        matched = {"patron_id", "matched_at", "matched_by"} & set(signature)
        assert not matched or (len(matched) == 3 and signature["patron_id"] in PATRONS[signature["eid"]])


def test_there_are_parties_of_which_all_some_and_none_have_signed() -> None:
    seen = set()
    for eid, patrons in PATRONS.items():
        for patron_id, patron in patrons.items():
            own = [each for each in SIGNATURES if (each["eid"], each.get("patron_id")) == (eid, patron_id)]
            covered = sum(1 + len(each["minors"]) for each in own)
            assert covered <= patron["party"]
            if patron["party"] > 1:
                seen.add("all" if covered == patron["party"] else "some" if covered else "none")
    assert seen == {"all", "some", "none"}


def test_there_are_names_with_accents_and_two_patrons_of_one_name() -> None:
    names = {line["name"] for patrons in PATRONS.values() for line in patrons.values()}
    assert {"José Ángel Núñez", "Zoë Ångström", "Tomás Ibarra"} <= names
    alike = [key for key, line in PATRONS[ISLAND].items() if same(line["name"], "José Angel Nuñez")]
    assert alike == ["jose.nunez", "jose.nunez-2"]


def test_there_are_signatures_that_nobody_has_matched() -> None:
    unmatched = {(each["eid"], each["name"]) for each in SIGNATURES if "patron_id" not in each}
    assert unmatched == {(AFTERNOON, "Davy Kowalski"), (ISLAND, "José Angel Nuñez")}

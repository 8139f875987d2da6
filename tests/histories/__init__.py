"""Histories under faults: random days of a boat, with duplicates, deaths and outages; see CONTRIBUTING."""

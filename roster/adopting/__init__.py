"""Adopts an older system's rows: events known by crew rows alone, and payments that stand in other rows."""

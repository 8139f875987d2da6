"""Checks of the table's promises (docs/table.md), row by row. Nothing here writes."""

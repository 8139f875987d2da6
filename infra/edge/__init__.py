"""Add the template's behaviours to an existing distribution."""

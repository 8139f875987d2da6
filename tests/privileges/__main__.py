"""Prints docs/privileges.md."""

from tests.privileges.document import document

print(document(), end="")  # noqa: T201  # that is what it is for

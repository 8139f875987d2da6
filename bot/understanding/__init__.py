"""What a person means by the words behind a command: event, patron, amount, method, notes, in any sensible order."""

from charter.names import fold

__all__ = ["fold"]

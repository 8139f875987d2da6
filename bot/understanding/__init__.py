"""Meaning of the words after a command: event, patron, amount, method and notes, in any sensible order."""

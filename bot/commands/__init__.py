"""Listeners of commands, shortcuts, buttons and forms."""

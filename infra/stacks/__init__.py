"""Create and update the stack by one change set."""

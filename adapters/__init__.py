"""The outside world behind charter's Protocols."""

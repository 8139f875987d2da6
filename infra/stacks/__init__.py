"""Everything in an account, by one change set."""

"""Who may do what: one table for Slack and one for the web, and the people who try it."""

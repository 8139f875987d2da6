"""Tables of privileges: one for Slack and one for the web, and the people who try each route."""

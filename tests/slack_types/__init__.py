"""The check of all that the tests made the app send against the types that Slack publishes."""

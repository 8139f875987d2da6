"""What Slack is told of the app, and tells of it."""

"""The Slack app: its manifest, and checks of its token."""

"""Slack: routing on one page (app.py), commands, views, and one renderer for refusals."""

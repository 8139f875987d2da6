"""Announcements in Slack and by mail: posts, the live boarding card, mails and the morning digest."""

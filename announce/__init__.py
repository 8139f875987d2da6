"""What is told in Slack and by mail of what happened: posts, the live boarding card, mails and the morning digest."""

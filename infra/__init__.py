"""The operator's commands, which bring the app to AWS. They import nothing of the app."""

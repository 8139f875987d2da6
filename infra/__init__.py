"""What puts the app into AWS. It imports nothing of the app."""

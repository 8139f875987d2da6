"""What people type after a slash."""

"""The zip that all functions run."""

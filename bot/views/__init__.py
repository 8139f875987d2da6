"""Block Kit builders and form readers, all pure: data in, dicts out."""

"""Block Kit builders and form readers. They are pure: data in, dicts out."""

"""What an existing distribution lacks."""

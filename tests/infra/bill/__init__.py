"""The bill of materials, and what is known of its parts."""

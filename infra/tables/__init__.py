"""The events table itself: what it has, and what the product needs of it."""

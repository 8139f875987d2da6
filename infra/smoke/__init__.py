"""Check that a deployment works, without writing anything."""

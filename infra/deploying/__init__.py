"""New code for functions that stand, and the way back."""

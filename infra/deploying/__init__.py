"""Deploy new code to existing functions, and roll it back."""

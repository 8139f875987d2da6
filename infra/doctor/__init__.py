"""Examine a stack from outside and inside, and say what to do. Nothing is changed."""

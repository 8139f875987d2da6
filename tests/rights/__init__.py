"""Comparison of the calls of AWS that the functions and commands make in the tests with the rights that they have."""

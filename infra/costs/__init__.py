"""Estimate what a stack costs, from published prices and what is deployed."""

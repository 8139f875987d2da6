"""Printing: text of any script on PDF pages. The web and the announce Lambda use it."""

"""What is printed: text of any script on PDF pages. Used by the web and the announce Lambda."""

"""The dispatch page's releases in the site bucket."""

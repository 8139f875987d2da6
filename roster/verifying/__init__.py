"""Whether the table keeps the design's promises, told row by row. Nothing here writes."""

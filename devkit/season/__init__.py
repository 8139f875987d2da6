"""The sample season: a dozen events around one day, with crews, rosters, payments and signatures.

`season(today)` returns the rows in Python's types, always the same for the same day; `plant` writes the missing ones.
The product's own writers make the rows. Together they have every oddity of a real table.
"""

from devkit.season.events import season
from devkit.season.planting import plant

__all__ = ["plant", "season"]

"""The sample season: a dozen events around one day, with crews, rosters, payments and signatures.

`season(today)` gives the rows, in Python's types, the same ones whenever it is asked; `plant` writes the missing ones.
Every row keeps to the table of the design, and together they hold each odd thing that a real table holds too.
"""

from devkit.season.events import season
from devkit.season.planting import plant

__all__ = ["plant", "season"]

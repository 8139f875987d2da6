"""The bill of materials: what goes into the zip and into the environments, with licences, and known advisories."""

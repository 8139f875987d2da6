"""The local world: everything the bot meets in the cloud, on one machine. Never part of the zip."""

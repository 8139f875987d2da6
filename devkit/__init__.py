"""The local world: the services that the product uses in the cloud, on one machine. Never part of the zip."""

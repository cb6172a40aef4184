"""The materials that the published plan needs."""

"""Tiles, formats and packing."""

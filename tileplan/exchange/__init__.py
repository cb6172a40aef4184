"""CSV import of a plant's folder."""

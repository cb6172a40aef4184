"""Work orders and what the floor reports."""

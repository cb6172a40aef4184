"""The data check."""

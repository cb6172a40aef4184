"""Project contracts, their phases and what is left to call off."""

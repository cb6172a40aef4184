"""Moments as a browser counts them."""

from datetime import datetime


def ms(moment: datetime) -> int:
    """Milliseconds since 1970, UTC."""
    return round(moment.timestamp() * 1000)

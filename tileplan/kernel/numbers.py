"""Whole numbers that come from outside as text: small and plain, or none at all."""

MOST_DIGITS = 9


def whole(raw: object) -> int | None:
    """The number, or None for anything but a few plain digits."""
    text = str(raw or "").strip()
    is_plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_plain else None


def seen_version(raw: object) -> int:
    """The version of a document that a page was showing; nonsense and nothing match no version at all."""
    number = whole(raw)
    return -1 if number is None else number

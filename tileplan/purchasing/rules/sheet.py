"""What may stand in a cell of a spreadsheet: never a formula."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Make text harmless to a spreadsheet program that would otherwise run it."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text

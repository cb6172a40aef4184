"""Whether pins and frozen work can all be kept, and if not, the smallest set that clashes."""

"""Finished lots: tile × grade × shade × calibre; movements and reservations."""

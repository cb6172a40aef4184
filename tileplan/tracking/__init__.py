"""Where is my order."""

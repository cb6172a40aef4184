"""The demo plant and its people."""

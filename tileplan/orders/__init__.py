"""Retail, dealer and project orders, their review and confirmation."""

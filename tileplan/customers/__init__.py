"""Customers and who looks after them."""

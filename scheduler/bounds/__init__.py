"""The arguments behind the bounds, one module for each; no other part of the price is touched."""

"""The pages of orders: list, entry, page and review, and what they fetch while somebody types."""

from tileplan.orders.views import desk, entry, lists, papers
from tileplan.orders.views.blueprint import pages

__all__ = ["desk", "entry", "lists", "pages", "papers"]

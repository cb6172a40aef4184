"""The pages of the plant: what it has, what changes cost, and when its resources are closed."""

from tileplan.plant.views import closures, resources
from tileplan.plant.views.blueprint import pages

__all__ = ["closures", "pages", "resources"]

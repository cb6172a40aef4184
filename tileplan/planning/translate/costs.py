"""What things cost in a plan, in cents: the weights of its price, never an order's price.

They say what the plant would pay to avoid each thing; only their proportions matter.
"""

# A kiln minute lost to a changeover burns gas for nothing and sells no tile.
KILN_CHANGEOVER = 600
# A finishing crew's minute; the other lines go on.
FINISHING_CHANGEOVER = 60
# A packing crew's minute.
SORTING_CHANGEOVER = 30
# An empty kiln still burns half of what it burns when full.
KILN_IDLE = 300
# A firing curve should stay for 16 hours, until the kiln runs evenly; each minute missing costs shade.
CURVE_MINUTES = 960
CURVE_MISSING = 100
# Fired tile lies in the warehouse: money tied up, per m² and day.
HOLDING = 1
# Crews have read the published plan: another machine for a lot means other papers and other hands.
OTHER_RESOURCE = 20_000
# And each minute that work moves, beyond an hour that nobody minds, costs trust in the next plan.
MOVED = 5
MOVED_BARELY = 60
# A minute late of an order item by its priority, 1 being the most urgent.
LATE_BY_PRIORITY = {1: 500, 2: 250, 3: 100, 4: 50}
LATE_OTHERWISE = 50
# Replenishment waits for everybody.
LATE_STOCK = 5


def late_rate(priority: int | None) -> int:
    """Cents that a minute late costs; no priority means stock."""
    return LATE_STOCK if priority is None else LATE_BY_PRIORITY.get(priority, LATE_OTHERWISE)

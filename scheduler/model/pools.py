"""Machines that nothing tells apart, taken together: an exact model need not choose among them."""

from collections.abc import Hashable

from scheduler.shop import Machine, Shop

Pool = tuple[Machine, ...]


def pools(shop: Shop) -> list[Pool]:
    """Give all machines in groups, each of one machine or of several that are interchangeable.

    Machines whose idle time costs anything stay alone.
    """
    options: list[list[tuple[int, int]]] = [[] for _ in shop.machines]
    for task in shop.tasks:
        for index, minutes in task.options.items():
            options[index].append((task.index, minutes))
    named = {row.resource for row in shop.problem.published}
    groups: dict[Hashable, list[Machine]] = {}
    for machine in shop.machines:
        on = machine.resource
        is_alone = on.idle_cents_per_minute > 0 or on.id in named
        key = (
            on.stage, on.calendar, on.changeover, on.last_family, on.last_tile,
            on.last_campaign, on.last_campaign_minutes,
            tuple(options[machine.index]), machine.index if is_alone else -1,
        )  # fmt: skip
        groups.setdefault(key, []).append(machine)
    return [tuple(group) for group in groups.values()]

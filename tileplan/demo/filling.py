"""Filling the demo's database: the plant, its people, and a first published plan."""

from collections.abc import Callable
from datetime import timedelta

from tileplan import paths
from tileplan.config import Config
from tileplan.demo import people, selling
from tileplan.exchange import service as exchange
from tileplan.exchange.rules.newest import newest_order_day
from tileplan.kernel import clock
from tileplan.kernel.db import transaction
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.orders import queries as orders
from tileplan.planning import queries as plans
from tileplan.planning import service as planning
from tileplan.production import service as production

SIGN_INS = "sign-ins.txt"
# Long enough for a plan worth looking at, short enough to wait for.
FIRST_PLAN_SECONDS = 15

Tell = Callable[[str], None]


def fill(config: Config, tell: Tell) -> None:
    """Do what is still to be done; a second start finds everything there."""
    kept = config.data_dir / SIGN_INS
    with transaction(writing=False):
        has_orders = orders.newest_order_day() is not None
        has_plan = plans.published() is not None
    if not has_orders:
        tell("loading the demo plant, with its dates moved to today")
        _load()
        with transaction():
            selling.begin()
    if not kept.exists():
        with transaction():
            people.give_passwords(paths.DEMO_PLANT, kept)
    if not has_plan:
        tell(f"making a first plan ({FIRST_PLAN_SECONDS} seconds)")
        _plan(config)


def _load() -> None:
    newest = newest_order_day((paths.DEMO_PLANT / "orderbook.csv").read_bytes())
    shift = clock.today() - newest if newest else timedelta(0)
    report = exchange.load(paths.DEMO_PLANT, commit_each=transaction, shift_days=shift.days)
    faults = [fault for file in report.files for fault in file.faults]
    if not report.is_ok:
        why = faults[0] if faults else "a file is missing"
        raise Refused(say("The demo plant could not be loaded: %(why)s", why=why))


def _plan(config: Config) -> None:
    number = planning.plan_now(
        FIRST_PLAN_SECONDS, memory_mb=config.solver_memory_mb, transaction=transaction
    )
    with transaction():
        plan = plans.plan_of(plans.run(number).id)
        if plan is None:
            raise Refused(say("The demo could not be planned; see run %(run)s.", run=number))
        production.publish(plan.number, by=None, reason="The demo's first plan")

"""What a published plan asks of the floor, and the work that stands there already."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tileplan.kernel.db import session
from tileplan.planning.models import PlannedLot, PlannedOperation
from tileplan.production.models import WorkOrder
from tileplan.production.rules import WorkState


def operations_of(plan_id: int) -> list[PlannedOperation]:
    """All operations of a plan with their lots, in the order of their starts."""
    statement = (
        select(PlannedOperation)
        .where(PlannedOperation.plan_id == plan_id)
        .options(joinedload(PlannedOperation.lot))
        .order_by(PlannedOperation.start_at, PlannedOperation.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def standing(plan_id: int) -> list[WorkOrder]:
    """The work that a new plan meets: all that is unstarted, and all of its lots and theirs."""
    codes = select(PlannedLot.code).where(PlannedLot.plan_id == plan_id)
    waiting = select(WorkOrder.lot_code).where(WorkOrder.state == WorkState.RELEASED)
    statement = (
        select(WorkOrder)
        .where(WorkOrder.state != WorkState.WITHDRAWN)
        .where(or_(WorkOrder.lot_code.in_(codes), WorkOrder.lot_code.in_(waiting)))
        .options(joinedload(WorkOrder.operation))
        .order_by(WorkOrder.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))

"""The steps of an order's life and what each brings about: review, stock reserved, contract drawn."""

from sqlalchemy import select

from tileplan.accounts.models import User
from tileplan.contracts import queries as contract_queries
from tileplan.contracts import service as contracts
from tileplan.kernel import documents
from tileplan.kernel.db import session
from tileplan.kernel.documents import advance
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.orders import queries
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import (
    APPROVALS,
    ORDER,
    OrderState,
    Share,
    check_four_eyes,
    check_withdrawal,
)
from tileplan.orders.service.entry import check_version
from tileplan.stock import service as stock

# How often a lot is chosen anew when somebody else was faster, before the item is left to the plan.
TRIES = 3


def act(
    number: str, action: str, *, by: User, reason: str | None = None, version: int | None = None
) -> Order:
    """Move an order along its workflow, with everything that follows from it."""
    order = queries.order(number)
    if version is not None:
        check_version(order, version)
    before = order.state
    advance(order, ORDER, action, by=by, reason=reason)
    if action == "submit":
        order.submitted_by_id = by.id
    elif action in APPROVALS:
        check_four_eyes(by.id, order.made_by_id, order.submitted_by_id, *_writers(number))
        _agree_shortages(order, by)
    elif action == "withdraw":
        check_withdrawal(
            by.id, order.made_by_id, order.submitted_by_id, is_reviewer=by.may("orders.review")
        )
    elif action == "cancel" and before is OrderState.CONFIRMED:
        _undo(order)
    # the version moves on before stock is touched: of two at once only one gets further
    session.flush()
    if order.state is OrderState.CONFIRMED:
        _confirm(order)
    return order


def _writers(number: str) -> set[int | None]:
    """Everybody who ever wrote this order, changed it or handed it in."""
    return {
        entry.by_id
        for entry in documents.journal(ORDER.kind, number)
        if entry.action in ("place", "edit", "submit")
    }


def _agree_shortages(order: Order, by: User) -> None:
    """Approving more than the contract has left amends the contract; the reviewer has seen it."""
    short = queries.shortages(order)
    if not short or order.contract is None:
        return
    contract = contract_queries.contract(order.contract.number)
    wanted = {(item.phase_id, item.tile_id): item for item in order.items}
    for (phase_id, tile_id), pieces in short.items():
        item = wanted[phase_id, tile_id]
        contracts.agree(
            contract, phase_id, item.tile, pieces, price=item.price, by=by, why=order.number
        )


def _confirm(order: Order) -> None:
    """Draw on the contract, then reserve what stock can serve."""
    if order.contract is not None:
        # always in one order, so that two orders never wait for each other
        for item in sorted(order.items, key=lambda item: (item.phase_id or 0, item.tile_id)):
            contracts.call_off(order.contract, item.phase_id or 0, item.tile_id, item.pieces)
    for _ in range(TRIES):
        if _reserve(order):
            return


def _reserve(order: Order) -> bool:
    """Reserve as stock would serve the order now; False where somebody took a lot meanwhile."""
    return all(
        _serve(share, share.lot_id)
        for share in queries.shares(order)
        if share.lot_id is not None or share.moved
    )


def _serve(share: Share, lot_id: int | None) -> bool:
    """Reserve a whole share or nothing of it."""
    for moved in share.moved:
        stock.release(moved.ref)
    if lot_id is None:
        return True
    together = {item.ref: item.pieces for item in share.wanted}
    together |= {item.ref: item.pieces for item in share.moved}
    try:
        for ref, pieces in together.items():
            stock.reserve(lot_id, ref, pieces)
    except Refused:
        for ref in together:
            stock.release(ref)
        return False
    return True


def _undo(order: Order) -> None:
    """Give back what a confirmed order holds, unless the floor has begun it."""
    if _has_begun(order):
        raise Refused(
            say(
                "Production of this order has begun, so it can't be cancelled any more. "
                "Agree with the planner what becomes of it."
            )
        )
    for item in order.items:
        stock.release(item.ref)
    if order.contract is not None:
        for item in sorted(order.items, key=lambda item: (item.phase_id or 0, item.tile_id)):
            contracts.give_back(order.contract, item.phase_id or 0, item.tile_id, item.pieces)


def _has_begun(order: Order) -> bool:
    """Ask the rows themselves, and hold them: the floor may be starting at this moment."""
    rows = session.execute(
        select(OrderItem.started_at, OrderItem.finished_at)
        .where(OrderItem.order_id == order.id)
        .with_for_update()
    )
    return any(started or finished for started, finished in rows)

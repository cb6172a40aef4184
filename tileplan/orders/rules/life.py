"""The kinds of orders, what must be of one shade, and the life of an order."""

from dataclasses import replace
from enum import StrEnum

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say
from tileplan.kernel.workflow import Arrow, Workflow


class OrderKind(StrEnum):
    """How the order came about."""

    RETAIL = "retail"
    DEALER = "dealer"
    PROJECT = "project"


KIND_LABELS: dict[OrderKind, Text] = {
    OrderKind.RETAIL: say("Retail"),
    OrderKind.DEALER: say("Dealer"),
    OrderKind.PROJECT: say("Project"),
}


class Homogeneity(StrEnum):
    """What must come out of one lot, and so be of one shade."""

    ONE_LOT = "ONE_LOT"
    ONE_LOT_PER_PHASE = "ONE_LOT_PER_PHASE"


class OrderState(StrEnum):
    """What people have decided about an order; how far it is made is counted, not kept."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


_S = OrderState
ORDER = Workflow(
    kind="order",
    labels={
        _S.DRAFT: say("Draft"),
        _S.SUBMITTED: say("In review"),
        _S.APPROVED: say("Approved"),
        _S.CONFIRMED: say("Confirmed"),
        _S.CANCELLED: say("Cancelled"),
    },
    arrows=(
        Arrow(
            _S.DRAFT, "submit", _S.SUBMITTED, "orders.edit", say("Submit for review"), is_primary=True,
        ),
        Arrow(
            _S.SUBMITTED, "approve", _S.CONFIRMED, "orders.review",
            say("Approve and confirm"), is_primary=True,
        ),
        Arrow(_S.SUBMITTED, "approve_only", _S.APPROVED, "orders.review", say("Approve, confirm later")),
        Arrow(_S.SUBMITTED, "return", _S.DRAFT, "orders.review", say("Return"), needs_reason=True),
        Arrow(_S.SUBMITTED, "withdraw", _S.DRAFT, "orders.edit", say("Withdraw")),
        Arrow(_S.APPROVED, "confirm", _S.CONFIRMED, "orders.edit", say("Confirm"), is_primary=True),
        Arrow(_S.APPROVED, "return", _S.DRAFT, "orders.review", say("Return"), needs_reason=True),
        Arrow(_S.DRAFT, "cancel", _S.CANCELLED, "orders.edit", say("Cancel order"), needs_reason=True),
        Arrow(_S.SUBMITTED, "cancel", _S.CANCELLED, "orders.edit", say("Cancel order"), needs_reason=True),
        Arrow(_S.APPROVED, "cancel", _S.CANCELLED, "orders.edit", say("Cancel order"), needs_reason=True),
        Arrow(_S.CONFIRMED, "cancel", _S.CANCELLED, "orders.review", say("Cancel order"), needs_reason=True),
    ),
)  # fmt: skip

# What whoever wrote or submitted the order may not do themselves.
APPROVALS = ("approve", "approve_only")
OWN_ORDER = replace(ORDER, arrows=tuple(a for a in ORDER.arrows if a.action not in APPROVALS))
# What a reviewer may not do with another's order: it is returned with a reason, not taken back.
OTHERS_ORDER = replace(ORDER, arrows=tuple(a for a in ORDER.arrows if a.action != "withdraw"))
# The ordinary way of an order, for the steps at the top of its page.
PATH = (_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.CONFIRMED)
# What takes up credit: promised and not yet paid.
PROMISED = (_S.APPROVED, _S.CONFIRMED)


def offered_to(*, is_own: bool, is_reviewer: bool) -> Workflow[OrderState]:
    """The steps that somebody is offered: not to approve their own, nor to withdraw what they review."""
    if is_own:
        return OWN_ORDER
    return OTHERS_ORDER if is_reviewer else ORDER


def homogeneity_of(kind: OrderKind) -> Homogeneity:
    """What must be of one shade: the item of a dealer or shop, all of a phase on a building site."""
    return Homogeneity.ONE_LOT_PER_PHASE if kind is OrderKind.PROJECT else Homogeneity.ONE_LOT


def check_four_eyes(reviewer_id: int, *others: int | None) -> None:
    """Refuse that somebody approves what they themselves wrote or submitted."""
    if reviewer_id in others:
        raise Refused(
            say("You wrote or submitted this order yourself. Somebody else must approve it.")
        )


def check_withdrawal(by_id: int, *writers: int | None, is_reviewer: bool) -> None:
    """Refuse that a reviewer takes back what another has written and submitted."""
    if is_reviewer and by_id not in writers:
        raise Refused(
            say("Only who wrote or submitted this order withdraws it. Return it with a reason.")
        )

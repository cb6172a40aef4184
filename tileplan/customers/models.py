"""The rows of customers."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.accounts.models import User
from tileplan.customers.rules import CustomerKind
from tileplan.kernel.db import Base, Fixed
from tileplan.kernel.scope import Owned

__all__ = ["Customer", "CustomerKind"]


class Customer(Owned, Base):
    """Somebody who buys; owned by the salesperson who looks after them."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("credit_limit >= 0", name="credit_limit"),
        Index("ix_customer_phone", "phone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[CustomerKind]
    region: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(10))
    credit_limit: Mapped[Decimal] = mapped_column(Fixed(2))
    payment_days: Mapped[int] = mapped_column(default=0)
    phone: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()
    owner: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys="Customer.owner_id")

    __mapper_args__ = {"version_id_col": version}

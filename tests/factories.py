"""Whole, ordinary things for tests: people, tiles, customers, a tiny plant, orders, lots."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from tileplan.accounts import service as accounts_service
from tileplan.accounts.models import User
from tileplan.accounts.rules import Role
from tileplan.catalog.models import SupplyPolicy, Tile
from tileplan.contracts.models import Contract, ContractItem, Phase
from tileplan.contracts.rules import ContractState
from tileplan.customers.models import Customer, CustomerKind
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.units import Unit
from tileplan.materials.models import Material, RecipeLine
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import Homogeneity, OrderKind, OrderState
from tileplan.plant.models import (
    Calendar,
    CalendarWindow,
    ChangeoverRule,
    Resource,
    Route,
    Stage,
    WindowKind,
    Yield,
)
from tileplan.stock.models import Lot, Movement

PASSWORD = "a password for tests 2026"
_numbers: list[Any] = [count(1)]


def start_over() -> None:
    """Begin counting anew, for every fresh database."""
    _numbers[0] = count(1)


def _next() -> int:
    return next(_numbers[0])


def _keep(row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def user(role: str = "sales", login: str | None = None, regions: str = "", **values: Any) -> User:
    """Somebody who can sign in with PASSWORD."""
    made = User(
        login=login or f"{role}{_next()}",
        name_en=values.pop("name_en", f"The {role}"),
        name_zh=values.pop("name_zh", "某人"),
        role=Role(role),
        regions=regions,
        made_at=clock.now(),
        **values,
    )
    accounts_service.set_password(_keep(made), PASSWORD)
    return _keep(made)


def somebody(who: Any) -> User:
    """The user that a test means: a user, a login, or a role."""
    if isinstance(who, User):
        return who
    found = session.scalars(select(User).where(User.login == who)).one_or_none()
    return found or user(who)


def tile(code: str | None = None, **values: Any) -> Tile:
    """A 600x600 porcelain tile, four in a box of 1.44 m²."""
    facts: dict[str, Any] = {
        "code": code or f"P66-T{_next():02d}-M",
        "name_en": "Test grey 600x600",
        "name_zh": "测试灰600x600",
        "width_mm": 600,
        "length_mm": 600,
        "thickness_mm": Decimal("9.5"),
        "body": "PG",
        "family": "porcelain matt",
        "finish": "matt",
        "glaze": "GL-MATT-P",
        "glaze_family": "matt",
        "surface": "smooth",
        "firing_curve": "C2",
        "kiln_cycle_minutes": 48,
        "shade_variation": "V2",
        "is_rectified": True,
        "finishing": "none",
        "pieces_per_box": 4,
        "box_area": Decimal("1.44"),
        "box_weight": Decimal("31.7"),
        "boxes_per_pallet": 40,
        "list_price": Decimal(26),
        "supply_policy": SupplyPolicy.TO_ORDER,
        "minimum_run_area": Decimal(0),
        "safety_stock_area": Decimal(0),
    }
    return _keep(Tile(**{**facts, **values}))


def customer(owner: User | None = None, **values: Any) -> Customer:
    """A dealer with credit."""
    number = _next()
    facts: dict[str, Any] = {
        "code": f"D{number:03d}",
        "name": f"测试建材{number}",
        "kind": CustomerKind.DEALER,
        "region": "GD",
        "tier": "B",
        "credit_limit": Decimal(1_000_000),
        "payment_days": 30,
        "phone": f"138000{number:05d}",
        "address": "广东省佛山市季华路1号",
        "owner_id": (owner or somebody("sales")).id,
    }
    return _keep(Customer(**{**facts, **values}))


def lot(of: Tile, pieces: int = 400, **values: Any) -> Lot:
    """A grade-A lot in stock, with the movement that brought it."""
    facts: dict[str, Any] = {
        "tile_id": of.id,
        "grade": "A",
        "shade": f"S{_next():02d}",
        "calibre": "R",
        "warehouse": "WH1",
        "on_hand": pieces,
        "received_on": date(2026, 10, 1),
    }
    made = _keep(Lot(**{**facts, **values}))
    _keep(
        Movement(
            lot_id=made.id,
            pieces=made.on_hand,
            kind="receipt",
            reference=f"test:{made.id}",
            at=clock.now(),
            by_name="test",
        )
    )
    return made


def order(
    of: Tile | None = None,
    *,
    state: str = "confirmed",
    owner: User | None = None,
    pieces: int = 400,
    items: int = 1,
    **values: Any,
) -> Order:
    """A dealer's order of some items of one tile, due in three weeks."""
    owner = owner or somebody("sales")
    buyer = values.pop("customer", None) or customer(owner)
    of = of or tile()
    facts: dict[str, Any] = {
        "number": f"SO-{_next():05d}",
        "kind": OrderKind.DEALER,
        "state": OrderState(state),
        "customer_id": buyer.id,
        "customer_name": buyer.name,
        "region": buyer.region,
        "ordered_on": clock.today(),
        "owner_id": owner.id,
        "made_by_id": owner.id,
        "submitted_by_id": owner.id,
    }
    item_facts = {"due_on": clock.today() + timedelta(days=21), "price": Decimal(26), "priority": 3}
    item_facts |= {name: values.pop(name) for name in list(values) if name in item_facts}
    made = _keep(Order(**{**facts, **values}))
    for position in range(1, items + 1):
        _keep(
            OrderItem(
                order_id=made.id,
                position=position,
                tile_id=of.id,
                pieces=pieces,
                quantity=Decimal(pieces),
                unit=Unit.PIECE,
                homogeneity=Homogeneity.ONE_LOT,
                **item_facts,
            )
        )
    session.expire(made)
    session.refresh(made)  # a request closes the session; the columns stay readable
    return made


def contract(buyer: Customer | None = None, of: Tile | None = None, **values: Any) -> Contract:
    """A signed contract with two phases and one agreed tile in each."""
    owner = somebody("sales")
    buyer = buyer or customer(owner, kind=CustomerKind.PROJECT)
    of = of or tile()
    pieces = values.pop("pieces", 4000)
    facts: dict[str, Any] = {
        "number": f"PC-{_next():04d}",
        "customer_id": buyer.id,
        "site": "测试广场",
        "signed_on": date(2026, 11, 1),
        "deposit_percent": Decimal(20),
        "retention_percent": Decimal(3),
        "late_penalty_per_day": Decimal("0.001"),
        "late_penalty_cap": Decimal("0.05"),
        "state": ContractState.SIGNED,
        "owner_id": buyer.owner_id,
    }
    made = _keep(Contract(**{**facts, **values}))
    for position, name in enumerate(("1号楼", "2号楼"), start=1):
        phase = _keep(Phase(contract_id=made.id, position=position, name=name))
        _keep(
            ContractItem(
                contract_id=made.id,
                phase_id=phase.id,
                tile_id=of.id,
                pieces=pieces,
                price=Decimal("25.5"),
            )
        )
    session.expire(made)
    session.refresh(made)  # a request closes the session; the columns stay readable
    return made


def plant(*tiles: Tile, kilns: int = 1, rate: int = 600) -> None:
    """A tiny plant that makes these tiles: kilns with two forming lines each, one finishing, one sorting."""
    for position, (code, start, end) in enumerate(
        (("forming", 0, 0), ("firing", 60, 60), ("finishing", 90, 90), ("sorting", 45, 45)), start=1
    ):
        _keep(Stage(code=code, position=position, lag_start_minutes=start, lag_end_minutes=end))
    always = _keep(Calendar(code="always"))
    for weekday in range(1, 8):
        _keep(
            CalendarWindow(
                calendar_id=always.id,
                kind=WindowKind.WEEKLY,
                weekday=weekday,
                from_minute=0,
                to_minute=1440,
            )
        )
    for number in range(1, kilns + 1):
        kiln = _resource(f"K{number}", "firing", always, green_buffer_minutes=90)
        _routes(kiln, tiles, rate)
        for line in (2 * number - 1, 2 * number):
            _routes(_resource(f"FG{line}", "forming", always), tiles, rate, feeds_kiln=kiln.code)
    _routes(
        _resource("PL1", "finishing", always), [t for t in tiles if t.finishing != "none"], rate
    )
    _routes(_resource("SP1", "sorting", always), tiles, rate)
    for made in tiles:
        _keep(
            Yield(
                tile_id=made.id,
                forming=Decimal("0.985"),
                glazing=Decimal("0.99"),
                firing=Decimal("0.985"),
                finishing=Decimal(1),
                grade_a_share=Decimal("0.96"),
            )
        )
    _recipes(tiles)
    for crew, attribute, minutes in (
        ("press", "format", 150),
        ("glaze", "design", 20),
        ("kiln", "firing_curve", 90),
        ("packing", "sku", 10),
        ("finishing", "design", 5),
    ):
        _keep(
            ChangeoverRule(
                crew=crew, attribute=attribute, from_value="any", to_value="any", minutes=minutes
            )
        )


def _recipes(tiles: Any) -> None:
    """One body material for every tile, so that each can be made."""
    clay = _keep(
        Material(
            code="CLAY",
            name_en="Test clay",
            name_zh="测试泥",
            unit="t",
            price=Decimal(300),
            lead_days=5,
            safety_days=5,
            group="body",
            order_multiple=Decimal(30),
        )
    )
    for made in tiles:
        _keep(
            RecipeLine(tile_id=made.id, material_id=clay.id, quantity_per_m2=Decimal(20), unit="kg")
        )


def _resource(code: str, stage: str, calendar: Calendar, **values: Any) -> Resource:
    return _keep(
        Resource(code=code, stage=stage, name=f"Line {code}", calendar_id=calendar.id, **values)
    )


def _routes(resource: Resource, tiles: Any, rate: int, feeds_kiln: str = "") -> None:
    for made in tiles:
        _keep(
            Route(
                tile_id=made.id,
                resource_id=resource.id,
                area_per_hour=Decimal(rate),
                feeds_kiln=feeds_kiln,
            )
        )

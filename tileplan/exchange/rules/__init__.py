"""What a folder of CSV files must look like, and how every fault in it is named."""

from tileplan.exchange.rules.goods_tables import (
    BOM,
    MATERIAL_STOCK,
    MATERIALS,
    OPEN_PURCHASE_ORDERS,
    STOCK_LOTS,
    SUPPLIERS,
    TILES,
)
from tileplan.exchange.rules.parsing import Agreement, Context, Known
from tileplan.exchange.rules.plant_tables import (
    CALENDARS,
    CHANGEOVER_RULES,
    RESOURCES,
    ROUTES,
    STAGES,
    YIELDS,
)
from tileplan.exchange.rules.report import (
    MOST_FAULTS,
    Fault,
    FileReport,
    FileState,
    Report,
    refused,
)
from tileplan.exchange.rules.sales_tables import CONTRACTS, CUSTOMERS, ORDERBOOK, USERS
from tileplan.exchange.rules.tables import Judged, Table, judge

# In the order in which one needs the other.
TABLES: tuple[Table, ...] = (
    TILES,
    STAGES,
    CALENDARS,
    RESOURCES,
    ROUTES,
    YIELDS,
    CHANGEOVER_RULES,
    MATERIALS,
    SUPPLIERS,
    BOM,
    MATERIAL_STOCK,
    OPEN_PURCHASE_ORDERS,
    STOCK_LOTS,
    USERS,
    CUSTOMERS,
    CONTRACTS,
    ORDERBOOK,
)

__all__ = [
    "MOST_FAULTS",
    "TABLES",
    "Agreement",
    "Context",
    "Fault",
    "FileReport",
    "FileState",
    "Judged",
    "Known",
    "Report",
    "Table",
    "judge",
    "refused",
]

"""The comparison of two plan versions on its page, as files, in the list, on the board and with the run."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests import factories
from tests.planning import answers, boards
from tests.planning.boards import hours
from tileplan.accounts.rules import PERMISSIONS, Role
from tileplan.kernel import scope
from tileplan.kernel.db import session, transaction
from tileplan.orders.models import Order
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.rules import PlanState, RunState

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://evil.example")'
COMPARE = "/planning/plans/PL-2/compare"
PRICE = {
    "tardiness": 90000, "earliness": 1000, "changeover": 60000, "idle": 3000, "campaign": 0,
    "stability": 500, "total": 154500,
}  # fmt: skip
FIGURES = {
    "lots": 3, "area": "480.00", "late_items": 1, "late_area": "57.60", "changeover_hours": 4.0,
    "idle_hours": 2.5, "dispatch_total": 160000, "improvement": 3.4, "bound": None, "seconds": 1,
}  # fmt: skip
CHEAPER = {"price": PRICE | {"total": 124500}, "figures": FIGURES | {"changeover_hours": 3.0}}


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def main(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(text(answer).partition("<main")[2].split())


def rows(answer: Any) -> list[list[str]]:
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))


def version(number: int, lots: list[Any], **changed: Any) -> PlanVersion:
    """A plan version of these lots, kept."""
    start = boards.this_morning()
    run = Run(
        number=f"RUN-{number}", state=RunState.SOLVED, seconds=10, epoch_at=start,
        asked_by="planner", asked_at=start,
    )  # fmt: skip
    kept = {"price": PRICE, "figures": FIGURES, "state": PlanState.DRAFT} | changed
    made = PlanVersion(
        number=f"PL-{number}", run=run, epoch_at=start, plan="{}", made_at=start, **kept
    )
    session.add(made)
    session.flush()
    for lot in lots:
        lot.plan_id = made.id
        for operation in lot.operations:
            operation.plan_id = made.id
    session.add_all(lots)
    session.commit()
    return made


def lots_of(tile: Any, orders: list[Order], shift: int, late: int) -> list[Any]:
    """A lot for each order, one after the other, some hours later and some minutes late."""
    start = boards.this_morning() + hours(shift)
    found = []
    for index, order in enumerate(orders):
        item = boards.order_item(order)
        peg = boards.peg(order, item, due_at=start + timedelta(days=1), late_minutes=late)
        peg.item_id = item.id
        found.append(boards.lot(f"L1-{index:03d}", tile, start + hours(8 * index), pegs=[peg]))
    return found


@pytest.fixture
def tile(app: Any) -> Any:
    made = factories.tile()
    factories.plant(made)
    session.commit()
    return made


@pytest.fixture
def two(tile: Any) -> list[Order]:
    """A published plan of two lots, and a draft that makes both two hours later, and late."""
    orders = [factories.order(tile) for _ in range(2)]
    orders[0].customer_name = HOSTILE
    orders[1].customer_name = FORMULA
    version(1, lots_of(tile, orders, 0, 0), state=PlanState.PUBLISHED)
    spare = boards.lot("L2-000", tile, boards.this_morning() + hours(40), kiln="K2")
    version(2, [*lots_of(tile, orders, 2, 90), spare], **CHEAPER)
    return orders


def test_a_draft_is_compared_with_the_published_plan(two: list[Order], sign_in: Any) -> None:
    page = main(sign_in("planner").get(COMPARE))
    assert "What PL-2 changes against PL-1" in page
    figure = '<span class="figure-value">{}</span><span class="figure-label">{}</span>'
    for value, label in (
        (2, "Order lines that become late"), (0, "Order lines no longer late"),
        (2, "Lots ready later"), (0, "Lots ready earlier"), (4, "Steps moved"),
        (0, "Lots only in PL-1"), (1, "Lots only in PL-2"),
    ):  # fmt: skip
        assert figure.format(value, label) in page, label
    assert "2 h later" in page
    assert "Becomes late" in page
    assert '<span class="better">−300</span>' in page  # the price
    assert '<span class="better">−1</span> h' in page  # the changeovers


def test_the_other_way_round_says_the_opposite(two: list[Order], sign_in: Any) -> None:
    page = main(sign_in("planner").get("/planning/plans/PL-1/compare?with=PL-2"))
    assert "What PL-1 changes against PL-2" in page
    assert "2 h earlier" in page
    assert "No longer late" in page
    assert '<span class="worse">+300</span>' in page


def test_names_stay_text(two: list[Order], sign_in: Any) -> None:
    page = text(sign_in("planner").get(COMPARE))
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_every_list_is_a_file_in_which_no_name_is_a_formula(two: list[Order], sign_in: Any) -> None:
    client = sign_in("planner")
    page = text(client.get(COMPARE))
    for name in ("steps", "lots", "lines"):
        assert f"/compare/{name}.csv?with=PL-1" in page
    lines = rows(client.get(f"{COMPARE}/lines.csv?with=PL-1"))
    assert lines[0][0] == "Order line"
    assert {row[1] for row in lines[1:]} == {HOSTILE, f"'{FORMULA}"}
    assert {tuple(row[3:]) for row in lines[1:]} == {("Becomes late", "0", "90", "90")}
    steps = rows(client.get(f"{COMPARE}/steps.csv?with=PL-1"))
    assert len(steps) == 5
    assert steps[1][-1] == "120"
    assert steps[1][5][-5:] == "06:00"  # the plant's time
    lots = rows(client.get(f"{COMPARE}/lots.csv?with=PL-1"))
    assert [row[0] for row in lots[1:]] == ["Later", "Later", "Only in this plan"]


def test_a_file_of_nothing_that_there_is_is_not_found(two: list[Order], sign_in: Any) -> None:
    client = sign_in("planner")
    for path in ("/nonsense.csv?with=PL-1", "/steps.csv?with=PL-2", "/steps.csv?with=PL-9"):
        assert client.get(COMPARE + path).status_code == 404, path


def test_a_long_list_shows_its_biggest_changes_and_says_how_many_there_are(
    tile: Any, sign_in: Any
) -> None:
    orders = [factories.order(tile) for _ in range(60)]
    version(1, lots_of(tile, orders, 0, 0), state=PlanState.PUBLISHED)
    version(2, lots_of(tile, orders, 2, 90))
    client = sign_in("planner")
    page = main(client.get(COMPARE))
    assert "The 50 biggest changes of 60. The CSV file has all of them." in page
    assert "The 50 biggest changes of 120." in page
    assert page.count("Becomes late") == 50
    assert len(rows(client.get(f"{COMPARE}/lines.csv"))) == 61


def test_the_number_of_statements_does_not_grow_with_the_lots(
    tile: Any, sign_in: Any, database: Any
) -> None:
    for number, count in ((1, 2), (3, 40)):
        orders = [factories.order(tile) for _ in range(count)]
        version(number, lots_of(tile, orders, 0, 0))
        version(number + 1, lots_of(tile, orders, 2, 90))
    client = sign_in("planner")
    few = _statements(database, lambda: client.get("/planning/plans/PL-2/compare?with=PL-1"))
    many = _statements(database, lambda: client.get("/planning/plans/PL-4/compare?with=PL-3"))
    assert many == few


def _statements(database: Any, ask: Any) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert ask().status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def test_orders_out_of_the_readers_scope_lend_no_names(two: list[Order]) -> None:
    before, after = queries.plan("PL-1"), queries.plan("PL-2")
    seen = [one.promise.customer for one in queries.comparison(before, after).late]
    assert sorted(map(str, seen)) == sorted((HOSTILE, FORMULA))
    scope.limit_to(scope.NOBODY)
    late = queries.comparison(before, after).late
    assert [(one.promise.order, one.promise.customer) for one in late] == [(None, None)] * 2


@pytest.mark.parametrize("role", list(Role))
def test_only_who_sees_plans_compares_them(two: list[Order], sign_in: Any, role: Role) -> None:
    client = sign_in(role.value)
    expected = 200 if "plan.see" in PERMISSIONS[role] else 403
    for path in (COMPARE, f"{COMPARE}/lines.csv"):
        assert client.get(path).status_code == expected, path


def test_a_plan_alone_has_nothing_to_be_compared_with(tile: Any, sign_in: Any) -> None:
    version(1, [])
    client = sign_in("planner")
    page = main(client.get("/planning/plans/PL-1/compare"))
    assert "There is no other plan to compare with." in page
    assert "Compare the two chosen" not in main(client.get("/planning/plans"))
    assert client.get("/planning/plans/PL-1/compare?with=PL-9").status_code == 404
    assert client.get("/planning/plans/PL-9/compare").status_code == 404
    assert "/compare" not in main(client.get("/planning/plans/PL-1"))


def test_the_published_plan_is_compared_with_the_one_it_was_based_on(
    two: list[Order], sign_in: Any
) -> None:
    assert "no other plan" in main(sign_in("planner").get("/planning/plans/PL-1/compare"))
    queries.plan("PL-1").run.based_on = "PL-2"
    session.commit()
    page = main(sign_in("planner").get("/planning/plans/PL-1/compare"))
    assert "What PL-1 changes against PL-2" in page


def test_two_versions_are_chosen_in_the_list_without_a_script(
    two: list[Order], sign_in: Any
) -> None:
    client = sign_in("planner")
    page = main(client.get("/planning/plans"))
    assert 'name="plan" value="PL-2" checked' in page
    assert 'name="with" value="PL-1" checked' in page
    answer = client.get("/planning/plans/compare?plan=PL-2&with=PL-1")
    assert answer.location == "/planning/plans/PL-2/compare?with=PL-1"
    assert client.get("/planning/plans/compare").location == "/planning/plans"


def test_the_list_tells_who_has_published_when_and_why(tile: Any, sign_in: Any) -> None:
    user = factories.user("planner", name_en="Li Planner")
    factories.order(tile, pieces=4000)
    number = answers.plan()[1].number
    with transaction():
        service.publish(number, by=user, reason="<b>the week</b>")
    page = main(sign_in(user).get("/planning/plans"))
    assert "Li Planner <q" in page
    assert "&lt;b&gt;the week&lt;/b&gt;" in page
    price = queries.plan(number).price["total"]
    assert f"{round(price / 100):,}</td>" in page


def test_the_board_of_a_draft_shows_the_published_figures_beside_its_own(
    two: list[Order], sign_in: Any
) -> None:
    client = sign_in("planner")
    draft = main(client.get("/planning/plans/PL-2"))
    assert draft.count('title="Published PL-1"') == 5
    assert "1,245" in draft
    assert "1,545" in draft
    assert "/planning/plans/PL-2/compare?with=PL-1" in draft
    in_force = main(client.get("/planning/plans/PL-1"))
    assert 'title="Published' not in in_force
    assert "1,545" in in_force


def test_a_run_leads_to_the_comparison_of_its_draft_with_the_plan_in_force(
    two: list[Order], sign_in: Any
) -> None:
    client = sign_in("planner")
    link = "/planning/plans/PL-2/compare?with=PL-1"
    assert link in main(client.get("/planning/runs/RUN-2"))
    assert "Compare with the plan in force" not in main(client.get("/planning/runs/RUN-1"))


def test_the_comparison_is_there_in_chinese(two: list[Order], sign_in: Any) -> None:
    client = sign_in("planner", language="zh")
    page = main(client.get(COMPARE))
    assert "PL-2 相对 PL-1 的变动" in page
    assert "变为延期" in page
    assert rows(client.get(f"{COMPARE}/lines.csv"))[0][0] == "订单行"

"""Who may open what: every route stands in the policy, and every role is tried at every door."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests import factories
from tests.strangers import without_asker
from tileplan.accounts.rules import PERMISSIONS, Role

# Every route and the permission that it asks for. A route that is not written here fails the suite.
POLICY = {
    "accounts.activate": "users.edit",
    "accounts.deactivate": "users.edit",
    "accounts.language": "public",
    "accounts.new_user": "users.edit",
    "accounts.password": "signed in",
    "accounts.reset_password": "users.edit",
    "accounts.sign_in": "public",
    "accounts.sign_out": "public",
    "accounts.user": "users.see",
    "accounts.users": "users.see",
    "assets.bootstrap": "public",
    "assets.plotly": "public",
    "board.attempt": "plan.edit",
    "board.check": "plan.see",
    "board.copy": "plan.edit",
    "board.draft": "plan.see",
    "board.due": "plan.see",
    "board.edit": "plan.edit",
    "board.explore": "plan.edit",
    "board.frontier": "plan.see",
    "board.improve": "plan.edit",
    "board.name": "plan.edit",
    "board.parts": "plan.edit",
    "board.redo": "plan.edit",
    "board.renew": "plan.edit",
    "board.reset": "plan.edit",
    "board.seen_now": "plan.edit",
    "board.settle": "plan.edit",
    "board.table": "plan.see",
    "board.take": "plan.edit",
    "board.undo": "plan.edit",
    "board.ways": "plan.edit",
    "catalog.export": "catalog.see",
    "catalog.index": "catalog.see",
    "catalog.show": "catalog.see",
    "contracts.act": "contracts.see",
    "contracts.edit": "contracts.edit",
    "contracts.index": "contracts.see",
    "contracts.new": "contracts.edit",
    "contracts.of_customer": "contracts.see",
    "contracts.show": "contracts.see",
    "customers.edit": "customers.edit",
    "customers.export": "customers.see",
    "customers.find": "customers.see",
    "customers.index": "customers.see",
    "customers.new": "customers.edit",
    "customers.show": "customers.see",
    "materials.export": "materials.see",
    "materials.index": "materials.see",
    "materials.recipe": "materials.see",
    "materials.show": "materials.see",
    "operations.index": "operations.see",
    "orders.act": "orders.edit",
    "orders.credit_of_customer": "orders.prices",
    "orders.customer": "orders.edit",
    "orders.edit": "orders.edit",
    "orders.export": "orders.see",
    "orders.hand_over": "orders.review",
    "orders.index": "orders.see",
    "orders.lots": "orders.edit",
    "orders.new": "orders.edit",
    "orders.of_customer": "orders.see",
    "orders.show": "orders.see",
    "orders.tiles": "orders.edit",
    "planning.around": "plan.edit",
    "planning.bars": "plan.see",
    "planning.board": "plan.see",
    "planning.choose": "plan.see",
    "planning.compare": "plan.see",
    "planning.compare_file": "plan.see",
    "planning.demand": "plan.see",
    "planning.discard": "plan.edit",
    "planning.hit": "plan.see",
    "planning.lot": "plan.see",
    "planning.plan_now": "plan.edit",
    "planning.plans": "plan.see",
    "planning.pool": "plan.see",
    "planning.progress": "plan.see",
    "planning.run": "plan.see",
    "planning.runs": "plan.see",
    "planning.scenarios": "plan.see",
    "planning.show": "plan.see",
    "planning.stop": "plan.edit",
    "planning.strips": "plan.see",
    "planning.ways": "plan.see",
    "planning.why": "plan.see",
    "plant.calendar": "plant.edit",
    "plant.changeover_rules": "plant.see",
    "plant.close": "plant.edit",
    "plant.closed": "plant.see",
    "plant.closure": "plant.edit",
    "plant.end_closure": "plant.edit",
    "plant.index": "plant.see",
    "plant.matrix": "plant.see",
    "plant.remove_closure": "plant.edit",
    "plant.remove_window": "plant.edit",
    "plant.resource": "plant.see",
    "plant.tile": "plant.see",
    "production.act": "work.do",
    "production.breakdown": "work.do",
    "production.breakdown_over": "work.do",
    "production.code": "work.see",
    "production.finish": "work.do",
    "production.index": "work.see",
    "production.paper": "work.see",
    "production.publish": "plan.publish",
    "production.report_breakdown": "work.do",
    "production.show": "work.see",
    "production.why": "work.do",
    "purchasing.export": "purchasing.see",
    "purchasing.index": "purchasing.see",
    "purchasing.material": "purchasing.see",
    "static": "public",
    "stock.export": "stock.see",
    "stock.index": "stock.see",
    "stock.show": "stock.see",
    "tracking.index": "tracking.see",
    "tracking.show": "tracking.see",
    "tracking.summary": "tracking.see",
    "web.health": "public",
    "web.home": "home.see",
}

OPEN = {"public", "signed in"}
ROLES = [role.value for role in Role]


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("probe.")]


def address(app: Flask, rule: Rule, value: str = "MISSING-1") -> str:
    """The address of a route with the same made-up value for each of its parts."""
    with app.test_request_context():
        parts = {name: _part(rule, name, value) for name in rule.arguments}
        return app.url_map.bind("localhost").build(rule.endpoint, parts)


def _part(rule: Rule, name: str, value: str) -> object:
    converter = rule._converters[name]
    if hasattr(converter, "items"):
        return min(converter.items)
    if type(converter).__name__ == "IntegerConverter":
        return 999_999
    return value


def tries(app: Flask) -> list[tuple[str, str, str]]:
    """Every (method, address, permission) that asks for one."""
    return [
        (method, address(app, rule), app.view_functions[rule.endpoint].needs)
        for rule in rules(app)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        if app.view_functions[rule.endpoint].needs not in OPEN
    ]


def test_every_route_stands_in_the_policy_with_its_permission(built_app):
    actual = {
        rule.endpoint: built_app.view_functions[rule.endpoint].needs for rule in rules(built_app)
    }
    assert actual == POLICY


def test_every_permission_is_held_by_some_role_and_asked_for_somewhere(built_app):
    held = {permission for permissions in PERMISSIONS.values() for permission in permissions}
    asked = {built_app.view_functions[rule.endpoint].needs for rule in rules(built_app)} - OPEN
    assert asked <= held


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_turned_away_wherever_it_holds_no_permission(app, sign_in, role):
    person = sign_in(role)
    for method, url, permission in tries(app):
        status = person.open(url, method=method).status_code
        if permission in PERMISSIONS[Role(role)]:
            assert status != 403 or method == "POST", (method, url)
            assert status < 500, (method, url)
        else:
            assert status == 403, (method, url, permission, status)


def test_nobody_gets_past_the_sign_in(app, client):
    for method, url, _permission in tries(app):
        answer = client.open(url, method=method)
        assert answer.status_code in (302, 401), (method, url)
        if answer.status_code == 302:
            assert answer.location.startswith("/sign-in"), (method, url)


@pytest.fixture
def two_sellers(database):
    """Two salespeople, each with a customer, a contract and an order."""
    things = {}
    for login in ("ours", "theirs"):
        seller = factories.user("sales", login, regions="GD" if login == "ours" else "ZJ")
        tile = factories.tile()
        buyer = factories.customer(seller)
        agreed = factories.contract(buyer, tile)
        order = factories.order(tile, owner=seller, customer=buyer, state="draft")
        things[login] = {
            "customers": buyer.code,
            "contracts": agreed.number,
            "orders": order.number,
        }
    return things


def owned_rules(app: Flask) -> list[tuple[str, Rule]]:
    """The routes that name a customer, a contract or an order, with which it is."""
    found = []
    for rule in rules(app):
        slice_name = rule.endpoint.split(".")[0]
        if not rule.arguments or slice_name not in ("customers", "contracts", "orders", "tracking"):
            continue
        by_number = "contracts" if slice_name == "contracts" else "orders"
        kind = "customers" if "code" in rule.arguments else by_number
        found.append((kind, rule))
    return found


def test_a_strangers_thing_answers_exactly_like_a_missing_one(app, sign_in, two_sellers):
    us = sign_in("ours")
    for kind, rule in owned_rules(app):
        if app.view_functions[rule.endpoint].needs not in PERMISSIONS[Role.SALES]:
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            missing = us.open(address(app, rule), method=method)
            theirs = us.open(address(app, rule, two_sellers["theirs"][kind]), method=method)
            assert without_asker(theirs) == without_asker(missing), rule
            if missing.status_code != 404:
                assert two_sellers["theirs"][kind] not in theirs.text, rule


def test_our_own_things_open(app, sign_in, two_sellers):
    us = sign_in("ours")
    for path in (
        f"/customers/{two_sellers['ours']['customers']}",
        f"/contracts/{two_sellers['ours']['contracts']}",
        f"/orders/{two_sellers['ours']['orders']}",
        f"/tracking/{two_sellers['ours']['orders']}",
    ):
        assert us.get(path).status_code == 200, path


def test_no_list_search_or_export_shows_a_strangers_thing(app, sign_in, two_sellers):
    us = sign_in("ours")
    for rule in rules(app):
        if rule.arguments or "GET" not in rule.methods:
            continue
        if app.view_functions[rule.endpoint].needs not in PERMISSIONS[Role.SALES]:
            continue
        for secret in two_sellers["theirs"].values():
            for query in ("", f"?q={secret}"):
                text = us.get(rule.rule + query).text
                text = text.replace(f'value="{secret}"', "").replace(f"q={secret}", "")
                assert f">{secret}<" not in text, (rule, secret)
                assert f"/{secret}" not in text, (rule, secret)
                assert f'"{secret}"' not in text, (rule, secret)
                assert f"\n{secret}," not in text, (rule, secret)

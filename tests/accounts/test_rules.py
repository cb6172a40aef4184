import pytest

from tileplan.accounts import rules
from tileplan.kernel.errors import Refused


@pytest.mark.parametrize(
    "password", ["short", "elevenchars", "x" * 129, "aaaaaaaaaaaa", "warehouse.01"]
)
def test_a_password_that_is_short_endless_repeated_or_the_name_is_refused(password):
    with pytest.raises(Refused) as refusal:
        rules.check_password(password, "warehouse.01")
    assert refusal.value.field == "password"


@pytest.mark.parametrize(
    "password", ["twelve chars", "一二三四五六七八九十一二", "s" + "entence " * 15]
)
def test_a_sentence_of_twelve_characters_or_more_is_a_password(password):
    rules.check_password(password, "warehouse")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"login": "Li Wei"}, "login"),
        ({"login": "x"}, "login"),
        ({"login": "../etc"}, "login"),
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": ""}, "name_en"),
        ({"role": "boss"}, "role"),
    ],
)
def test_a_person_who_could_not_be_told_apart_is_refused_beside_the_field(changed, field):
    row = {"login": "li.wei", "name_en": "Li Wei", "name_zh": "李伟", "role": "sales"}
    with pytest.raises(Refused) as refusal:
        rules.check_user(rules.NewUser(**{**row, **changed}))
    assert refusal.value.field == field


@pytest.mark.parametrize("path", ["/", "/orders/SO-00001?tab=2", "/客户/D001"])
def test_a_path_of_this_site_may_be_gone_on_to(path):
    assert rules.is_local(path)


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil", "evil", "",
     "/\t/evil", "/\n//evil", " //evil", "/a\\b", "\\\\evil", "javascript:alert(1)"],
)  # fmt: skip
def test_a_path_that_might_lead_to_another_host_may_not(path):
    assert not rules.is_local(path)


def test_every_role_has_a_label_and_sees_the_first_page():
    for role in rules.Role:
        assert rules.ROLE_LABELS[role]
        assert "home.see" in rules.permissions_of(role)


def test_planners_never_see_order_prices_and_admins_never_see_orders():
    assert "orders.prices" not in rules.permissions_of(rules.Role.PLANNER)
    assert "orders.see" not in rules.permissions_of(rules.Role.ADMIN)

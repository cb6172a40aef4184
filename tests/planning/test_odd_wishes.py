"""What no page would send to the routes of a draft: refused in words, never an error of ours."""

from itertools import product
from typing import Any

import pytest

from tests.planning import drafts

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ODD: list[Any] = [
    None, "", "x", "\x00", -1, 10**30, 1e308, "nan", "inf", [], {}, [None], [[1]], {"a": []}, True,
    "<b>", "9" * 400, "2026-02-30", "2026-13-01T99:99",
]  # fmt: skip
KINDS = [
    "put", "shift", "lock", "unlock", "repair", "split", "merge", "repeg", "join", "make", "due",
    "rush", "closed", "opened", "rate", "", None, [],
]  # fmt: skip
FIELDS = [
    "bars", "line", "at", "minutes", "lot", "lots", "refs", "to", "tile", "offer", "item", "on",
    "area", "from", "factor", "stock",
]  # fmt: skip
ACTS = [
    "undo", "redo", "reset", "renew", "improve", "name", "settle", "seen", "frontier",
    "frontier/take", "copy",
]  # fmt: skip
JSON = {"Accept": "application/json"}


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_wishes_are_refused_and_leave_the_draft_sound(
    sign_in: Any, database: Any, odd: Any
) -> None:
    number = drafts.small(orders=2).number
    code, version = drafts.lots(number)[0].code, drafts.plan_now(number).version
    person, url = sign_in("planner"), f"/planning/plans/{number}"
    answers = []
    for kind in KINDS:
        body = {**dict.fromkeys(FIELDS, odd), "kind": kind, "version": version}
        bars, lots = {"bars": [f"{code} firing"]}, {"lot": code, "lots": [code, code]}
        for asked in (body, body | bars, body | lots):
            answers.append(person.post(f"{url}/edits", json=asked, headers=JSON))
            told = {key: str(value) for key, value in asked.items()}
            answers.append(person.get(f"{url}/try", query_string=told, headers=JSON))
    version = drafts.plan_now(number).version
    names = ("kind", "seconds", "name", "run", "point")
    for act, mine in product(ACTS, (odd, version)):
        bodies = (odd, {**dict.fromkeys(names, odd), "version": mine})
        answers += [person.post(f"{url}/{act}", json=asked, headers=JSON) for asked in bodies]
    assert max(answer.status_code for answer in answers) < 500
    drafts.agree(number)

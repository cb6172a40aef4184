"""A promise: a new lot put into the plan as it stands, and who slips by it."""

import json
from dataclasses import asdict, replace
from random import Random

import pytest

from scheduler.cli import main
from scheduler.problem import InvalidProblem, Pin, Published
from scheduler.promise import promise
from scheduler.referee import faults
from scheduler.retime import retime
from scheduler.solve import solve
from scheduler.standing import stand
from tests.scheduler.factories import lot, peg, problem, resource, step, times
from tests.scheduler.plans import held, rows, saved, standing


def fresh(random: Random, whole):
    """Make a new lot of the same kind as one of the problem's."""
    like = random.choice(whole.lots)
    pegs = (peg("NEW", due=random.randint(0, 3000), rate=random.randint(0, 9)),)
    return replace(like, id="NEW", release=random.choice([0, 300]), pegs=pegs)


def offers(found):
    return [one for one in (found.earliest, found.harmless) if one is not None]


@pytest.mark.parametrize("block", range(3))
def test_every_offer_on_random_plans_is_sound_and_is_what_its_words_say(block):
    made = 0
    for seed, whole, plan in standing(range(30 * block, 30 * block + 30)):
        new = fresh(Random(seed), whole)
        found = promise(whole, plan, new)
        assert len(offers(found)) in (0, 2)
        for offer in offers(found):
            made += 1
            assert faults(found.problem, offer.plan) == []
            assert rows(offer.plan, held(whole)) == rows(plan, held(whole))
            own = tuple(one for one in offer.plan.operations if one.lot == "NEW")
            assert (offer.operations, offer.end) == (own, own[-1].end)
            assert offer.difference.before == plan.price
            assert offer.difference.cents == offer.plan.price.total - plan.price.total
            assert_slips(whole, plan, offer)
        if found.earliest:
            assert found.earliest.end <= found.harmless.end
            assert set(found.harmless.difference.became_late) <= {"NEW"}
    assert made > 12


def assert_slips(whole, plan, offer):
    was, now = times(plan), times(offer.plan)
    cents = dict.fromkeys((slip.order for slip in offer.difference.slips), 0)
    for each in whole.lots:
        key = (each.id, each.steps[-1].stage)
        for pegged in each.pegs if now[key][2] > was[key][2] else ():
            late = [max(0, end - pegged.due) for end in (was[key][2], now[key][2])]
            cents[pegged.order] += (late[1] - late[0]) * pegged.cents_per_minute_late
    assert cents == {slip.order: slip.cents for slip in offer.difference.slips}


def every_place(whole, plan, new):
    """Try every position on every kiln; give ends, and those that make no order late."""
    asked = replace(whole, lots=(*whole.lots, new))
    there = stand(asked, plan.operations)
    task = there.shop.jobs[-1].tasks[0]
    dues = {one.order: one.due for each in whole.lots for one in each.pegs}
    ends, harmless = [], []
    for index in task.options:
        for position in range(len(there.lines[index]) + 1):
            lines = [list(line) for line in there.lines]
            lines[index].insert(position, task.index)
            slots = retime(there.shop, lines, there.floors)
            ends.append(slots[task.index][2])
            pushed = {
                one.order
                for job in there.shop.jobs[:-1]
                for one in job.pegs
                if slots[job.tasks[-1].index][2]
                > dues[one.order]
                >= there.slots[job.tasks[-1].index][2]
            }
            harmless += [] if pushed else [ends[-1]]
    return min(ends), min(harmless)


@pytest.mark.parametrize("seed", range(12))
def test_the_offers_are_the_best_of_every_position_on_every_kiln(seed):
    random = Random(seed)
    kilns = [resource("K1", changeover="table"), resource("K2", changeover="table")]
    lots = [
        lot(
            f"L{i}",
            step("fire", ("K1", random.randint(20, 90)), ("K2", 60), family=random.randrange(2)),
            pegs=[peg(f"O{i}", due=random.randint(50, 500))],
            tile=f"T{i % 3}",
        )
        for i in range(8)
    ]
    whole = problem(*lots, resources=kilns)
    plan = solve(whole, iterations=0)
    new = replace(lots[seed % 8], id="NEW", pegs=(peg("NEW"),))
    found = promise(whole, plan, new, limit=1000)
    assert (found.earliest.end, found.harmless.end) == every_place(whole, plan, new)


def test_the_earliest_end_says_who_slips_and_the_harmless_one_waits_for_them():
    dear = lot("A", pegs=[peg("OA", due=150, rate=9)])
    whole = problem(dear)
    plan = solve(whole, iterations=0)
    found = promise(whole, plan, lot("NEW"))
    assert (found.earliest.end, found.harmless.end) == (100, 200)
    slip = found.earliest.difference.slips[0]
    assert (slip.order, slip.minutes, slip.cents) == ("OA", 100, 50 * 9)
    assert found.earliest.difference.became_late == ("OA",)
    assert found.harmless.difference.slips == ()


@pytest.mark.parametrize(("minutes", "end"), [(150, 250), (151, 501)])
def test_a_gap_between_two_is_used_where_it_is_long_enough(minutes, end):
    first, then = lot("A", pegs=[peg("OA", due=100)]), lot("B", pegs=[peg("OB", due=350)])
    whole = problem(first, replace(then, release=250))
    plan = solve(whole, iterations=0)
    assert times(plan)["B", "fire"] == ("K1", 250, 350)
    assert promise(whole, plan, lot("NEW", step("fire", ("K1", minutes)))).harmless.end == end


def test_pinned_and_frozen_work_is_gone_round():
    whole = problem(
        lot("A"),
        lot("B"),
        pins=(Pin("A", "fire", "K1", 120),),
        published=(Published("B", "fire", "K1", 0, 100),),
        frozen_until=50,
    )
    found = promise(whole, solve(whole, iterations=0), lot("NEW"))
    assert found.earliest.operations[0].start == 220
    assert found.harmless.operations[0].start == 220


def test_later_steps_take_the_resource_where_they_end_first():
    sort = step("sort", ("S1", 10), ("S2", 10), lag_end=10)
    busy = lot("A", step("sort", ("S1", 300)))
    whole = problem(busy, resources=[resource(), resource("S1", "sort"), resource("S2", "sort")])
    found = promise(whole, solve(whole, iterations=0), lot("NEW", step("fire", ("K1", 50)), sort))
    assert [(one.resource, one.end) for one in found.harmless.operations] == [
        ("K1", 50),
        ("S2", 60),
    ]


def test_where_wishes_clash_already_there_is_no_offer_but_their_names():
    whole = problem(lot("A"), lot("B"))
    plan = solve(whole, iterations=0)
    pins = (Pin("A", "fire", "K1", 0), Pin("B", "fire", "K1", 50))
    found = promise(replace(whole, pins=pins), plan, lot("NEW"))
    assert (found.earliest, found.harmless) == (None, None)
    assert "B" in " ".join(found.messages)


def test_a_lot_that_is_there_already_or_that_nothing_can_fire_is_refused():
    whole = problem(lot("A"))
    plan = solve(whole, iterations=0)
    with pytest.raises(ValueError, match="already"):
        promise(whole, plan, lot("A"))
    with pytest.raises(InvalidProblem):
        promise(whole, plan, lot("NEW", step("fire", ("K9", 10))))


def test_the_command_line_promises_a_lot_from_a_file(tmp_path, capsys):
    files, new = saved(tmp_path, problem(lot("A"))), tmp_path / "lot.json"
    new.write_text(json.dumps(asdict(lot("NEW"))), encoding="utf-8")
    assert main(["promise", *files, "--lot", str(new)]) == 0
    assert "Earliest: ready 100." in capsys.readouterr().out
    assert main(["promise", *files, "--lot", str(new), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["harmless"]["end"] == 100
    for text in ("{", "[]", json.dumps(asdict(lot("A")))):
        new.write_text(text, encoding="utf-8")
        assert main(["promise", *files, "--lot", str(new)]) == 2

"""Each classic family, said as a plant, costs what its own rules say."""

from itertools import permutations, product

import pytest

from benchmarks.classic import FAMILIES, bare
from benchmarks.engines.decoding import decoded, ready
from benchmarks.judging import judge, priced
from scheduler.plan import Operation
from scheduler.referee import faults
from tests.benchmarks import texts


def total(problem, sequences):
    """The referee's total of a plan decoded from sequences, which must be without fault."""
    plan = decoded(ready(problem), sequences)
    assert faults(problem, plan) == []
    return judge(problem, plan).objective


def test_a_single_machine_pays_its_initial_setup_and_the_weights_of_late_jobs():
    problem = FAMILIES["smtwt_sdst"](texts.SMTWT, "two")
    assert total(problem, {0: [0, 1]}) == texts.SMTWT_BEST
    assert total(problem, {0: [1, 0]}) == texts.SMTWT_OTHER


def test_unrelated_machines_start_without_a_setup_and_end_with_the_last_job():
    problem = FAMILIES["upms_sdst"](texts.UPMS, "three")
    assert total(problem, {0: [0, 1], 1: [2]}) == 10 + 50 + 10
    assert total(problem, {0: [1, 0], 1: [2]}) == texts.UPMS_BEST == 10 + 4 + 10
    plans = (
        {0: list(order[:cut]), 1: list(order[cut:])}
        for order, cut in product(permutations(range(3)), range(4))
    )
    assert min(total(problem, each) for each in plans) == texts.UPMS_BEST


def test_a_flow_shop_starts_the_next_stage_when_the_one_before_is_over():
    problem = FAMILIES["hfsp"](texts.HFSP, "flow")
    work = [
        ("J1", "S1", "S1M1", 0, 2),
        ("J0", "S1", "S1M1", 2, 6),
        ("J2", "S1", "S1M1", 6, 9),
        ("J1", "S2", "S2M1", 2, 7),
        ("J0", "S2", "S2M2", 6, 12),
        ("J2", "S2", "S2M1", 9, 10),
    ]
    plan = priced(problem, [Operation(*each) for each in work])
    assert judge(problem, plan).objective == 12
    assert faults(problem, plan) == []
    early = [*work[:-1], ("J2", "S2", "S2M1", 8, 9)]
    assert judge(problem, priced(problem, [Operation(*each) for each in early])).violations == 1
    assert total(problem, {0: [1, 0, 2]}) == 12
    assert min(total(problem, {0: each}) for each in permutations(range(3))) == texts.HFSP_BEST


def test_a_plan_with_a_step_missing_has_no_objective_and_a_fault():
    problem = FAMILIES["smtwt_sdst"](texts.SMTWT, "two")
    verdict = judge(problem, priced(problem, [Operation("J0", "work", "M", 5, 15)]))
    assert verdict.objective is None
    assert verdict.violations >= 1


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("hfsp", texts.HFSP.replace("3\t1\t\n", "")),
        ("hfsp", texts.HFSP.replace("6", "six")),
        ("hfsp", texts.HFSP.replace("4\t", "0\t")),
        ("upms_sdst", texts.UPMS.replace("SSD\n", "")),
        ("upms_sdst", texts.UPMS[: texts.UPMS.rindex("5\t5")]),
        ("smtwt_sdst", texts.SMTWT.replace("Weights:", "")),
        ("smtwt_sdst", texts.SMTWT.replace("1\t0\t1\n", "")),
    ],
)
def test_a_file_that_is_torn_or_of_another_family_is_refused(family, text):
    with pytest.raises(bare.NotReadable):
        FAMILIES[family](text, "torn")

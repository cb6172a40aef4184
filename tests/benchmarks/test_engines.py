"""Every engine plans a tiny instance of every family without fault, and CP-SAT to the optimum."""

from importlib.util import find_spec

import pytest

from benchmarks.child import outcome, peak_mb
from benchmarks.instances import Instance, classic
from tests.benchmarks import texts

BEST = {
    "hfsp": texts.HFSP_BEST,
    "upms_sdst": texts.UPMS_BEST,
    "smtwt_sdst": texts.SMTWT_BEST,
}


@pytest.fixture
def instances(tmp_path):
    path = tmp_path / "tiny.json"
    path.write_text(texts.plant().to_json())
    found = {each.family: each for each in classic(texts.classic(tmp_path / "classic"))}
    return {**found, "plant": Instance("plant", path)}


def asked(seconds):
    return {"seconds": seconds, "seed": 1, "workers": 1}


@pytest.mark.parametrize("family", ["hfsp", "upms_sdst", "smtwt_sdst", "plant"])
def test_our_engine_plans_it_without_fault_and_says_what_dispatch_costs(instances, family):
    found = outcome(instances[family], "tileplan", asked(0.3))
    assert found.violations == 0
    assert found.objective is not None
    assert found.objective <= found.atcs
    assert found.first_plan_seconds <= found.used_seconds < 5
    assert family == "plant" or found.objective == BEST[family]


@pytest.mark.parametrize("family", ["hfsp", "upms_sdst", "smtwt_sdst"])
def test_plain_cp_sat_proves_the_optimum_that_enumeration_finds(instances, family):
    found = outcome(instances[family], "cpsat", asked(5))
    assert (found.objective, found.violations) == (BEST[family], 0)
    assert "optimal" in found.note


def test_plain_cp_sat_and_dispatch_plan_a_plant_without_fault(instances):
    for engine in ("atcs", "cpsat"):
        found = outcome(instances["plant"], engine, asked(2))
        assert found.objective is not None
        assert found.violations == 0


def test_the_cp_sat_model_of_a_plant_refuses_pins_in_words(instances, tmp_path):
    path = tmp_path / "pinned.json"
    pin = '"pins":[{"lot":"L0","stage":"fire","resource":"K1","start":0}]'
    path.write_text(texts.plant().to_json().replace('"pins":[]', pin))
    found = outcome(Instance("plant", path), "cpsat", asked(1))
    assert found.objective is None
    assert "pins" in found.note


@pytest.mark.parametrize("family", ["hfsp", "upms_sdst", "smtwt_sdst", "plant"])
def test_pyjobshop_plans_without_fault_or_is_said_not_to_be_installed(instances, family):
    found = outcome(instances[family], "pyjobshop", asked(2))
    if find_spec("pyjobshop") is None:
        assert found.is_missing
        assert "pyjobshop" in found.note
    else:
        assert found.violations == 0
        assert family == "plant" or found.objective == BEST[family]


def test_the_peak_of_memory_is_counted_in_megabytes():
    before = peak_mb()
    block = b"x" * ((before + 50) * 2**20)
    assert before + 50 <= peak_mb() <= 2 * before + 100
    assert len(block) > 0

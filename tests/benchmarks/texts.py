"""Tiny instances in the formats of the three classic families, and a tiny plant, all our own."""

from pathlib import Path

from scheduler.problem import Problem
from tests.scheduler import factories

HFSP = "3\n2\n1\t2\t\n4\t6\t\n2\t5\t\n3\t1\t\n"  # three jobs; one machine, then two
HFSP_BEST = 11  # jobs 0, 1, 2 in this order, by enumeration

# Three jobs on two machines; going from job 0 to job 1 is dear on both.
UPMS = """3  2  1
2
	0	10	1	30
	0	10	1	30
	0	30	1	12
SSD
M0
0	50	5
4	0	5
5	5	0
M1
0	50	5
4	0	5
5	5	0
"""

UPMS_BEST = 24  # jobs 1 and 0 on machine 0, job 2 on machine 1, by enumeration

SMTWT = """Problem Instance: 1
Problem Size: 2
Begin Generator Parameters
Tau: 0.3
End Generator Parameters
Begin Problem Specification
Process Times:
10
20
Weights:
3
1
Duedates:
12
25
Setup Times:
-1\t0\t5
-1\t1\t2
0\t1\t7
1\t0\t1
End Problem Specification
"""
SMTWT_BEST = 3 * (5 + 10 - 12) + 1 * (5 + 10 + 7 + 20 - 25)  # job 0 first: 9 + 17
SMTWT_OTHER = 3 * (2 + 20 + 1 + 10 - 12)  # job 1 first ends in time; job 0 is 21 late


def classic(folder: Path) -> Path:
    """Write a folder of one instance for each family, with their best values."""
    for family, name, text in (
        ("hfsp", "1.txt", HFSP),
        ("upms_sdst", "I_3_2.txt", UPMS),
        ("smtwt_sdst", "wt_1.instance", SMTWT),
    ):
        (folder / family).mkdir(parents=True)
        (folder / family / name).write_text(text)
    (folder / "best_known.csv").write_text(
        "family,instance,objective,best_known,lower_bound,source\n"
        f"hfsp,1.txt,makespan,{HFSP_BEST},,ours\n"
        f"upms_sdst,I_3_2.txt,makespan,{UPMS_BEST},,ours\n"
        f"smtwt_sdst,wt_1.instance,total_weighted_tardiness,{SMTWT_BEST},,ours\n"
    )
    return folder


def plant() -> Problem:
    """Make a plant of one kiln and one sorting line, on which the order of two tiles matters."""
    lots = [
        factories.lot(
            f"L{number}",
            factories.step("fire", ("K1", 100), family=number % 2),
            factories.step("sort", ("S1", 50), lag_start=10, lag_end=10),
            tile=f"T{number % 2}",
            pegs=[factories.peg(f"O{number}", due=400, rate=number + 1)],
        )
        for number in range(4)
    ]
    kiln = factories.resource("K1", changeover="table", idle_cents_per_minute=2)
    return factories.problem(*lots, resources=[kiln, factories.resource("S1", "sort")])

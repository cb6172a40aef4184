"""CP-SAT models of the classic families."""

from heapq import heapify, heapreplace

from ortools.sat.python import cp_model

from benchmarks.engines.cpsat_model import Built
from benchmarks.engines.decoding import decoded, ready
from benchmarks.judging import priced
from scheduler.plan import Operation, Plan
from scheduler.problem import Problem


def flow_shop(problem: Problem) -> Built:
    """A cumulative for each stage; its identical machines are told apart afterwards."""
    model = cp_model.CpModel()
    horizon = sum(step.options[0].minutes for lot in problem.lots for step in lot.steps)
    makespan = model.new_int_var(0, horizon, "makespan")
    starts: dict[tuple[str, str], cp_model.IntVar] = {}
    by_stage: dict[str, list[cp_model.IntervalVar]] = {stage: [] for stage in problem.stages}
    for lot in problem.lots:
        ready_at: cp_model.LinearExprT = 0
        for step in lot.steps:
            start = starts[lot.id, step.stage] = model.new_int_var(0, horizon, "start")
            minutes = step.options[0].minutes
            by_stage[step.stage].append(model.new_fixed_size_interval_var(start, minutes, "work"))
            model.add(start >= ready_at)
            ready_at = start + minutes
        model.add(makespan >= ready_at)
    for stage, intervals in by_stage.items():
        machines = sum(one.stage == stage for one in problem.resources)
        model.add_cumulative(intervals, [1] * len(intervals), machines)
    model.minimize(makespan)

    def plan(solver: cp_model.CpSolver) -> Plan:
        found = {key: solver.value(start) for key, start in starts.items()}
        return priced(problem, _told_apart(problem, found))

    return Built(model, plan)


def _told_apart(problem: Problem, starts: dict[tuple[str, str], int]) -> list[Operation]:
    """Give every operation a machine: the one of its stage that is free first."""
    operations = []
    for stage in problem.stages:
        free = [(0, one.id) for one in problem.resources if one.stage == stage]
        heapify(free)
        steps = [
            (lot.id, step) for lot in problem.lots for step in lot.steps if step.stage == stage
        ]
        for lot, step in sorted(steps, key=lambda each: starts[each[0], stage]):
            start, machine = starts[lot, stage], free[0][1]
            end = start + step.options[0].minutes
            heapreplace(free, (end, machine))
            operations.append(Operation(lot, stage, machine, start, end))
    return operations


def one_machine(problem: Problem) -> Built:
    """One circuit through all jobs; the arcs carry the setups, the starts the lateness."""
    model = cp_model.CpModel()
    (machine,), lots = problem.resources, problem.lots
    setup = problem.changeovers[machine.changeover].minutes
    minutes = [lot.steps[0].options[0].minutes for lot in lots]
    horizon = sum(minutes) + sum(map(max, setup))
    starts = [model.new_int_var(0, horizon, "start") for _ in lots]
    model.add_no_overlap(
        model.new_fixed_size_interval_var(start, length, "work")
        for start, length in zip(starts, minutes, strict=True)
    )
    arcs = []
    for after, start in enumerate(starts, 1):
        arcs.append((after, 0, model.new_bool_var("last")))
        for before in range(len(lots) + 1):
            if before != after:
                arc = model.new_bool_var("then")
                arcs.append((before, after, arc))
                free = starts[before - 1] + minutes[before - 1] if before else 0
                model.add(start >= free + setup[before][after]).only_enforce_if(arc)
    model.add_circuit(arcs)
    late = []
    for lot, start, length in zip(lots, starts, minutes, strict=True):
        for peg in lot.pegs:
            tardiness = model.new_int_var(0, horizon, "late")
            model.add(tardiness >= start + length - peg.due)
            late.append(peg.cents_per_minute_late * tardiness)
    model.minimize(sum(late))

    def plan(solver: cp_model.CpSolver) -> Plan:
        order = sorted(range(len(lots)), key=lambda lot: solver.value(starts[lot]))
        return decoded(ready(problem), {0: order})

    return Built(model, plan)


def unrelated_machines(problem: Problem) -> Built:
    """A circuit for each machine; no times, only each machine's sum of work and setups."""
    model = cp_model.CpModel()
    jobs = range(1, len(problem.lots) + 1)
    makespan = model.new_int_var(0, _horizon(problem), "makespan")
    follows: dict[tuple[int, int, int], cp_model.IntVar] = {}
    here: dict[tuple[int, int], cp_model.IntVar] = {}
    for index, machine in enumerate(problem.resources):
        setup = problem.changeovers[machine.changeover].minutes
        arcs: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, model.new_bool_var("unused"))]
        load = []
        for job in jobs:
            minutes = problem.lots[job - 1].steps[0].options[index].minutes
            on = here[index, job] = model.new_bool_var("on")
            arcs += [(job, job, ~on), (job, 0, model.new_bool_var("last"))]
            load.append(minutes * on)
            for before in (0, *jobs):
                if before != job:
                    arc = follows[index, before, job] = model.new_bool_var("then")
                    arcs.append((before, job, arc))
                    load.append(setup[before][job] * arc)
        model.add_circuit(arcs)
        model.add(sum(load) <= makespan)
    for job in jobs:
        model.add_exactly_one(here[index, job] for index in range(len(problem.resources)))
    model.minimize(makespan)

    def plan(solver: cp_model.CpSolver) -> Plan:
        after = {key[:2]: key[2] for key, arc in follows.items() if solver.value(arc)}
        return decoded(ready(problem), _chains(after, len(problem.resources)))

    return Built(model, plan)


def _horizon(problem: Problem) -> int:
    work = sum(max(one.minutes for one in lot.steps[0].options) for lot in problem.lots)
    longest = max(max(map(max, table.minutes)) for table in problem.changeovers.values())
    return work + len(problem.lots) * longest


def _chains(after: dict[tuple[int, int], int], machines: int) -> dict[int, list[int]]:
    """Follow each machine's arcs from its start; job 1 is lot 0."""
    sequences: dict[int, list[int]] = {}
    for machine in range(machines):
        job, sequences[machine] = after.get((machine, 0), 0), []
        while job:
            sequences[machine].append(job - 1)
            job = after.get((machine, job), 0)
    return sequences

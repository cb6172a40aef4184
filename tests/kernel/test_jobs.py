"""Jobs live in the database: what a worker loses is found again, and nothing ends twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tileplan.kernel import clock, jobs
from tileplan.kernel.db import session, transaction
from tileplan.kernel.jobs import Job, JobState, OutboxMessage


def queued(task: str = "planning.solve") -> int:
    with transaction():
        return jobs.enqueue(task, "RUN-00001").id


def taken(job_id: int, seconds: int = 30) -> jobs.Lease | None:
    with transaction():
        return jobs.claim(job_id, lease_seconds=seconds)


def state(job_id: int) -> JobState:
    with transaction():
        return session.scalars(select(Job.state).where(Job.id == job_id)).one()


def test_a_job_is_claimed_once(database):
    job_id = queued()
    assert taken(job_id) is not None
    assert taken(job_id) is None


def test_a_job_and_its_message_are_one_transaction(database):
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("planning.solve", "RUN-00001")
        _ = 1 / 0
    with transaction():
        assert session.scalars(select(Job)).all() == []
        assert session.scalars(select(OutboxMessage)).all() == []


def test_a_dead_workers_job_is_put_back_and_its_late_result_is_refused(database):
    job_id = queued()
    dead = taken(job_id)
    with clock.stopped_at(clock.now() + timedelta(seconds=31)):
        with transaction():
            jobs.reap()
        again = taken(job_id)
        assert again is not None
        with pytest.raises(jobs.LeaseLost), transaction():
            jobs.end(dead, JobState.DONE)
        with transaction():
            jobs.end(again, JobState.DONE)
    assert state(job_id) is JobState.DONE


def test_a_beating_worker_keeps_its_job(database):
    job_id = queued()
    lease = taken(job_id)
    with clock.stopped_at(clock.now() + timedelta(seconds=25)):
        with transaction():
            jobs.beat(lease, {"seconds": 25})
    with clock.stopped_at(clock.now() + timedelta(seconds=40)):
        with transaction():
            jobs.reap()
        assert taken(job_id) is None


def test_a_job_that_kills_its_worker_is_given_up_after_three_tries(database):
    job_id = queued()
    moment = clock.now()
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        with clock.stopped_at(moment + attempt * timedelta(minutes=1)):
            with transaction():
                ended = jobs.reap()
            assert ended == []
            assert taken(job_id) is not None
    with clock.stopped_at(moment + timedelta(minutes=9)), transaction():
        assert jobs.reap() == [job_id]
    assert state(job_id) is JobState.FAILED


def test_a_cancelled_job_stops_its_worker_at_the_next_beat(database):
    job_id = queued()
    lease = taken(job_id)
    with transaction():
        jobs.cancel(job_id)
    with pytest.raises(jobs.Cancelled), transaction():
        jobs.beat(lease)


def test_a_job_that_nobody_began_is_cancelled_at_once(database):
    job_id = queued()
    with transaction():
        jobs.cancel(job_id)
    assert state(job_id) is JobState.CANCELLED
    assert taken(job_id) is None


def test_a_lost_doorbell_is_rung_again(database):
    queued()
    with transaction():
        session.execute(update(OutboxMessage).values(sent_at=clock.now()))
    with clock.stopped_at(clock.now() + timedelta(seconds=11)), transaction():
        jobs.reap()
    rung: list[str] = []
    jobs.set_bell(lambda topic, _body: rung.append(topic))
    assert jobs.relay() == 1
    assert rung == ["planning.solve"]


def test_a_dead_broker_loses_no_message(database):
    queued()

    def broken(_topic: str, _body: dict[str, object]) -> None:
        raise OSError("no broker")

    jobs.set_bell(broken)
    jobs.ring_after_commit()
    jobs.set_bell(lambda _topic, _body: None)
    assert jobs.relay() == 1
    assert jobs.relay() == 0

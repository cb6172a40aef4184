"""The worker: Celery with the tasks of every slice, and the clock that rings the periodic ones."""

import logging
import threading
import warnings
from typing import Any

from celery import Celery, signals
from celery.platforms import SecurityWarning

from tileplan.broker import connect, make_bell
from tileplan.config import Config
from tileplan.kernel import clock, db
from tileplan.operations import tasks as operations
from tileplan.planning import tasks as planning
from tileplan.planning.service import solver, warming

SLICES = (planning, operations)

REAP_SECONDS = 3.0
# A safety net far above every planning run: what hangs is killed, and its job is put back.
_HARD_LIMIT_SECONDS = 3600
# The jobs table decides, so redelivery is harmless; by default it is looked for every 100 s only.
_REDIS = {
    "visibility_timeout": _HARD_LIMIT_SECONDS + 60,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}


def make_worker(config: Config) -> Celery:
    """Make the Celery application that runs every slice's tasks."""
    app = connect(config)
    app.set_current()
    app.set_default()
    app.conf.update(_settings(config))
    if config.broker_url.startswith(("redis", "valkey")):
        app.conf.broker_transport_options = _REDIS
    app.finalize(auto=True)

    def begin(**_: Any) -> None:
        """Give each process of the pool its own connections: none survives a fork."""
        clock.set_plant_zone(config.plant_timezone)
        db.bind(db.make_engine(config.database_url))
        make_bell(config)
        solver.work_in(config.data_dir)

    signals.worker_process_init.connect(begin, weak=False)
    return app


def _settings(config: Config) -> dict[str, Any]:
    return {
        "tileplan": config,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 50,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "task_time_limit": _HARD_LIMIT_SECONDS,
        "beat_schedule": {
            "reap": {
                "task": operations.REAP,
                "schedule": REAP_SECONDS,
                # A reaping that nobody had time for is worth nothing once the next one rings.
                "options": {"expires": REAP_SECONDS},
            }
        },
    }


def work(config: Config, *, processes: int) -> int:
    """Run tasks until told to stop; returns the exit code when the work in hand is done."""
    _quieten()
    app = make_worker(config)

    def begin_warming(**_: Any) -> None:
        """Warm up beside the work: nobody's task waits for it."""
        threading.Thread(target=warming.warm_up, args=(config.data_dir,), daemon=True).start()

    signals.worker_ready.connect(begin_warming, weak=False)
    worker = app.Worker(
        concurrency=processes,
        pool_cls="prefork",
        loglevel=logging.WARNING,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def ring_the_hours(config: Config) -> None:
    """Ring for the periodic tasks until told to stop; one such process is enough, two do no harm.

    When it last rang is kept nowhere: nothing here is rarer than every few seconds.
    """
    _quieten()
    beat = make_worker(config).Beat(
        loglevel=logging.WARNING,
        quiet=True,
        scheduler_cls="celery.beat:Scheduler",
        pidfile=str(config.data_dir / "beat.pid"),
    )
    beat.run()


def _quieten() -> None:
    """Log what matters, on standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    # Root is unwise in production (docs/deploy.md), and all there is in many a first trial.
    warnings.simplefilter("ignore", SecurityWarning)

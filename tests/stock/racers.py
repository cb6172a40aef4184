"""Processes of their own that reserve from one lot at the same moment, with the guard and without."""

import multiprocessing
import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from tileplan.kernel import db
from tileplan.kernel.errors import Refused
from tileplan.stock import service
from tileplan.stock.models import Lot

PROCESSES, ATTEMPTS, PIECES = 20, 3, 4


@dataclass(frozen=True)
class Race:
    way: str
    url: str
    lot_id: int


def guarded(lot_id, ref):
    with db.transaction():
        service.reserve(lot_id, ref, PIECES)
    return "reserved"


def unguarded(lot_id, ref):
    """The twin: look first, write later, as code without the conditional UPDATE would."""
    with db.transaction(writing=False):
        lot = db.session.scalars(select(Lot).where(Lot.id == lot_id)).one()
        is_free = lot.on_hand - lot.reserved >= PIECES
    if not is_free:
        return "refused"
    time.sleep(0.02)
    with db.transaction():
        db.session.execute(
            text("INSERT INTO taken (item_ref, pieces) VALUES (:ref, :pieces)"),
            {"ref": ref, "pieces": PIECES},
        )
        db.session.execute(
            text("UPDATE lot SET reserved = :reserved WHERE id = :id"),
            {"reserved": lot.reserved + PIECES, "id": lot_id},
        )
    return "reserved"


def attempt(race, ref):
    try:
        return {"guarded": guarded, "unguarded": unguarded}[race.way](race.lot_id, ref)
    except Refused:
        return "refused"
    except OperationalError:
        return "gave up"


def racer(number, inbox, start, answers):
    """Run one race after the other until told to stop."""
    for race in iter(inbox.get, None):
        engine = db.make_engine(race.url)
        db.bind(engine)
        start.wait()
        told = [attempt(race, f"SO-{number:05d}/{i}") for i in range(1, ATTEMPTS + 1)]
        engine.dispose()
        answers.put(told)


class Racers:
    """Twenty spawned processes, kept for several races: starting them is what takes long."""

    def __init__(self):
        spawn = multiprocessing.get_context("spawn")
        # Kept as long as the processes live: a semaphore nobody holds is unlinked.
        self.answers, self.start = spawn.Queue(), spawn.Barrier(PROCESSES)
        self.inboxes = [spawn.Queue() for _ in range(PROCESSES)]
        self.processes = [
            spawn.Process(target=racer, args=(number, inbox, self.start, self.answers))
            for number, inbox in enumerate(self.inboxes)
        ]
        for process in self.processes:
            process.start()

    def run(self, race):
        """Let all begin at once, and count what they were told."""
        for inbox in self.inboxes:
            inbox.put(race)
        return Counter(told for _ in self.processes for told in self.answers.get(timeout=40))

    def stop(self):
        for inbox in self.inboxes:
            inbox.put(None)
        for process in self.processes:
            process.join(10)
            if process.is_alive():
                process.kill()

"""Twenty processes reserve from one lot at once: exact with the guard, oversold without it."""

import pytest
from sqlalchemy import text

from tests import factories
from tests.stock.racers import ATTEMPTS, PIECES, PROCESSES, Race, Racers
from tileplan.kernel import db
from tileplan.stock import queries

# Of sixty attempts of four pieces, thirty-seven and a half fit.
ON_HAND = 150
FITTING = ON_HAND // PIECES


@pytest.fixture(scope="module")
def racers():
    made = Racers()
    yield made
    made.stop()


def ready(database):
    """Let one lot be there for the other processes; nothing is left open here."""
    lot_id = factories.lot(factories.tile(), ON_HAND).id
    db.session.execute(text("CREATE TABLE taken (item_ref VARCHAR(60), pieces INTEGER)"))
    db.session.commit()
    db.session.remove()
    return lot_id


def test_twenty_processes_reserve_exactly_what_there_is(racers, database):
    lot_id = ready(database)
    told = racers.run(Race("guarded", database.url, lot_id))
    lot, held = queries.lot(lot_id), queries.reservations_in(lot_id)
    assert told == {"reserved": FITTING, "refused": PROCESSES * ATTEMPTS - FITTING}
    assert lot.reserved == FITTING * PIECES == sum(r.pieces for r in held)
    assert len(held) == FITTING


def test_the_twin_without_the_guard_oversells(racers, database):
    lot_id = ready(database)
    told = racers.run(Race("unguarded", database.url, lot_id))
    sold = db.session.scalar(text("SELECT sum(pieces) FROM taken"))
    assert told["reserved"] > FITTING
    assert sold > ON_HAND

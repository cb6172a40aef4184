"""Closing one resource for a while: it is down, maintained, or may not take energy."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, note
from tileplan.kernel.errors import Outdated, Refused
from tileplan.kernel.words import say
from tileplan.plant import queries, rules
from tileplan.plant.models import Closure, Resource
from tileplan.plant.rules import NewClosure
from tileplan.plant.rules.closures import check


def close(code: str, new: NewClosure, *, by: Actor) -> Closure:
    """Write down when a resource does not run; raises Refused beside the field."""
    resource = queries.resource(code)
    _one_at_a_time(resource)
    _check(resource, new)
    row = Closure(
        resource_id=resource.id, **asdict(new), by_name=by.login, at=clock.now(), version=1
    )
    session.add(row)
    session.flush()
    _note(resource.code, "close", new, by)
    return queries.closure(row.id)


def change(closure_id: int, seen: int, new: NewClosure, *, by: Actor) -> Closure:
    """Prolong, shorten or move a closure that nobody has changed since its version was seen."""
    row = _seen(closure_id, seen)
    resource = queries.resource(row.resource.code)
    _one_at_a_time(resource)
    new = replace(new, kind=row.kind)
    _check(resource, new, besides=row.id)
    for name, value in asdict(new).items():
        setattr(row, name, value)
    row.by_name, row.at = by.login, clock.now()
    _flush()
    _note(resource.code, "change", new, by)
    return row


def end_now(closure_id: int, seen: int, *, by: Actor) -> Closure:
    """Let a resource run again from this moment on."""
    row = _seen(closure_id, seen)
    now = clock.now()
    if row.start_at is None or row.end_at is None or not row.start_at < now < row.end_at:
        raise Refused(say("Only what goes on just now can be ended. Remove it instead."))
    row.end_at = now
    row.by_name, row.at = by.login, now
    _flush()
    _note(row.resource.code, "end", _values(row), by)
    return row


def remove(closure_id: int, seen: int, *, by: Actor) -> str:
    """Take a closure away as if it had never been written down; returns the resource's code."""
    row = _seen(closure_id, seen)
    code = row.resource.code
    _note(code, "remove", _values(row), by)
    session.delete(row)
    _flush()
    return code


def _check(resource: Resource, new: NewClosure, besides: int | None = None) -> None:
    others = [row for row in queries.closures_of(resource.id) if row.id != besides]
    check(new, now=clock.now(), others=others, stage=resource.stage)


def _one_at_a_time(resource: Resource) -> None:
    """Let whoever closes the same resource at this moment wait, so that each sees the other's."""
    session.execute(select(Resource.id).where(Resource.id == resource.id).with_for_update())


def _seen(closure_id: int, seen: int) -> Closure:
    row = queries.closure(closure_id)
    if row.version != seen:
        raise _outdated()
    return row


def _flush() -> None:
    try:
        session.flush()
    except StaleDataError as race:
        raise _outdated() from race


def _outdated() -> Outdated:
    return Outdated(say("Somebody else has just changed this closure. Look at it again."))


def _values(row: Closure) -> NewClosure:
    return NewClosure(
        row.kind, row.start_at, row.end_at, row.weekday, row.from_minute, row.to_minute,
        row.code, row.note,
    )  # fmt: skip


def _note(resource: str, action: str, new: NewClosure, by: Actor) -> None:
    """Write a line into the journal of a resource: what the closure says, in words that stay."""
    detail: dict[str, Any] = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(new).items()
        if value not in (None, "")
    }
    told = "; ".join(part for part in (str(rules.label_of(new)), new.note) if part)
    note(rules.RESOURCE.kind, resource, action, by=by, reason=told, detail=detail)

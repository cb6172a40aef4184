"""Why work stands where it stands, and what would help, in sentences every reader gets in their language.

`reason_text` is for both: why an order is late, and why a drag did not land where it was dropped.
"""

from scheduler.explain import Remedy, Way
from scheduler.reasons import Kind, Reason
from tileplan.kernel.words import Text, say
from tileplan.planning.translate.naming import LotName, Names, duration, listed

_REASONS = {
    Kind.RELEASE: say("It can begin at %(start)s at the soonest: what comes before is not done."),
    Kind.BEGINNING: say("This plan begins at %(start)s; nothing can be put before that."),
    Kind.FROZEN_TIME: say("Until %(start)s the plan is frozen; nothing new starts before."),
    Kind.FROZEN: say("In %(stage)s it is frozen on %(resource)s from %(start)s."),
    Kind.ONLY: say("In %(stage)s only %(able)s can do it."),
    Kind.WAITS: say(
        "In %(stage)s it could begin at %(start)s, but waits %(time)s for %(resource)s."
    ),
    Kind.STEP_BEFORE: say("Its step before %(stage)s runs from %(start)s to %(end)s."),
    Kind.AHEAD: say("Ahead of it on %(resource)s, until %(end)s: %(lots)s."),
    Kind.QUEUE: say("In the queue ahead of it on %(resource)s, until %(end)s: %(lots)s."),
    Kind.CHANGEOVER: say("Changing %(resource)s over to it takes %(time)s."),
    Kind.CLOSED: say("%(resource)s is closed from %(start)s to %(end)s."),
    Kind.FIXED_WORK: say(
        "On %(resource)s it does not fit in before %(lots)s, fixed there from %(start)s to %(end)s."
    ),
    Kind.LEFT_WAITING: say(
        "Nothing stands in its way on %(resource)s for %(time)s: it could be moved forward."
    ),
    Kind.TOO_SHORT: say(
        "Even with the whole plant to itself it would be ready only at %(end)s, %(time)s late."
    ),
    Kind.NOT_ABLE: say("%(resource)s cannot do %(stage)s of %(lot)s: it has no route there."),
    Kind.BEYOND: say("That day is too far away to be planned."),
    Kind.CONFLICT: say(
        "What is pinned or under way in this plan contradicts itself already, so nothing can be "
        "moved. Take back a pin, or plan again."
    ),
    Kind.RULE: say("That would break a rule of the plant for %(lot)s."),
}
_RULE_IN = say("That would break a rule of the plant for %(lot)s in %(stage)s on %(resource)s.")
_CAMPAIGN = say(
    "Ahead of it on %(resource)s, until %(end)s, all on firing curve %(campaign)s: %(lots)s."
)
_CLOSED_AGAIN = say(
    "%(resource)s is closed %(times)s times meanwhile, last from %(start)s to %(end)s."
)
_PINS = {  # by whether a resource and a start are pinned
    (False, False): say("In %(stage)s it is pinned."),
    (True, False): say("In %(stage)s it is pinned to %(resource)s."),
    (False, True): say("In %(stage)s it is pinned to begin at %(start)s."),
    (True, True): say("In %(stage)s it is pinned to %(resource)s from %(start)s."),
}

_REMEDIES = {
    Way.FIRST: say("Put it first on %(resource)s"),
    Way.ROOM: say("Put it on %(resource)s at %(start)s"),
    Way.SWAP: say("Let it go ahead of %(other)s on %(resource)s"),
    Way.UNPIN: say("Take back its pin in %(stage)s"),
    Way.UNPIN_OTHER: say("Take back the pin of %(other)s in %(stage)s"),
    Way.RELEASE: say("Have everything ready for it by %(start)s"),
    Way.OPEN: say("Let %(resource)s work from %(start)s to %(end)s, too"),
}


def reason_text(reason: Reason, names: Names) -> Text:
    """One reason about a lot as a sentence; the lot itself is "it", where no name is needed."""
    return say(_sentence(reason).msgid, **_parts(reason, names))


def remedy_text(remedy: Remedy, names: Names) -> Text:
    """What a remedy asks for, without what comes of it; the lot that it saves is "it"."""
    parts = _where_and_when(remedy, names)
    if remedy.other is not None:
        parts["other"] = names.lot(remedy.other)
    return say(_REMEDIES[remedy.way].msgid, **parts)


def _sentence(reason: Reason) -> Text:
    """The sentence of a reason with its parts still open."""
    if reason.kind is Kind.PIN:
        return _PINS[reason.resource is not None, reason.start is not None]
    if reason.kind in (Kind.AHEAD, Kind.QUEUE) and reason.campaign:
        return _CAMPAIGN
    if reason.kind is Kind.CLOSED and (reason.minutes or 1) > 1:
        return _CLOSED_AGAIN
    if reason.kind is Kind.RULE and reason.stage and reason.resource:
        return _RULE_IN
    return _REASONS[reason.kind]


def _parts(reason: Reason, names: Names) -> dict[str, object]:
    """Everything that a sentence may name; the machine's own English text is never among it."""
    parts = _where_and_when(reason, names)
    parts["lot"] = LotName(reason.lot)
    parts["campaign"] = reason.campaign or ""
    if reason.kind is Kind.ONLY:
        able = (reason.resource or "").split(", ")
        parts["able"] = listed([names.line(code) for code in able], len(able))
    if reason.lots:
        parts["lots"] = names.lots(reason.lots)
    if reason.kind is Kind.CLOSED:
        parts["times"] = reason.minutes or 1
    elif reason.minutes is not None and reason.kind is not Kind.BEYOND:
        parts["time"] = duration(reason.minutes)
    return parts


def _where_and_when(about: Reason | Remedy, names: Names) -> dict[str, object]:
    """The stage, the line and the moments of a reason or a remedy, as far as it has them."""
    parts: dict[str, object] = {}
    if about.stage is not None:
        parts["stage"] = names.stage(about.stage)
    if about.resource is not None:
        parts["resource"] = names.line(about.resource)
    for key, minute in (("start", about.start), ("end", about.end)):
        if minute is not None:
            parts[key] = names.moment(minute)
    return parts

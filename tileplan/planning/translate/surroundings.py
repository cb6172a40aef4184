"""What stands around a lot in a plan, and what the floor has told of it, in sentences."""

from datetime import timedelta

from scheduler.explain import Campaign, Surroundings
from tileplan.kernel.words import Text, say
from tileplan.planning.models import PlannedOperation
from tileplan.planning.translate.naming import Names, duration, moment
from tileplan.planning.translate.reasons import reason_text
from tileplan.plant.rules import stage_label

_MINUTE = timedelta(minutes=1)


def place_texts(here: Surroundings, names: Names) -> list[Text]:
    """Say where a step stands: what holds it, its neighbours, its firing curve, the next closure."""
    found = [reason_text(reason, names) for reason in here.held]
    found.append(_before(here, names))
    if here.campaign is not None and len(here.campaign.lots) > 1:
        found.append(_campaign(here.campaign, here.step.lot, names))
    if here.after is not None:
        found.append(
            say(
                "After it on %(resource)s: %(lot)s, from %(start)s.",
                resource=names.line(here.step.resource),
                lot=names.lot(here.after.lot),
                start=names.moment(here.after.start),
            )
        )
    if here.closed is not None:
        start, end = here.closed
        found.append(
            say(
                "The next closure of %(resource)s is from %(start)s to %(end)s.",
                resource=names.line(here.step.resource),
                start=names.moment(start),
                end=names.moment(end),
            )
        )
    return found


def _before(here: Surroundings, names: Names) -> Text:
    parts: dict[str, object] = {
        "stage": names.stage(here.step.stage),
        "resource": names.line(here.step.resource),
        "start": names.moment(here.step.start),
        "change": duration(here.changeover),
    }
    if here.before is None and here.changeover:
        return say(
            "%(stage)s from %(start)s: the first on %(resource)s, after %(change)s of changeover.",
            **parts,
        )
    if here.before is None:
        return say("%(stage)s from %(start)s: the first on %(resource)s in this plan.", **parts)
    parts |= {"lot": names.lot(here.before.lot), "end": names.moment(here.before.end)}
    if here.changeover:
        return say(
            "%(stage)s from %(start)s: on %(resource)s behind %(lot)s, which ends at %(end)s, "
            "and %(change)s of changeover.",
            **parts,
        )
    return say(
        "%(stage)s from %(start)s: on %(resource)s behind %(lot)s, which ends at %(end)s, "
        "without a changeover.",
        **parts,
    )


def _campaign(row: Campaign, lot: str, names: Names) -> Text:
    return say(
        "It is number %(at)s of %(number)s lots on firing curve %(campaign)s in a row, "
        "from %(start)s to %(end)s.",
        at=row.lots.index(lot) + 1,
        number=len(row.lots),
        campaign=row.name,
        start=names.moment(row.start),
        end=names.moment(row.end),
    )


def fact_text(operation: PlannedOperation) -> Text | None:
    """What the floor has told of an operation; None where it has told nothing."""
    if operation.started_at is None:
        return None
    parts: dict[str, object] = {
        "stage": stage_label(operation.stage),
        "resource": operation.resource,
        "start": moment(operation.started_at),
    }
    if operation.finished_at is not None:
        late = int((operation.finished_at - operation.end_at) / _MINUTE)
        parts |= {"end": moment(operation.finished_at), "time": duration(late)}
        if late > 0:
            return say(
                "%(stage)s is done: on %(resource)s from %(start)s to %(end)s, "
                "%(time)s later than planned.",
                **parts,
            )
        return say("%(stage)s is done: on %(resource)s from %(start)s to %(end)s.", **parts)
    if operation.paused_at is not None:
        parts["since"] = moment(operation.paused_at)
        return say(
            "%(stage)s on %(resource)s has stood still since %(since)s; it began at %(start)s.",
            **parts,
        )
    late = int((operation.started_at - operation.start_at) / _MINUTE)
    if late > 0:
        return say(
            "%(stage)s has run on %(resource)s since %(start)s, begun %(time)s later than planned.",
            **parts,
            time=duration(late),
        )
    return say("%(stage)s has run on %(resource)s since %(start)s.", **parts)

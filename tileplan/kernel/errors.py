"""The four kinds of refusal; each carries one sentence a person can act on."""

from collections.abc import Callable, Iterable, Sequence


class Problem(Exception):
    """What went wrong, in words for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Problem):
    """There is no such thing, or it is not this person's to see: the two look alike (404)."""


class NotAllowed(Problem):
    """This person may not do this (403)."""


class Refused(Problem):
    """A rule of the trade forbids it (422); `field` says beside which input to write why."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Several(Refused):
    """Several refusals of one form at once; whoever shows one sentence only shows the first."""

    def __init__(self, refusals: Sequence[Refused]) -> None:
        super().__init__(refusals[0].message, field=refusals[0].field)
        self.refusals = tuple(refusals)


def refused(check: Callable[..., object], *args: object, **named: object) -> list[Refused]:
    """What a check refuses, as a list, so that the next check is made too."""
    try:
        check(*args, **named)
    except Refused as refusal:
        return [refusal]
    return []


def refuse_all(refusals: Iterable[Refused]) -> None:
    """Refuse where there is anything to refuse: the first sentence of each field counts."""
    first: dict[str | None, Refused] = {}
    for refusal in refusals:
        first.setdefault(refusal.field, refusal)
    if first:
        raise Several(list(first.values()))


class Conflict(Problem):
    """Somebody else was faster (409)."""


class Outdated(Conflict):
    """The page shows what somebody else has changed since (409); a form can go on from there."""

"""A document's life as a table: state, action, next state, permission, reason needed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tileplan.kernel.errors import Conflict, NotAllowed, Refused
from tileplan.kernel.words import Text, clean, say

S = TypeVar("S", bound=StrEnum)

LONGEST_REASON = 500


@dataclass(frozen=True)
class Arrow(Generic[S]):
    """One step of a life; a step without a permission is taken by the system and has no button."""

    state: S
    action: str
    to: S
    permission: str | None
    label: Text
    needs_reason: bool = False
    is_primary: bool = False


@dataclass(frozen=True)
class Workflow(Generic[S]):
    """The whole life of one kind of document."""

    kind: str
    labels: Mapping[S, Text]
    arrows: tuple[Arrow[S], ...]

    def actions(self, state: S, permissions: Collection[str]) -> list[Arrow[S]]:
        """List the steps that this person may take from here, the primary one first."""
        open_to = [a for a in self.arrows if a.state == state and a.permission in permissions]
        return sorted(open_to, key=lambda arrow: not arrow.is_primary)

    def take(
        self, action: str, state: S, permissions: Collection[str] | None, reason: str | None
    ) -> Arrow[S]:
        """Return the step, or say why it can't be taken; the system passes None for permissions."""
        arrow = next((a for a in self.arrows if a.action == action and a.state == state), None)
        if arrow is None:
            raise Conflict(
                say(
                    "This cannot be done any more: it is now “%(state)s”. Reload the page.",
                    state=self.labels[state],
                )
            )
        is_allowed = permissions is None or arrow.permission in permissions
        if not is_allowed:
            raise NotAllowed(say("You are not allowed to do this. Ask your administrator."))
        said = clean(reason or "")
        if arrow.needs_reason and not said:
            raise Refused(say("Please give a reason."), field="reason")
        if len(said) > LONGEST_REASON:
            raise Refused(
                say("Too long: at most %(most)s characters.", most=LONGEST_REASON), field="reason"
            )
        return arrow

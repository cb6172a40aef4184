"""What a line of a work order's journal says beyond its action."""

from collections.abc import Mapping
from typing import Any

from tileplan.kernel.words import Text, say
from tileplan.production.rules.life import PAUSES


def told(reason: str | None, detail: Mapping[str, Any]) -> list[Text]:
    """Say why the work stood still, which plan sent it, what came out and whom it served."""
    sentences = [why(reason)] if reason else []
    if "plan" in detail:
        sentences.append(say("Plan %(number)s", number=detail["plan"]))
    sentences += [
        say("%(grade)s: %(pieces)s pieces", grade=grade, pieces=pieces)
        for grade, pieces in detail.get("pieces", {}).items()
    ]
    if detail.get("served"):
        sentences.append(say("Reserved for %(items)s", items=", ".join(detail["served"])))
    if detail.get("still_open"):
        sentences.append(say("Still open: %(items)s", items=", ".join(detail["still_open"])))
    return sentences


def why(reason: str) -> Text:
    """Say a reason in words: a pause's code with what it means, anything else as it was typed."""
    known = next((one for one in PAUSES if one.code == reason), None)
    if known is None:
        return say("%(reason)s", reason=reason)
    return say("%(code)s %(label)s", code=known.code, label=known.label)

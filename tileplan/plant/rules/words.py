"""The trade's words for stages, crews, attributes and days of the week."""

from tileplan.kernel.words import Text, say
from tileplan.plant.rules.changeovers import ATTRIBUTES, CREWS
from tileplan.plant.rules.rows import StageCode

_STAGES: dict[str, Text] = {
    StageCode.FORMING: say("Forming and glazing"),
    StageCode.FIRING: say("Firing"),
    StageCode.FINISHING: say("Polishing and squaring"),
    StageCode.SORTING: say("Grading and packing"),
    "spray_drying": say("Spray drying"),
}

CREW_LABELS: dict[str, Text] = dict(
    zip(
        CREWS,
        (
            say("Press crew"),
            say("Body preparation crew"),
            say("Glaze line crew"),
            say("Kiln crew"),
            say("Finishing crew"),
            say("Packing crew"),
        ),
        strict=True,
    )
)

ATTRIBUTE_LABELS: dict[str, Text] = dict(
    zip(
        ATTRIBUTES,
        (
            say("Format"),
            say("Thickness"),
            say("Surface of the mould"),
            say("Body"),
            say("Design"),
            say("Tile"),
            say("Glaze"),
            say("Glaze family"),
            say("Firing curve"),
            say("Surface finish"),
            say("Kiln cycle, up to 5 min"),
            say("Kiln cycle, over 5 min"),
            say("To or from 18 mm pavers"),
            say("Wall body to or from porcelain"),
            say("Label of the lot"),
        ),
        strict=True,
    )
)

WEEKDAYS: tuple[Text, ...] = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)


def stage_label(code: str) -> Text:
    """The words for a stage; one that this trade text does not know keeps its own name."""
    return _STAGES.get(code) or say("%(stage)s", stage=code)

"""How the scheduler names what the plant's rows name: stages by their work."""

from tileplan.plant.rules import StageCode

# In flow order; forming is paced by the kiln and derived from its plan.
STAGES = {
    StageCode.FIRING: "fire",
    StageCode.FINISHING: "finish",
    StageCode.SORTING: "sort",
}
PLANT_STAGES = {name: stage.value for stage, name in STAGES.items()}

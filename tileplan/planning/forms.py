"""The form of planning: how long the scheduler may look for a better plan."""

from tileplan.kernel.words import say
from tileplan.web.forms import Form, Whole, required


class RunForm(Form):
    """Asks for a plan."""

    seconds = Whole(say("Seconds to look for a better plan"), validators=[required()])

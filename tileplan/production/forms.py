"""The form on which the crew reports what came out."""

from decimal import Decimal

from wtforms import HiddenField

from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import say
from tileplan.production.rules import Report
from tileplan.web.forms import Form, Line, Number, required


class FinishForm(Form):
    """m² by grade; at sorting also what names the lot. `version` is the work as it was shown.

    `sure_of` is the sum that the crew has confirmed after it was asked.
    """

    version = HiddenField()
    sure_of = Number()
    area_a = Number(say("Grade A"), validators=[required()])
    area_b = Number(say("Grade B"))
    area_scrap = Number(say("Scrap"))
    shade = Line(say("Shade"), most=20)
    calibre = Line(say("Calibre"), most=20)
    warehouse = Line(say("Warehouse"), most=20)

    def report(self) -> Report:
        """Give the report as values; an empty area is none."""
        return Report(
            area_a=self.area_a.data or Decimal(0),
            area_b=self.area_b.data or Decimal(0),
            area_scrap=self.area_scrap.data or Decimal(0),
            shade=(self.shade.data or "").upper(),
            calibre=(self.calibre.data or "").upper(),
            warehouse=(self.warehouse.data or "").upper(),
        )

    def choose(self, report: Report) -> None:
        """Choose what a lot can hardly be named otherwise; areas are what the crew has counted."""
        self.calibre.data = report.calibre
        self.warehouse.data = report.warehouse

    def known_version(self) -> int:
        """Give the version of the work that the page showed."""
        return seen_version(self.version.data)

// What is looked at, taken away: as a table, as a picture, on paper.

import { saveImage } from "./board-image.js";
import { printBoard } from "./board-print.js";

export class Export {
  constructor(gantt) {
    Object.assign(this, { gantt, parts: gantt.parts });
    const { parts } = this;
    const click = (part, act) => part.addEventListener("click", () => this.run(part, act));
    click(parts.saveTable, () => this.table(true));
    click(parts.savePlan, () => this.table(false));
    click(parts.saveImage, () => saveImage(gantt));
    click(parts.print, () => printBoard(gantt));
    for (const link of document.querySelectorAll(".menu-body a")) link.addEventListener("click", () => { link.closest("details").open = false; });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "p") return;
      event.preventDefault();
      this.run(parts.print, () => printBoard(gantt));
    });
  }

  async run(button, act) {
    button.closest("details").open = false;
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await act();
    } catch (error) {
      console.warn(error);
      const { note } = this.parts;
      note.textContent = this.gantt.plan.words.not_saved;
      note.dataset.kind = "unsaved";
      note.hidden = false;
    } finally {
      this.isBusy = false;
    }
  }

  // The server writes the table; the browser only says which bars are in sight.
  table(isInSight) {
    const form = this.parts.barsForm;
    const field = form.elements.bars;
    field.disabled = !isInSight;
    field.value = isInSight ? this.inSight().join("\n") : "";
    form.submit();
  }

  inSight() {
    const { plan, view } = this.gantt;
    return plan.bars.lot.flatMap((_, bar) => (this.gantt.shows(bar) && plan.bars.start[bar] < view.to && plan.bars.end[bar] > view.from ? [plan.nameOf(bar)] : []));
  }
}

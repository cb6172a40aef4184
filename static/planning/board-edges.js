// In the rows of orders: where the bars are that lie before or behind what is in sight.

import { icon, make } from "./board-dom.js";

export class Edges {
  constructor(parts, plan, time, view, goToRow) {
    Object.assign(this, { parts, plan, time, view, goToRow });
    this.pills = [];
  }

  draw(layout, sheet) {
    const rows = layout.mode !== "line" ? layout.rows.filter((row) => row.lanes.length && row.top < sheet.bottom && row.top + row.height > sheet.top) : [];
    this.pills = rows.map((row) => this.pill(row));
    this.parts.edges.replaceChildren(...this.pills.map((pill) => pill.element));
    this.follow();
  }

  pill(row) {
    const bars = row.lanes.flatMap((lane) => lane.bars);
    const element = make("button", "edge");
    element.type = "button";
    element.tabIndex = -1;
    element.style.top = `${row.top + row.height / 2 - 13}px`;
    element.addEventListener("click", () => this.goToRow(row));
    const first = Math.min(...bars.map((bar) => this.plan.bars.start[bar]));
    const last = Math.max(...bars.map((bar) => this.plan.bars.end[bar]));
    return { element, first, last, side: null };
  }

  follow() {
    for (const pill of this.pills) {
      const side = pill.last < this.view.from ? "before" : pill.first > this.view.to ? "behind" : "";
      if (side === pill.side) continue;
      pill.side = side;
      pill.element.hidden = !side;
      pill.element.className = `edge ${side}`;
      const day = (ms) => this.time.format(ms, { month: "short", day: "numeric" });
      if (side === "before") pill.element.replaceChildren(icon("chevron-left"), day(pill.last));
      if (side === "behind") pill.element.replaceChildren(day(pill.first), icon("chevron-right"));
    }
  }
}

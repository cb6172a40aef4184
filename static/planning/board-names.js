// The names of rows at the left; only those near the screen are in the page.

import { fill, icon, make } from "./board-dom.js";

export class Names {
  constructor(parts, plan, time, calls) {
    Object.assign(this, { parts, plan, time, calls });
  }

  draw(layout, sheet) {
    const { fold, row: name } = document.activeElement?.dataset ?? {};
    const rows = layout.rows.filter((row) => row.top < sheet.bottom && row.top + row.height > sheet.top);
    this.parts.rows.replaceChildren(...rows.map((row) => this.row(row)));
    const held = fold ? `[data-fold="${CSS.escape(fold)}"]` : name && `[data-row="${CSS.escape(name)}"]`;
    if (held) this.parts.rows.querySelector(held)?.focus({ preventScroll: true });
  }

  row(row) {
    const element = row.kind === "head" ? this.head(row) : this.name(row);
    element.style.top = `${row.top}px`;
    element.style.height = `${row.height}px`;
    return element;
  }

  head(row) {
    const button = make("button", "fold", icon(row.isFolded ? "chevron-right" : "chevron-down"), row.title);
    button.type = "button";
    button.dataset.fold = row.stage;
    button.setAttribute("aria-expanded", String(!row.isFolded));
    button.addEventListener("click", () => this.calls.fold(row.stage));
    return make("div", "row-head", button);
  }

  name(row) {
    if (row.kind !== "order") {
      return make("div", row.height < 22 ? "row-name is-flat" : "row-name", this.lineTitle(row), make("span", "row-sub", row.sub));
    }
    const title = make("button", "row-title", row.title);
    title.type = "button";
    title.dataset.row = row.name ?? row.title;
    title.title = fill(this.plan.words.go_to_bar, { name: row.title });
    title.addEventListener("click", () => this.calls.goToRow(row));
    if (row.late) title.append(make("span", "row-late", icon("exclamation-circle-fill"), make("span", "visually-hidden", this.plan.words.late)));
    return make("div", `row-name by-order${row.starts ? " starts" : ""}`, title, make("span", "row-sub", row.sub), make("span", "row-tile", this.under(row)));
  }

  // The name of a line opens its menu, for those who may close it.
  lineTitle(row) {
    if (!this.calls.openLine || row.kind !== "line") return make("span", "row-title", row.title);
    const title = make("button", "line-menu", row.title, icon("caret-down-fill"));
    title.type = "button";
    title.dataset.row = row.title;
    title.setAttribute("aria-haspopup", "menu");
    title.setAttribute("aria-expanded", "false");
    title.addEventListener("click", () => this.calls.openLine(row.line, title));
    return title;
  }

  under(row) { return `${row.tile} · ${this.plan.words.due} ${this.time.format(row.due, { month: "short", day: "numeric" })}`;
  }
}

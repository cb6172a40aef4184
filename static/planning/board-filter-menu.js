// The small menu in which conditions are added; what is chosen shows as a chip.

import { make } from "./board-dom.js";

const STATES = ["late", "in_time", "stock"];

export class FilterMenu {
  constructor(looks) {
    Object.assign(this, { looks, parts: looks.parts, plan: looks.plan, state: looks.state });
    for (const field of this.parts.filters) field.addEventListener("change", () => this.choose(field));
    for (const menu of this.parts.menus) this.closing(menu);
  }

  // A menu closes by Escape, by a press beside it, and when the focus goes elsewhere.
  closing(menu) {
    document.addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  choose(field) {
    const kind = field.dataset.filter;
    if (kind.startsWith("due") && !field.validity.valid) return;
    this.state.filter.add(kind, field.value);
    this.looks.apply();
  }

  // Only what is not chosen yet is offered.
  draw() {
    const { plan, state } = this;
    const offered = {
      customer: [...new Set(plan.orders.customer)].sort((a, b) => a.localeCompare(b)), tile: [...plan.tiles.code].sort(), body: [...new Set(plan.tiles.body)].sort(), lateness: STATES,
    };
    for (const field of this.parts.filters) {
      const kind = field.dataset.filter;
      if (!Object.hasOwn(offered, kind)) {
        if (field !== document.activeElement) field.value = state.filter[kind];
        continue;
      }
      const options = offered[kind].filter((value) => value && !state.filter[kind].has(value)).map((value) => {
        const option = make("option", "", kind === "lateness" ? plan.words[`lateness_${value}`] : value);
        option.value = value;
        return option;
      });
      field.replaceChildren(field.options[0], ...options);
      field.value = "";
      field.disabled = !options.length;
    }
  }
}

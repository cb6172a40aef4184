// One chip for every condition, with a button that drops it; and how many bars are left to see.

import { fill, icon, make } from "./board-dom.js";

export class Chips {
  constructor(looks) {
    Object.assign(this, { looks, parts: looks.parts, plan: looks.plan, state: looks.state });
    this.parts.allAgain.addEventListener("click", () => {
      looks.allAgain();
      this.parts.plot.focus({ preventScroll: true });
    });
  }

  draw() {
    const { parts, state } = this;
    const held = parts.chips.contains(document.activeElement);
    const chips = this.conditions().map((own) => this.chip(own));
    parts.chips.querySelectorAll(".filter-chip").forEach((own) => own.remove());
    parts.chips.prepend(...chips);
    const isNarrowed = chips.length > 0 || Boolean(state.find);
    parts.chips.hidden = !isNarrowed;
    parts.allAgain.hidden = !isNarrowed;
    parts.matches.textContent = isNarrowed ? this.count() : "";
    if (held && !parts.chips.contains(document.activeElement)) (chips[0]?.querySelector("button") ?? parts.plot).focus({ preventScroll: true });
  }

  count() {
    const { plan, looks } = this;
    const all = plan.bars.lot.map((_, bar) => bar);
    const n = all.filter((bar) => looks.gantt.shows(bar)).length;
    this.parts.chips.classList.toggle("is-empty", n === 0);
    return n ? fill(plan.words.matches, { n, all: all.length }) : plan.words.no_match;
  }

  // What narrows the view, each with its words and the way to drop it.
  conditions() {
    const { state, plan, looks } = this;
    const { words } = plan;
    const found = state.filter.parts().map(({ kind, value }) => ({ text: `${words[`filter_${kind}`]}: ${this.said(kind, value)}`, drop: () => state.filter.drop(kind, value) }));
    for (const name of state.hide) {
      const said = looks.hiddenWords(name);
      if (said !== null) found.push({ text: fill(words.without, { name: said }), drop: () => state.hide.delete(name) });
    }
    if (state.late) found.push({ text: words.late_only, drop: () => { state.late = false; } });
    return found;
  }

  said(kind, value) {
    if (kind === "lateness") return this.plan.words[`lateness_${value}`] ?? value;
    return value;
  }

  chip({ text, drop }) {
    const button = make("button", "", icon("x-lg"));
    button.type = "button";
    button.setAttribute("aria-label", fill(this.plan.words.drop, { name: text }));
    button.addEventListener("click", () => {
      drop();
      this.looks.apply();
    });
    const chip = make("span", "filter-chip", make("span", "", text), button);
    chip.title = text;
    return chip;
  }
}

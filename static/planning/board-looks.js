// How the plan is looked at: the meaning of its colours, its rows, and which bars are greyed out.

import { Chips } from "./board-chips.js";
import { FilterMenu } from "./board-filter-menu.js";
import { paintsOf } from "./board-paint.js";
import { byPhase } from "./board-phases.js";
import { byLine, byOrder } from "./board-rows.js";
import { WAYS } from "./board-ways.js";

export class Looks {
  constructor(gantt) {
    Object.assign(this, { gantt, parts: gantt.parts, plan: gantt.plan, state: gantt.state });
    this.chips = new Chips(this);
    this.menu = new FilterMenu(this);
    this.parts.by.value = this.state.by;
    this.parts.by.addEventListener("change", () => this.colourBy(this.parts.by.value));
    gantt.words.colour = (bar) => this.paint(bar).fill;
  }

  // After the plan or any choice has changed.
  changed() {
    const { plan, state } = this;
    this.painted = paintsOf(plan, state.by);
    this.wanted = state.filter.admits(plan, this.gantt.time);
    this.hidden = WAYS.map((way) => this.hiddenOf(way)).filter(({ places }) => places.size);
    this.menu.draw();
    this.chips.draw();
  }

  paint(bar) {
    const at = this.painted.of(bar);
    const { fill, pale } = this.painted.keys[at];
    return { fill, pale, at };
  }

  rows(room) {
    if (this.state.rows === "phase") return byPhase(this.plan, this.state.fold);
    return this.state.rows === "order" ? byOrder(this.plan) : byLine(this.plan, room, this.state.fold);
  }

  shows(bar) {
    const lot = this.plan.bars.lot[bar];
    if (this.state.late && !this.plan.isLate(lot)) return false;
    return this.wanted[lot] && !this.hidden.some(({ of, places }) => places.has(of(bar)));
  }

  colourBy(way) {
    this.state.by = way;
    this.gantt.redraw();
    this.gantt.legend.draw();
  }

  // A key of the legend as it is kept among what is hidden: families by their name, others by their way too.
  hideName(way, key) { return way === WAYS[0] ? key : `${way}:${key}`; }

  hiddenOf(way) {
    const own = [...this.state.hide].filter((name) => this.wayOf(name) === way);
    if (!own.length) return { places: new Set() };
    const { keys, of } = paintsOf(this.plan, way);
    const places = new Set(keys.flatMap((key, at) => (own.includes(this.hideName(way, key.name)) ? [at] : [])));
    return { keys, of, places };
  }

  wayOf(name) { return WAYS.slice(1).find((way) => name.startsWith(`${way}:`)) ?? WAYS[0]; }

  // The words of a hidden key, as the legend says them.
  hiddenWords(name) {
    const way = this.wayOf(name);
    return paintsOf(this.plan, way).keys.find((key) => this.hideName(way, key.name) === name)?.label ?? null;
  }

  // Every condition dropped at once, what was found included.
  allAgain() {
    const { state, gantt } = this;
    state.filter.clear();
    state.hide.clear();
    state.late = false;
    gantt.mark(null);
    this.apply();
  }

  apply() {
    this.gantt.redraw();
    this.gantt.legend.draw();
  }
}

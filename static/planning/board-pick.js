// The bar that is picked and the bar under the pointer: their frames, and the way from bar to bar.

import { eachWithin, placeOf } from "./board-rows.js";

export class Pick {
  constructor(parts, plan, view, canvas) {
    Object.assign(this, { parts, plan, view, canvas });
    this.place = null;
    this.under = null;
  }

  get bar() { return this.place?.bar ?? null; }

  set(place) {
    this.place = place;
    this.frame(this.parts.picked, place);
  }

  hover(place) {
    this.under = place;
    this.frame(this.parts.hovered, place);
  }

  // Find the picked bar again after rows were laid anew.
  again() {
    this.hover(null);
    if (!this.place) return;
    const { bar, row } = this.place;
    const { layout } = this.canvas;
    this.set(placeOf(layout, bar, layout.rows.find((own) => own.kind === row.kind && own.title === row.title && own.lanes.some((lane) => lane.bars.includes(bar)))));
  }

  follow() {
    this.frame(this.parts.picked, this.place);
    this.frame(this.parts.hovered, this.under);
  }

  frame(element, place) {
    element.hidden = !place;
    if (!place) return;
    const { bars } = this.plan;
    const left = Math.max(this.view.x(bars.start[place.bar]), -20);
    const right = Math.min(this.view.x(bars.end[place.bar]), this.view.width + 20);
    element.hidden = right < 0 || left > this.view.width;
    element.style.transform = `translate(${left}px, ${place.lane.top}px)`;
    element.style.width = `${Math.max(right - left, 3)}px`;
    element.style.height = `${place.lane.height}px`;
  }

  // Where an arrow key leads: along the row, or to the bar nearest in time in the rows above or below.
  step(across, down) {
    if (!this.place) return this.first();
    if (across) return this.along(across);
    return this.nearest(down);
  }

  along(step) {
    const { row, lane, bar } = this.place;
    let at = lane.bars.indexOf(bar) + step;
    while (at >= 0 && at < lane.bars.length && !this.isShown(lane.bars[at])) at += step;
    const next = lane.bars[at];
    return next === undefined ? null : { bar: next, row, lane };
  }

  end(step) {
    if (!this.place) return this.first();
    const { row, lane } = this.place;
    const bars = lane.bars.filter((bar) => this.isShown(bar));
    return bars.length ? { bar: bars.at(step < 0 ? 0 : -1), row, lane } : null;
  }

  nearest(step) {
    const { bars } = this.plan;
    const middle = (bars.start[this.bar] + bars.end[this.bar]) / 2;
    const lanes = this.lanes();
    const at = lanes.findIndex(({ lane }) => lane === this.place.lane);
    for (let index = at + step; index >= 0 && index < lanes.length; index += step) {
      const { row, lane } = lanes[index];
      const away = (bar) => Math.max(bars.start[bar] - middle, middle - bars.end[bar], 0);
      const best = lane.bars.filter((bar) => this.isShown(bar)).reduce((a, b) => (a === null || away(b) < away(a) ? b : a), null);
      if (best !== null) return { bar: best, row, lane };
    }
    return null;
  }

  // Greyed bars are passed over.
  isShown(bar) { return this.canvas.look.shows(bar); }

  lanes() { return this.canvas.layout.rows.flatMap((row) => row.lanes.map((lane) => ({ row, lane }))); }

  // The first bar in sight, else the first of all.
  first() {
    let found = null;
    for (const { row, lane } of this.lanes()) {
      if (row.top + row.height < this.canvas.top) continue;
      eachWithin(this.plan, lane, this.view.from, this.view.to, (bar) => { if (this.isShown(bar)) found ??= { bar, row, lane }; });
      if (found) return found;
    }
    const { row, lane } = this.lanes().find((own) => own.lane.bars.length) ?? {};
    return lane ? { bar: lane.bars[0], row, lane } : null;
  }
}

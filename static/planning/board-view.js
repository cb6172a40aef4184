// What part of the plan is looked at: the left edge in time, the scale, and the limits of both.

import { DAY, HOUR, MINUTE } from "./board-time.js";

export const SPANS = { day: DAY, "3days": 3 * DAY, week: 7 * DAY, month: 31 * DAY };
const LEAST = 4 * HOUR;
const MOST = 120 * DAY;

export class View {
  constructor(plan) {
    this.plan = plan;
    this.from = plan.now;
    this.width = 1;
    this.scale = 1;
    this.preset = "week";
  }

  get span() { return this.width / this.scale; }

  get to() { return this.from + this.span; }

  x(ms) { return (ms - this.from) * this.scale; }

  ms(x) { return this.from + x / this.scale; }

  resize(width) {
    const span = this.span;
    const isFirst = this.width === 1;
    this.width = Math.max(width, 50);
    this.scale = isFirst ? this.width / span : this.scale;
  }

  setSpan(span, preset = null) {
    this.scale = this.width / Math.min(Math.max(span, LEAST), MOST);
    this.preset = preset;
  }

  // Zoom so that what lies under x stays there.
  zoom(factor, x) {
    const held = this.ms(x);
    this.setSpan(this.span / factor);
    this.from = held - x / this.scale;
    this.hold();
  }

  show(preset) {
    const held = this.ms(this.anchor());
    const share = this.anchor() / this.width;
    this.setSpan(SPANS[preset], preset);
    this.from = held - share * this.span;
    this.hold();
  }

  // Zooming by button keeps the now-line in place while it is in sight, else the middle.
  anchor() {
    const now = this.x(this.plan.now);
    return now > 0 && now < this.width ? now : this.width / 2;
  }

  goTo(ms, share = 0.5) {
    this.from = ms - share * this.span;
    this.hold();
  }

  reveal(start, end) {
    if (end > this.from + 0.03 * this.span && start < this.to - 0.06 * this.span) return false;
    this.goTo(start, end - start > 0.7 * this.span ? 0.08 : 0.3);
    return true;
  }

  pan(pixels) {
    this.from -= pixels / this.scale;
    this.hold();
  }

  // Never out of sight of the plan: at least a tenth of the screen shows it.
  hold() {
    const [first, last] = [Math.min(this.plan.first, this.plan.now), Math.max(this.plan.last, this.plan.now)];
    const rim = Math.max(0.9 * this.span, HOUR);
    this.from = Math.min(Math.max(this.from, first - rim), last + rim - this.span);
    this.from = Math.round(this.from / MINUTE * 4) * MINUTE / 4;
  }
}

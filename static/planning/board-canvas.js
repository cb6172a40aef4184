// The drawing surface: a sheet of Plotly wider than the screen that slides under the view, drawn anew when left.

import { HOUR, ticks } from "./board-time.js";
import { Picture, layoutOf } from "./board-draw.js";
import { widthOf } from "./board-labels.js";

const CONFIG = { staticPlot: true, displayModeBar: false, displaylogo: false, responsive: false };
const SETTLE = 90;
const REST = 280;
// Screens drawn before and behind the one in sight.
const BESIDE = 0.75;
const TICK_FONT = { upper: "650 12.8px", lower: "12.8px" };

export class Canvas {
  constructor(parts, plan, time, view, look) {
    Object.assign(this, { parts, plan, time, view, look });
    this.family = getComputedStyle(document.body).fontFamily;
    this.sheet = null;
    this.layout = null;
    this.drawn = 0;
    this.timer = 0;
    this.headings = [];
    this.onDrawn = () => {};
    this.onSlide = () => {};
  }

  setLayout(layout) {
    this.layout = layout;
    this.parts.rows.style.height = `${layout.height}px`;
    this.parts.plot.style.height = `${layout.height}px`;
    this.parts.scroll.classList.toggle("is-short", layout.height <= this.parts.scroll.clientHeight);
    this.draw();
  }

  get top() { return this.parts.scroll.scrollTop; }

  // What the sheet should cover: a part of a screen before and behind the view, a screen above and below.
  wanted() {
    const { view } = this;
    const high = this.parts.scroll.clientHeight;
    const top = Math.max(0, Math.min(this.top - high, this.layout.height - 3 * high));
    return {
      seen: view.from, from: view.from - BESIDE * view.span, to: view.to + BESIDE * view.span,
      scale: view.scale, width: view.width * (1 + 2 * BESIDE),
      top, bottom: Math.min(top + 3 * high, Math.max(this.layout.height, high)), family: this.family,
    };
  }

  draw() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (!this.layout || this.view.width <= 50) return;
    const sheet = this.wanted();
    sheet.height = sheet.bottom - sheet.top;
    const picture = new Picture(this.plan, this.layout, sheet, this.look);
    const marks = ticks(this.time, sheet.from, sheet.to, sheet.scale, (n) => this.plan.words.week.replace("{n}", n));
    const grid = marks.lower.map((tick) => tick.at);
    const traces = picture.traces();
    const layout = layoutOf(picture, sheet, grid, this.weekends(sheet), this.family);
    layout.datarevision = this.drawn + 1;
    const plot = this.drawn ? window.Plotly.react : window.Plotly.newPlot;
    plot(this.parts.sheet, traces, layout, CONFIG);
    this.sheet = sheet;
    this.drawn += 1;
    this.heading(marks);
    this.slide();
    this.onDrawn(sheet);
  }

  weekends(sheet) {
    if (sheet.scale * 24 * HOUR < 9) return [];
    const found = [];
    for (let day = this.time.midnight(sheet.from); day < sheet.to; day = this.time.day(day, 1)) {
      if (this.time.isWeekend(day)) found.push([Math.max(day, sheet.from), Math.min(this.time.day(day, 1), sheet.to)]);
    }
    return found;
  }

  // Follow the view: slide what is drawn at once, and draw anew where the sheet ends or the scale is another.
  follow() {
    if (!this.sheet) return;
    const { sheet, view } = this;
    const reach = 0.06 * view.span;
    const isOff = view.from < sheet.from + reach || view.to > sheet.to - reach || this.isOffRows();
    if (isOff && sheet.scale === view.scale) { this.draw(); return; }
    this.slide();
    if (sheet.scale !== view.scale) this.later();
  }

  isOffRows() {
    const high = this.parts.scroll.clientHeight;
    const isAbove = this.sheet.top > 0 && this.top < this.sheet.top + high / 4;
    const isBelow = this.sheet.bottom < this.layout.height && this.top + high > this.sheet.bottom - high / 4;
    return isAbove || isBelow;
  }

  // Once the hand is off, words that lie half out of sight are set anew.
  settle() {
    if (this.sheet && this.sheet.seen !== this.view.from) this.later(this.timer ? SETTLE : REST);
  }

  later(wait = SETTLE) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.draw(), wait);
  }

  // While a hand holds the sheet, it is not drawn anew without need.
  keep() {
    if (this.sheet?.scale !== this.view.scale) return;
    window.clearTimeout(this.timer);
    this.timer = 0;
  }

  slide() {
    const { sheet, view, parts } = this;
    const stretch = view.scale / sheet.scale;
    const left = view.x(sheet.from);
    parts.sheet.style.transform = `translate(${left}px, ${sheet.top}px)${stretch === 1 ? "" : ` scaleX(${stretch})`}`;
    parts.strip.style.transform = `translateX(${left}px)`;
    for (const mark of this.headings) this.placeHeading(mark, left, stretch);
    this.placeNow();
    this.onSlide();
  }

  heading({ upper, lower }) {
    const { strip } = this.parts;
    const at = (ms) => (ms - this.sheet.from) * this.sheet.scale;
    const mark = (kind, tick) => {
      const element = document.createElement("span");
      const isNow = kind === "lower" && tick.at <= this.plan.now && this.plan.now < tick.end;
      element.className = `tick ${kind}${isNow ? " is-now" : ""}`;
      const text = document.createElement("span");
      text.textContent = tick.text;
      element.append(text);
      return { element, text, wide: widthOf(tick.text, `${TICK_FONT[kind]} ${this.family}`), left: at(tick.at), width: at(tick.end) - at(tick.at) };
    };
    this.headings = [...upper.map((tick) => mark("upper", tick)), ...lower.map((tick) => mark("lower", tick))];
    strip.replaceChildren(...this.headings.map((own) => own.element));
  }

  // A long unit's name stays in sight while any of the unit does.
  placeHeading(mark, left, stretch) {
    if (mark.stretch !== stretch) {
      mark.element.style.left = `${mark.left * stretch}px`;
      mark.element.style.width = `${mark.width * stretch}px`;
      mark.stretch = stretch;
    }
    const hidden = Math.max(0, -(left + mark.left * stretch));
    const room = Math.max(0, mark.width * stretch - mark.wide - 12);
    const shift = Math.round(Math.min(hidden, room));
    const isCut = hidden > room + 8 && hidden < mark.width * stretch;
    if (mark.isCut !== isCut) mark.text.style.visibility = isCut ? "hidden" : "";
    mark.isCut = isCut;
    if (mark.shift === shift) return;
    mark.text.style.transform = `translateX(${shift}px)`;
    mark.shift = shift;
  }

  placeNow() {
    const x = this.view.x(this.plan.now);
    this.parts.now.hidden = x < -2 || x > this.view.width + 2;
    this.parts.nowLine.hidden = this.parts.now.hidden;
    this.parts.now.style.transform = `translateX(${x}px) translateX(-50%)`;
    this.parts.nowLine.style.transform = `translateX(${x - 1}px)`;
  }
}

// A part of the plan as one picture with its heading, axis, row names and legend: rectangles, lines, words
// and the bars, for a canvas or for paper.

import { fill } from "./board-dom.js";
import { Picture, layoutOf } from "./board-draw.js";
import { cut, widthOf } from "./board-labels.js";
import { ticks } from "./board-time.js";

export const NAMES = 206;
export const HEADING = 54;
const AXIS = 46;
const LEGEND = 26;
const PAD = 10;
const COLOURS = { ink: "#1f2a37", soft: "#55606d", line: "#e2dbd0", strong: "#c9c0b2", head: "#f1ebe0", axis: "#faf6ef", now: "#b3132b", paper: "#fffdfa" };

export class Scene {
  constructor(gantt, window, sheetWords) {
    Object.assign(this, { gantt, plan: gantt.plan, time: gantt.time, family: gantt.canvas.family, window, sheetWords, items: [] });
    const { from, to, top, bottom, width } = window;
    this.sheet = { seen: from, from, to, scale: (width - NAMES) / (to - from), width: width - NAMES, top, bottom, height: bottom - top, family: this.family };
    this.width = width;
  }

  // The bars are a figure for Plotly; all else is put around it.
  make() {
    const legend = this.legendLines();
    this.chartTop = HEADING + AXIS;
    this.height = this.chartTop + this.sheet.height + legend.length * LEGEND + PAD;
    this.box(0, 0, this.width, this.height, COLOURS.paper);
    this.heading();
    const marks = ticks(this.time, this.sheet.from, this.sheet.to, this.sheet.scale, (n) => this.plan.words.week.replace("{n}", n));
    this.axis(marks);
    this.put("bars", { x: NAMES, y: this.chartTop, width: this.sheet.width, height: this.sheet.height, figure: this.figure(marks) });
    this.heads();
    this.names();
    this.now();
    this.put("line", { x1: NAMES, y1: HEADING, x2: NAMES, y2: this.chartTop + this.sheet.height, stroke: COLOURS.strong });
    legend.forEach((line, at) => this.legend(line, this.chartTop + this.sheet.height + at * LEGEND));
    return this;
  }

  put(kind, values) { this.items.push({ kind, ...values }); }

  box(x, y, width, height, colour) { this.put("rect", { x, y, width, height, fill: colour }); }

  text(x, y, text, { size = 12, weight = 400, colour = COLOURS.ink, room = Infinity, anchor = "start" } = {}) {
    const font = `${weight} ${size}px ${this.family}`;
    const fits = room === Infinity ? text : cut(text, room, font, 1);
    if (fits) this.put("text", { x, y, text: fits, size, weight, fill: colour, anchor, family: this.family });
  }

  heading() {
    const { title, sub, printed } = this.sheetWords;
    this.text(PAD, 23, title, { size: 17, weight: 650, room: this.width * 0.6 });
    this.text(this.width - PAD, 23, printed, { colour: COLOURS.soft, anchor: "end" });
    this.text(PAD, 42, sub, { colour: COLOURS.soft, room: this.width - 2 * PAD });
  }

  axis({ upper, lower }) {
    this.box(0, HEADING, this.width, AXIS, COLOURS.axis);
    const row = (marks, y, look) => {
      for (const { at, end, text } of marks) {
        const [left, right] = [Math.max(this.x(at), NAMES), Math.min(this.x(end), this.width)];
        if (right - left < 3) continue;
        this.put("line", { x1: left, y1: y, x2: left, y2: y + AXIS / 2, stroke: COLOURS.strong });
        this.text(left + 5, y + 16, text, { ...look, room: right - left - 7 });
      }
    };
    row(upper, HEADING, { weight: 650 });
    row(lower, HEADING + AXIS / 2, { colour: "#4a5562" });
    this.put("line", { x1: 0, y1: this.chartTop, x2: this.width, y2: this.chartTop, stroke: COLOURS.strong });
  }

  x(ms) { return NAMES + (ms - this.sheet.from) * this.sheet.scale; }

  y(top) { return this.chartTop + top - this.sheet.top; }

  rows() { return this.gantt.canvas.layout.rows.filter((row) => row.top < this.sheet.bottom - 1 && row.top + row.height > this.sheet.top + 1); }

  heads() {
    for (const row of this.rows()) {
      const [from, to] = [Math.max(row.top, this.sheet.top), Math.min(row.top + row.height, this.sheet.bottom)];
      if (row.kind === "head") this.box(0, this.y(from), this.width, to - from, COLOURS.head);
      this.put("line", { x1: 0, y1: this.y(to), x2: this.width, y2: this.y(to), stroke: COLOURS.line });
    }
  }

  names() {
    for (const row of this.rows()) {
      if (row.top < this.sheet.top - row.height / 2 || row.top + row.height > this.sheet.bottom + row.height / 2) continue;
      const y = this.y(row.top);
      if (row.kind === "head") this.text(PAD, y + row.height / 2 + 4, row.title, { size: 12, weight: 650, colour: "#4d463a", room: NAMES * 2 });
      else if (row.kind === "order") this.order(row, y);
      else this.line(row, y + row.height / 2 + 4);
    }
  }

  order(row, y) {
    const late = row.late ? ` · ${this.plan.words.late}` : "";
    this.text(PAD, y + 18, `${row.title}${late}`, { size: 13, weight: 650, colour: row.late ? COLOURS.now : COLOURS.ink, room: NAMES - 2 * PAD });
    this.text(PAD, y + 34, row.sub, { colour: COLOURS.soft, room: NAMES - 2 * PAD });
    this.text(PAD, y + 49, this.gantt.names.under(row), { size: 11.5, colour: COLOURS.soft, room: NAMES - 2 * PAD });
  }

  line(row, y) {
    const wide = widthOf(row.title, `650 13px ${this.family}`);
    this.text(PAD + 4, y, row.title, { size: 13, weight: 650 });
    this.text(PAD + 12 + wide, y, row.sub, { size: 12, colour: COLOURS.soft, room: NAMES - wide - 3 * PAD });
  }

  now() {
    const x = this.x(this.plan.now);
    if (x < NAMES || x > this.width) return;
    this.put("line", { x1: x, y1: this.chartTop, x2: x, y2: this.chartTop + this.sheet.height, stroke: COLOURS.now, wide: 2 });
  }

  // The keys of the legend in as many lines as they take.
  legendLines() {
    const { painted } = this.gantt.looks;
    const { words } = this.plan;
    const keys = painted.keys.map((key) => ({ label: key.label, fill: key.swatch ?? key.fill }));
    keys.push({ label: words.late, fill: COLOURS.now, isStrip: true }, { label: words.closed, fill: "#e4dfd7" }, { label: words.changeover, fill: "#f5f0e7", isHatched: true }, { label: words.now, fill: COLOURS.now, isLine: true });
    const lines = [[]];
    let at = PAD;
    for (const key of keys) {
      const wide = widthOf(key.label, `400 12px ${this.family}`) + 36;
      if (at + wide > this.width - PAD && lines.at(-1).length) { lines.push([]); at = PAD; }
      lines.at(-1).push({ ...key, x: at });
      at += wide;
    }
    return lines;
  }

  legend(line, y) {
    for (const key of line) {
      const [x, top] = [key.x, y + 8];
      if (key.isLine) this.put("line", { x1: x + 6, y1: top - 1, x2: x + 6, y2: top + 14, stroke: key.fill, wide: 2 });
      else if (key.isStrip) { this.box(x, top, 8, 13, "#b9b2a6"); this.box(x + 9, top, 4, 13, key.fill); } else this.box(x, top, 13, 13, key.fill);
      if (key.isHatched && this.window.isFlat) this.put("rect", { x, y: top, width: 13, height: 13, fill: key.fill, stroke: "#a0957f" });
      else if (key.isHatched) for (const shift of [0, 5, 10]) this.put("line", { x1: x + shift, y1: top + 13, x2: x + shift + 3, y2: top, stroke: "#8d8271" });
      this.text(x + 19, top + 11, key.label);
    }
  }

  figure(marks) {
    const { gantt, sheet } = this;
    const picture = new Picture(this.plan, gantt.canvas.layout, sheet, gantt.canvas.look);
    const data = picture.traces();
    const layout = layoutOf(picture, sheet, marks.lower.map((tick) => tick.at), gantt.canvas.weekends(sheet), this.family);
    return { data, layout, config: { staticPlot: true, displayModeBar: false, responsive: false } };
  }
}

// What stands above the picture: the plan, what part of it, by which conditions, and when this was made.
export function sheetWords(gantt, from, to) {
  const { plan, time, parts } = gantt;
  const day = (ms) => time.format(ms, { year: "numeric", month: "short", day: "numeric" });
  const found = parts.foundChip.hidden ? [] : [parts.foundName.textContent];
  const conditions = [...found, ...gantt.looks.chips.conditions().map((own) => own.text)];
  const rows = parts.modes.find((button) => button.dataset.rows === gantt.state.rows).textContent.trim();
  const colours = parts.by.selectedOptions[0].textContent;
  return {
    title: `${plan.words.plan} ${plan.plan} · ${day(from)} – ${day(to - 1)}`,
    sub: [`${plan.words.rows}: ${rows}`, `${plan.words.colour_by}: ${colours}`, ...conditions].join(" · "),
    printed: fill(plan.words.printed, { at: `${day(plan.now)} ${time.hour(plan.now)}` }),
  };
}

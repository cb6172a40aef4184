// Draws a strip below the plan as SVG, in px of the plan's own sheet: columns a day or an hour wide, or a lane a kiln.

import { widthOf } from "./board-labels.js";
import { DAY, HOUR, ticks } from "./board-time.js";

const SPACE = "http://www.w3.org/2000/svg";
export const COLORS = {
  work: "#6f8aa5", free: "#e3eaf0", closed: "#e4dfd7", over: "#b3132b", empty: "#b3132b", green: "#dccfae", rim: "#9c8a5c",
  due: "#dcd4c5", late: "#b3132b", dryers: "#7c4a1e",
};
// Bodies in the order of their codes; unfired clay is grey, ochre and brown.
export const BODIES = ["#59636d", "#a4adb4", "#dcd5c6", "#c4a263", "#8a7a66", "#b98f74", "#7f9184", "#cbb9a8"];
// Above the columns their figures stand in one line.
export const HEAD = 17;
const FOOT = 1;
const WORDS = 30;

export function node(tag, values, ...content) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

const round = (value) => Math.round(value * 10) / 10;

export class Paper {
  constructor(sheet, height, time) {
    Object.assign(this, { sheet, height, time });
    this.svg = node("svg", { width: Math.round(sheet.width), height, viewBox: `0 0 ${Math.round(sheet.width)} ${height}`, focusable: "false" });
    this.svg.append(hatch());
    this.ground();
  }

  x(ms) { return (ms - this.sheet.from) * this.sheet.scale; }

  sees(from, to) { return to > this.sheet.from && from < this.sheet.to; }

  rect(x, y, width, height, look) {
    if (width <= 0 || height <= 0) return;
    this.svg.append(node("rect", { x: round(x), y: round(y), width: round(width), height: round(height), ...look }));
  }

  line(x1, y1, x2, y2, look) { this.svg.append(node("line", { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), ...look })); }

  path(d, look) { this.svg.append(node("path", { d, fill: "none", ...look })); }

  text(x, y, words, look = "") {
    this.svg.append(node("text", { x: round(x), y: round(y), class: look, "text-anchor": "middle" }, words));
  }

  // The same weekends and lines as behind the bars above.
  ground() {
    const { sheet, time } = this;
    if (sheet.scale * DAY >= 9) {
      for (let day = time.midnight(sheet.from); day < sheet.to; day = time.day(day, 1)) {
        if (time.isWeekend(day)) this.rect(this.x(day), 0, this.x(time.day(day, 1)) - this.x(day), this.height, { fill: "rgba(96,80,52,0.055)" });
      }
    }
    for (const tick of ticks(time, sheet.from, sheet.to, sheet.scale, () => "").lower) {
      this.line(this.x(tick.at), 0, this.x(tick.at), this.height, { stroke: "rgba(120,104,78,0.17)" });
    }
  }

  // A column's edges: a little air at both sides where there is room.
  column(from, to) {
    const [left, right] = [this.x(from), this.x(to)];
    const air = right - left > 60 ? 4 : right - left > 12 ? 1.5 : 0.4;
    return { x: left + air, width: right - left - 2 * air, middle: (left + right) / 2, room: right - left };
  }
}

function hatch() {
  const lines = node("path", { d: "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", stroke: "#a0957f", "stroke-width": 1.5 });
  const tile = node("pattern", { id: "under-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse" }, node("rect", { width: 6, height: 6, fill: "#f5f0e7" }), lines);
  return node("defs", {}, tile);
}

// A scale from 0 to a round number above the highest; `step` is half of it.
export function scale(most, height) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1e-9)));
  const top = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((value) => value >= most * 0.999) ?? 10 * power;
  return exact(most > 0 ? top : 1, height);
}

export function exact(top, height) { return { top, y: (value) => height - FOOT - ((height - FOOT - HEAD) * value) / top }; }

function guides(paper, { top, y }) {
  for (const share of [0.5, 1]) paper.line(0, y(top * share), paper.sheet.width, y(top * share), { stroke: "rgba(120,104,78,0.2)", "stroke-dasharray": "2 3" });
}

// Work, changing over and free time of a line, or of all lines of a stage; closed time stands on top.
export function load(paper, columns, axis, say) {
  guides(paper, axis);
  for (const { from, to, open, work, change, whole } of columns) {
    if (!paper.sees(from, to)) continue;
    const { x, width, middle, room } = paper.column(from, to);
    const piece = (low, high, look) => paper.rect(x, axis.y(high), width, axis.y(low) - axis.y(high), look);
    const used = work + change;
    piece(open, whole, { fill: COLORS.closed });
    piece(Math.min(used, open), open, { fill: COLORS.free });
    piece(0, Math.min(work, open), { fill: COLORS.work });
    piece(Math.min(work, open), Math.min(used, open), { fill: "url(#under-hatch)" });
    piece(open, Math.min(used, Math.max(whole, axis.top)), { fill: COLORS.over });
    if (room >= WORDS + 4 && (open || used)) paper.text(middle, HEAD - 5, say(used, open), used > open + 0.01 ? "is-bad" : "");
  }
}

// One lane for each kiln: the green tile before it, and in red when it stands empty.
export function feed(paper, lanes, say) {
  for (const lane of lanes) {
    const floor = lane.top + lane.height - 1.5;
    const y = (area) => floor - ((lane.height - 6) * area) / lane.most;
    for (const [start, end] of lane.closed) {
      if (paper.sees(start, end)) paper.rect(paper.x(start), lane.top + 1, paper.x(end) - paper.x(start), lane.height - 2, { fill: COLORS.closed });
    }
    const seen = lane.at.flatMap((at, index) => (paper.sees(at, lane.at[index + 1] ?? at + 1) || paper.sees(lane.at[index - 1] ?? at, at) ? [index] : []));
    if (seen.length) {
      const points = seen.map((index) => `${round(paper.x(lane.at[index]))},${round(y(lane.green[index]))}`);
      const [first, last] = [round(paper.x(lane.at[seen[0]])), round(paper.x(lane.at[seen[seen.length - 1]]))];
      paper.path(`M${first},${floor} L${points.join(" L")} L${last},${floor} Z`, { fill: COLORS.green });
      paper.path(`M${points.join(" L")}`, { stroke: COLORS.rim, "stroke-width": 1.2, "stroke-linejoin": "round" });
    }
    paper.line(0, lane.top + lane.height - 0.5, paper.sheet.width, lane.top + lane.height - 0.5, { stroke: "#e6decf" });
    for (const [start, end] of lane.empty) {
      if (!paper.sees(start, end)) continue;
      const wide = Math.max(paper.x(end) - paper.x(start), 2);
      paper.rect(paper.x(start), lane.top + 1, wide, lane.height - 2, { fill: COLORS.empty, "fill-opacity": 0.16 });
      paper.rect(paper.x(start), floor - 2.5, wide, 3, { fill: COLORS.empty });
    }
    hours(paper, lane, say);
  }
}

// The empty hours of a day: on the red where it has room, else beside it.
function hours(paper, lane, say) {
  for (const { from, to, minutes, start, end } of lane.days) {
    if (!minutes || !paper.sees(from, to)) continue;
    const words = say(minutes);
    const half = widthOf(words, `650 11.5px ${paper.sheet.family}`) / 2 + 4;
    if (paper.x(to) - paper.x(from) < 2 * half) continue;
    const fits = paper.x(end) - paper.x(start) >= 2 * half;
    const beside = paper.x(end) + 2 * half <= paper.x(to) ? paper.x(end) + half : paper.x(start) - half;
    paper.text(fits ? paper.x((start + end) / 2) : beside, lane.top + lane.height / 2 + 4, words, "is-bad is-plated");
  }
}

// Tonnes of each body on top of one another; the dashed line is what the spray dryers can make.
export function bodies(paper, columns, axis, say) {
  guides(paper, axis);
  let before = null;
  for (const { from, to, tonnes, dryers } of columns) {
    if (!paper.sees(from, to)) continue;
    const { x, width, middle, room } = paper.column(from, to);
    let base = 0;
    tonnes.forEach((own, index) => {
      paper.rect(x, axis.y(base + own), width, axis.y(base) - axis.y(base + own), { fill: BODIES[index % BODIES.length], stroke: "#fffdfa", "stroke-width": room > 12 ? 0.8 : 0 });
      base += own;
    });
    if (base && room >= WORDS) paper.text(middle, HEAD - 5, say(base, room));
    if (dryers === null) continue;
    const y = axis.y(dryers);
    if (before !== null && before !== y) paper.line(paper.x(from), before, paper.x(from), y, { stroke: COLORS.dryers, "stroke-width": 1.4 });
    paper.line(paper.x(from), y, paper.x(to), y, { stroke: COLORS.dryers, "stroke-width": 1.6, "stroke-dasharray": "6 4" });
    before = y;
  }
}

// What is due on each day, and in red what of it comes after.
export function due(paper, columns, axis, say) {
  guides(paper, axis);
  for (const { from, to, area, late } of columns) {
    if (!paper.sees(from, to)) continue;
    const { x, width, middle, room } = paper.column(from, to);
    paper.rect(x, axis.y(area), width, axis.y(late) - axis.y(area), { fill: COLORS.due });
    paper.rect(x, axis.y(late), width, axis.y(0) - axis.y(late), { fill: COLORS.late });
    if (room >= WORDS) paper.text(middle, HEAD - 5, say(late, room), late ? "is-bad" : "is-quiet");
  }
}

export const isFine = (sheetScale) => sheetScale * 24 * HOUR >= 250;

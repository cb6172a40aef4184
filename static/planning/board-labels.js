// Words on bars: measured, cut to fit, and given to Plotly as two traces of text.

import { eachWithin } from "./board-rows.js";
import { MINUTE } from "./board-time.js";

const WHITE = "#ffffff";
const DARK = "#26323f";
const ROSE = "#7c2634";
const GREY = "#5b5346";

// Words are of one size, and stand only on bars that are high enough for them.
const SIZE = 12;
const LEAST_LANE = 14;
const PAD = 3.5;
// What marks a late bar at its end, in px.
export const STRIP = 4;
export const RIM = 1.5;

const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

export function widthOf(text, font) {
  const key = `${font} ${text}`;
  if (!widths.has(key)) {
    pen.font = font;
    widths.set(key, pen.measureText(text).width);
  }
  return widths.get(key);
}

// The longest beginning that fits, with a mark that something is missing; "" where hardly a sign fits.
export function cut(text, room, font, least = 5) {
  if (widthOf(text, font) <= room) return text;
  let keep = Math.floor((text.length * room) / Math.max(widthOf(text, font), 1));
  while (keep > 0 && widthOf(`${text.slice(0, keep)}…`, font) > room) keep -= 1;
  return keep >= least ? `${text.slice(0, keep).trimEnd()}…` : "";
}

// A tile's code as long as it fits: without its last parts, then only the part that tells it from others.
export function shortened(code, telling, room, font) {
  const parts = code.split("-");
  if (parts.length === 1) return cut(code, room, font, 3);
  const ways = [code, parts.slice(0, telling + 1).join("-"), parts[telling]];
  return ways.find((way) => way && widthOf(way, font) <= room) ?? "";
}

export class Labels {
  constructor(sheet, plan) {
    Object.assign(this, { sheet, plan });
    this.left = { x: [], y: [], text: [], color: [] };
    this.middle = { x: [], y: [], text: [], color: [] };
  }

  room(from, to) { return (to - from) * this.sheet.scale; }

  put(into, ms, y, text, color) {
    into.x.push((ms - this.sheet.from) / MINUTE);
    into.y.push(y);
    into.text.push(plain(text));
    into.color.push(color);
  }

  // Answers how many px of the bar its words take, from the left edge that is in sight.
  bar(bar, start, row, lane) {
    if (lane.height < LEAST_LANE) return 0;
    const { bars } = this.plan;
    const begin = bars.end[bar] > this.sheet.seen ? Math.max(start, this.sheet.seen) : start;
    const room = this.room(begin, bars.end[bar]) - PAD - (this.plan.isLateBar(bar) ? STRIP + RIM + 1 : 3);
    if (room < 6) return 0;
    const lot = bars.lot[bar];
    const mark = this.mark(bar);
    const first = this.fit(mark, row.kind === "order" ? this.plan.lots.kiln[lot] : this.plan.lots.label[lot], room);
    const place = { at: begin + PAD / this.sheet.scale, y: lane.top + lane.height / 2, color: bars.derived[bar] || this.plan.isFinished(bar) ? DARK : WHITE };
    if (!first) return this.lone(mark, begin, bars.end[bar], place);
    if (row.kind === "order") return this.words(place, [first, this.plan.lots.label[lot]], room, false);
    return this.words(place, [first, this.plan.lots.whose[lot] || this.plan.words.for_stock], room, lane.height >= 33);
  }

  fit(mark, code, room) {
    const before = mark ? `${mark} ` : "";
    const text = shortened(code, this.plan.telling, room - widthOf(before, this.font()), this.font());
    return text && before + text;
  }

  // The mark of what is done or runs stands even where no word does.
  lone(mark, from, to, { y, color }) {
    if (mark && widthOf(mark, this.font()) < this.room(from, to)) this.put(this.middle, (from + to) / 2, y, mark, color);
    return 0;
  }

  words({ at, y, color }, [first, second], room, isTall) {
    const both = `${first} · ${second}`;
    const isBoth = !isTall && second && widthOf(both, this.font()) <= room;
    const below = isTall ? cut(second, room, this.font()) : "";
    this.put(this.left, at, below ? y - 8 : y, isBoth ? both : first, color);
    if (below) this.put(this.left, at, y + 8, below, color);
    return PAD + Math.max(widthOf(isBoth ? both : first, this.font()), widthOf(below, this.font()));
  }

  mark(bar) {
    if (this.plan.isFinished(bar)) return "✓";
    if (this.plan.isPaused(bar)) return "‖";
    return this.plan.isRunning(bar) ? "▸" : "";
  }

  // Minutes on the working part of a changeover; answers how wide the words are, 0 where they do not fit.
  changeover(bar, [from, to], lane) {
    const text = `${this.plan.bars.change[bar]}′`;
    const wide = widthOf(text, this.font()) + 6;
    if (lane.height < LEAST_LANE || wide + 4 > this.room(from, to)) return 0;
    this.put(this.middle, (from + to) / 2, lane.top + lane.height / 2, text, DARK);
    return wide;
  }

  closure(index, row, lane) {
    const { closures } = this.plan;
    const reason = closures.reason[index];
    const [from, to] = this.free(lane, closures.start[index], closures.end[index]);
    if (row.height < LEAST_LANE) return;
    const text = cut(reason || this.plan.words.closed, this.room(from, to) - 6, this.font());
    if (text) this.put(this.middle, (from + to) / 2, row.top + row.height / 2, text, reason ? ROSE : GREY);
  }

  // The first stretch of a window of time in which no bar lies.
  free(lane, start, end) {
    const { bars } = this.plan;
    let [from, to] = [start, end];
    eachWithin(this.plan, lane, start, end, (bar) => {
      if (bars.start[bar] <= from) from = Math.max(from, bars.end[bar]);
      else to = Math.min(to, bars.start[bar]);
    });
    return [from, to];
  }

  font() { return `${SIZE}px ${this.sheet.family}`; }

  traces(base) {
    const trace = (from, textposition) => ({
      ...base, mode: "text", x: from.x, y: from.y, text: from.text, textposition, textfont: { color: from.color, size: SIZE },
    });
    return [trace(this.left, "middle right"), trace(this.middle, "middle center")];
  }
}

// Plotly reads mark-up in labels; signs that look alike mean nothing to it.
export function plain(text) {
  return text.replace(/&/g, "＆").replace(/</g, "‹").replace(/>/g, "›");
}

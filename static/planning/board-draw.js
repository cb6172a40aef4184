// Turns the rows in a window into Plotly traces: one for each kind of bar, none for a single bar.

import { DAY, MINUTE } from "./board-time.js";
import { Labels, RIM, STRIP } from "./board-labels.js";
import { eachWithin } from "./board-rows.js";

const DIM = "#e4dfd6";
const LATE = "#b3132b";
// Marks thinner than this many px are not drawn.
const THIN = 2.5;
// The least width of what is finished, in px: room for its tick.
const TICKED = 15;
const CLEAR = "rgba(255,255,255,0)";
const PAPER = "#fffdfa";

export class Picture {
  constructor(plan, layout, sheet, look) {
    Object.assign(this, { plan, layout, sheet, look });
    this.groups = new Map();
    this.labels = new Labels(sheet, plan);
    this.marks = { x: [], y: [], text: [] };
    this.dues = { x: [], y: [], color: [] };
    this.shapes = [];
  }

  traces() {
    for (const row of this.layout.rows) {
      if (row.top > this.sheet.bottom || row.top + row.height < this.sheet.top) continue;
      if (row.kind === "line") this.closures(row);
      if (row.kind === "order") this.due(row);
      for (const lane of row.lanes) {
        eachWithin(this.plan, lane, this.sheet.from, this.sheet.to, (bar) => this.bar(bar, row, lane));
      }
    }
    return [...[...this.groups.values()].sort((a, b) => a.order - b.order).map((group) => group.trace), ...this.scatters()];
  }

  // Minutes since the sheet's own beginning keep numbers small and exact.
  x(ms) { return (ms - this.sheet.from) / MINUTE; }

  group(name, order, marker) {
    if (!this.groups.has(name)) {
      const trace = {
        type: "bar", name, orientation: "h", y: [], base: [], x: [], width: [], hoverinfo: "skip", marker: { line: { width: 1, color: PAPER }, ...marker },
      };
      this.groups.set(name, { order, trace });
    }
    return this.groups.get(name).trace;
  }

  add(trace, from, to, top, height) {
    trace.base.push(this.x(from));
    trace.x.push((to - from) / MINUTE);
    trace.y.push(top + height / 2);
    trace.width.push(height);
  }

  bar(bar, row, lane) {
    const { bars } = this.plan;
    const lot = bars.lot[bar];
    const isShown = this.look.shows(bar);
    const start = this.start(bar);
    const end = bars.end[bar];
    const wide = (bars.start[bar] - bars.ready[bar]) * this.sheet.scale;
    if (wide >= THIN && row.kind === "line") this.changeover(bar, lane);
    this.add(this.body(bar, isShown), start, end, lane.top, lane.height);
    if (row.kind === "line") this.rests(bar, row, lane);
    if (!isShown) return;
    this.progress(bar, lane);
    const taken = this.labels.bar(bar, start, row, lane);
    if (this.isLate(bar, row, lane)) this.late(bar, lane, taken);
  }

  // What was done in no time is still to be seen, and ends when it ended.
  start(bar) {
    const { bars } = this.plan;
    return this.plan.isFinished(bar) ? Math.min(bars.start[bar], bars.end[bar] - TICKED / this.sheet.scale) : bars.start[bar];
  }

  body(bar, isShown) {
    if (!isShown) return this.group("dim", 2, { color: DIM });
    const { fill, pale, at } = this.look.paint(bar);
    const isPale = this.plan.bars.derived[bar] || this.plan.isFinished(bar);
    return this.group(`bar ${isPale} ${at}`, isPale ? 2 : 3, { color: isPale ? pale : fill });
  }

  // Where a bar spans closed time its work rests: hatched, so that neither the bar nor its words are covered.
  rests(bar, row, lane) {
    const { bars, closures } = this.plan;
    for (const index of this.plan.closuresWithin(row.line, bars.start[bar], bars.end[bar])) {
      const fgcolor = bars.derived[bar] ? "rgba(160,72,86,0.4)" : "rgba(255,255,255,0.24)";
      const trace = this.group(`rest ${fgcolor}`, 4, { color: CLEAR, line: { width: 0 }, pattern: { shape: "\\", size: 7, solidity: 0.22, fgcolor, bgcolor: CLEAR } });
      this.add(trace, Math.max(closures.start[index], bars.start[bar]), Math.min(closures.end[index], bars.end[bar]), lane.top, lane.height);
    }
  }

  changeover(bar, lane) {
    const trace = this.group("changeover", 1, {
      color: CLEAR,
      pattern: { shape: "/", size: 6, solidity: 0.3, fgcolor: "#a0957f", bgcolor: "#f5f0e7" },
    });
    const inset = Math.round(lane.height * 0.12);
    const parts = this.plan.changing(bar);
    for (const [from, to] of parts) this.add(trace, from, to, lane.top + inset, lane.height - 2 * inset);
    const longest = parts.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
    const wide = this.labels.changeover(bar, longest, lane);
    if (!wide) return;
    const middle = (longest[0] + longest[1]) / 2;
    const half = wide / 2 / this.sheet.scale;
    this.add(this.group("plate", 2, { color: "#f5f0e7", line: { width: 0 } }), middle - half, middle + half, lane.top + lane.height / 2 - 7, 14);
  }

  progress(bar, lane) {
    const until = this.plan.reached(bar);
    if (until === null || (until - this.plan.bars.start[bar]) * this.sheet.scale < THIN) return;
    const color = this.plan.isFinished(bar) ? this.plan.families.fill[this.plan.family(this.plan.bars.lot[bar])] : "rgba(15,23,32,0.5)";
    const height = Math.max(2, Math.min(4, lane.height * 0.2));
    this.add(this.group(`reached ${color}`, 5, { color, line: { width: 0 }, cornerradius: 1 }), this.plan.bars.start[bar], until, lane.top + lane.height - height, height);
  }

  isLate(bar, row, lane) {
    if (this.plan.bars.derived[bar] || this.plan.isFinished(bar)) return false;
    return row.kind === "order" ? row.late > 0 && lane.height >= 12 : this.plan.isLateBar(bar);
  }

  // A red strip at the end of a late bar; the sign beside it only where words have left it room.
  late(bar, lane, taken) {
    const { bars } = this.plan;
    const { scale, seen } = this.sheet;
    const wide = (bars.end[bar] - bars.start[bar]) * scale;
    const end = bars.end[bar] - Math.min(RIM, wide / 6) / scale;
    this.add(this.group("late", 5, { color: LATE, cornerradius: 2 }), end - Math.min(STRIP, wide / 3) / scale, end, lane.top + 2, lane.height - 4);
    const room = (bars.end[bar] - Math.max(bars.start[bar], Math.min(seen, bars.end[bar]))) * scale - taken - STRIP - RIM;
    if (!taken || lane.height < 14 || room < 18) return;
    this.marks.x.push(this.x(bars.end[bar] - (STRIP + RIM + 8.5) / scale));
    this.marks.y.push(lane.top + lane.height / 2);
    this.marks.text.push("!");
  }

  closures(row) {
    const { closures } = this.plan;
    for (const index of this.plan.closuresOfLine[row.line]) {
      const [start, end] = [closures.start[index], closures.end[index]];
      if (end < this.sheet.from || start > this.sheet.to) continue;
      const isWork = closures.reason[index] !== "";
      const trace = isWork
        ? this.group("maintenance", 0, { color: "#f3dcdf", line: { width: 1, color: "#c08a92" } })
        : this.group("closed", 0, { color: "#e4dfd7", line: { width: 0 } });
      this.add(trace, start, end, row.top + 1, row.height - 2);
      this.labels.closure(index, row, row.lanes[0]);
    }
    this.downs(row);
  }

  // A line that is down is hatched in red: nobody has planned for it.
  downs(row) {
    const { downs } = this.plan;
    for (const index of this.plan.downsOfLine[row.line]) {
      if (downs.end[index] < this.sheet.from || downs.start[index] > this.sheet.to) continue;
      const trace = this.group("down", 0, { color: "#f3c3c9", line: { width: 1.5, color: LATE }, pattern: { shape: "/", size: 8, solidity: 0.2, fgcolor: "#c9495c", bgcolor: "#f3c3c9" } });
      this.add(trace, downs.start[index], downs.end[index], row.top + 1, row.height - 2);
      const over = this.group("down over", 6, { color: CLEAR, line: { width: 0 }, pattern: { shape: "/", size: 8, solidity: 0.22, fgcolor: "rgba(190,24,49,0.75)", bgcolor: "rgba(255,236,238,0.4)" } });
      this.add(over, downs.start[index], downs.end[index], row.top + 1, row.height - 2);
    }
  }

  // Where an order is due; a red line says how far it is overrun, a grey one ties its stages together.
  due(row) {
    const y = row.top + row.height / 2;
    this.flow(row);
    if (row.due < this.sheet.from || row.due > this.sheet.to) {
      if (!row.late) return;
    } else {
      this.dues.x.push(this.x(row.due));
      this.dues.y.push(y);
      this.dues.color.push(row.late ? LATE : "#26323f");
    }
    if (row.late) {
      this.shapes.push({
        type: "line", x0: this.x(row.due), x1: this.x(row.due + row.late * MINUTE), y0: y, y1: y,
        line: { color: LATE, width: 1.5, dash: "dot" },
      });
    }
  }

  flow(row) {
    const { bars } = this.plan;
    const own = row.lanes.flatMap((lane) => lane.bars);
    const from = Math.max(Math.min(...own.map((bar) => bars.start[bar])), this.sheet.from);
    const to = Math.min(Math.max(...own.map((bar) => bars.end[bar])), this.sheet.to);
    if (to > from) this.add(this.group("flow", 0, { color: "#f6f1e8", line: { width: 1, color: "#e4dbc9" } }), from, to, row.top + 5, row.height - 11);
  }

  scatters() {
    const base = { type: "scatter", hoverinfo: "skip", cliponaxis: true };
    return [
      ...this.labels.traces(base),
      { ...base, mode: "markers", x: this.dues.x, y: this.dues.y, marker: { symbol: "diamond", size: 11, color: this.dues.color, line: { color: "#fff", width: 1.5 } } },
      {
        ...base, mode: "markers+text", ...this.marks, textposition: "middle center",
        textfont: { color: "#fff", size: 10, weight: 700 },
        marker: { symbol: "circle", size: 13, color: LATE, line: { color: "#fff", width: 1 } },
      },
    ].filter((trace) => trace.x.length);
  }

  frame(grid, weekends) {
    const { sheet } = this;
    const bands = weekends.map(([from, to]) => ({
      type: "rect", layer: "below", x0: this.x(from), x1: this.x(to), y0: sheet.top, y1: sheet.bottom,
      fillcolor: "rgba(96,80,52,0.055)", line: { width: 0 },
    }));
    const lines = grid.map((at) => ({
      type: "line", layer: "below", x0: this.x(at), x1: this.x(at), y0: sheet.top, y1: sheet.bottom, line: { color: "rgba(120,104,78,0.17)", width: 1 },
    }));
    return [...bands, ...lines, ...this.shapes];
  }
}

export function layoutOf(picture, sheet, grid, weekends, family) {
  return {
    width: sheet.width, height: sheet.height, autosize: false, margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
    xaxis: { type: "linear", range: [0, (sheet.to - sheet.from) / MINUTE], visible: false, fixedrange: true },
    yaxis: { range: [sheet.bottom, sheet.top], visible: false, fixedrange: true },
    barmode: "overlay", barcornerradius: sheet.scale * DAY > 90 ? 4 : 1.5, showlegend: false, hovermode: false, dragmode: false,
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family },
    shapes: picture.frame(grid, weekends),
  };
}

// The plan as it came from the server, with the questions that the page asks of it.

import { MINUTE } from "./board-time.js";

export class Plan {
  constructor(columns, words, language) {
    this.words = words;
    this.language = language;
    this.take(columns);
  }

  // Take in what the server says now, in place of what it said before.
  take(columns) {
    Object.assign(this, columns);
    this.told = { now: columns.now, since: performance.now() };
    this.count = this.bars.lot.length;
    this.barsOfLot = gathered(this.bars.lot, this.lots.code.length);
    this.pegsOfLot = gathered(this.pegs.lot, this.lots.code.length);
    this.pegsOfOrder = gathered(this.pegs.order, this.orders.number.length);
    this.lotAt = new Map(this.lots.code.map((code, index) => [code, index]));
    this.barsOfLine = gathered(this.bars.line, this.lines.code.length);
    this.downsOfLine = gathered(this.downs.line, this.lines.code.length);
    this.closuresOfLine = gathered(this.closures.line, this.lines.code.length);
    this.first = this.count ? least(this.bars.ready, this.bars.start) : this.now;
    this.last = this.count ? this.bars.end.reduce((a, b) => Math.max(a, b)) : this.now;
    this.telling = tellingPart(this.tiles.code);
    this.lateLots = this.lots.late.flatMap((late, lot) => (late > 0 ? [lot] : [])).sort((a, b) => this.lots.late[b] - this.lots.late[a]);
  }

  tick() { this.now = this.told.now + performance.now() - this.told.since; }

  // A bar by what it is rather than by where it stands in the columns.
  nameOf(bar) { return `${this.lots.code[this.bars.lot[bar]]}\t${this.lines.code[this.bars.line[bar]]}`; }

  barNamed(name) {
    const lot = this.lotAt.get(name.split("\t")[0]);
    return this.barsOfLot[lot]?.find((bar) => this.nameOf(bar) === name) ?? null;
  }

  tileName(lot) { return this.tiles[this.language === "zh" ? "zh" : "en"][this.lots.tile[lot]]; }

  tileCode(lot) { return this.tiles.code[this.lots.tile[lot]]; }

  family(lot) { return this.tiles.family[this.lots.tile[lot]]; }

  isLate(lot) { return this.lots.late[lot] > 0; }

  // What is finished is as late as it happened to be; the plan's word no longer counts.
  isLateBar(bar) { return this.isLate(this.bars.lot[bar]) && !this.bars.derived[bar] && !this.isFinished(bar); }

  isFinished(bar) { return this.bars.finished[bar] !== null; }

  isRunning(bar) { return this.bars.started[bar] !== null && this.bars.finished[bar] === null; }

  isPaused(bar) { return this.isRunning(bar) && this.bars.paused[bar] !== null; }

  // Until when a bar's work is told or, while it runs, thought to have come.
  reached(bar) {
    if (this.isFinished(bar)) return this.bars.end[bar];
    if (!this.isRunning(bar)) return null;
    return Math.min(Math.max(this.now, this.bars.start[bar] + MINUTE), this.bars.end[bar]);
  }

  stage(bar) { return this.lines.stage[this.bars.line[bar]]; }

  stageName(stage) { return Object.hasOwn(this.words.names, stage) ? this.words.names[stage] : stage; }

  closuresWithin(line, from, to) {
    const { start, end } = this.closures;
    return this.closuresOfLine[line].filter((index) => start[index] < to && end[index] > from);
  }

  // When a changeover is at work: a kiln's goes on while the kiln is closed, another line's rests.
  changing(bar) {
    const [from, to, line] = [this.bars.ready[bar], this.bars.start[bar], this.bars.line[bar]];
    if (this.stage(bar) === "firing") return [[from, to]];
    let parts = [[from, to]];
    for (const index of this.closuresWithin(line, from, to)) {
      const [start, end] = [this.closures.start[index], this.closures.end[index]];
      parts = parts.flatMap(([a, b]) => [[a, Math.min(b, start)], [Math.max(a, end), b]].filter(([c, d]) => c < d));
    }
    return parts;
  }

  // The bars of a line or a lot, in the order of their starts.
  inTime(bars) { return [...bars].sort((a, b) => this.bars.start[a] - this.bars.start[b] || this.bars.end[a] - this.bars.end[b]); }
}

// Which part of codes such as G88-CRM-P tells most of them apart.
function tellingPart(codes) {
  const parts = codes.map((code) => code.split("-"));
  const most = Math.min(...parts.map((own) => own.length));
  const apart = Array.from({ length: Number.isFinite(most) ? most : 0 }, (_, at) => new Set(parts.map((own) => own[at])).size);
  return Math.max(apart.indexOf(Math.max(...apart)), 0);
}

function gathered(keys, count) {
  const groups = Array.from({ length: count }, () => []);
  keys.forEach((key, index) => { if (key >= 0) groups[key].push(index); });
  return groups;
}

function least(...columns) {
  return Math.min(...columns.map((column) => column.reduce((a, b) => Math.min(a, b))));
}

// The four strips: what each reads of the server's columns, how it is drawn, and what it says of a day or hour.

import { fill } from "./board-dom.js";
import { BODIES, bodies, due, exact, feed, load, scale } from "./board-strips-draw.js";
import { HOUR, MINUTE } from "./board-time.js";

const total = (numbers) => numbers.reduce((sum, own) => sum + own, 0);
const LANE = 25;

class Strip {
  constructor(plan, time, say) {
    Object.assign(this, { plan, time, say, words: plan.words.under });
  }

  height(room) { return room; }

  // The cells of the data as [index, from, to].
  cells(data) { return data.cells.slice(0, -1).map((from, index) => ({ index, from, to: data.cells[index + 1] })); }

  columnAt(data, ms) { return this.columns(data).find(({ from, to }) => from <= ms && ms < to) ?? null; }

  within(data, from, to) { return this.columns(data).filter((column) => column.to > from && column.from < to); }

  lanes() { return []; }

  unitsOf(heads, units) { return heads.map((head, index) => (units[index] ? `${head} (${units[index]})` : head)); }
}

// Minutes used against minutes open, of one line or of a stage.
export class Load extends Strip {
  legend() {
    const { words } = this;
    return [["is-work", words.work], ["hatched", this.plan.words.changeover], ["is-free", words.free], ["is-shut", this.plan.words.closed], ["is-over", words.over]];
  }

  row(data) {
    const [stage, line = ""] = this.of.split("/");
    const { load: rows } = data;
    const found = rows.stage.findIndex((own, index) => own === stage && rows.line[index] === line);
    return found < 0 ? Math.max(rows.stage.findIndex((own, index) => own === "firing" && !rows.line[index]), 0) : found;
  }

  columns(data) {
    const { load: rows } = data;
    const row = this.row(data);
    if (!rows.stage.length) return [];
    const lines = rows.line[row] ? 1 : rows.stage.filter((own, index) => own === rows.stage[row] && rows.line[index]).length;
    return this.cells(data).map(({ index, from, to }) => ({
      from, to, open: rows.open[row][index], work: rows.work[row][index], change: rows.change[row][index], whole: (lines * Math.max(to - Math.max(from, data.epoch), 0)) / MINUTE,
    }));
  }

  axis(data, height) { return exact(Math.max(1, ...this.columns(data).map((column) => column.whole)), height); }

  draw(paper, data) { load(paper, this.columns(data), this.axis(data, paper.height), (used, open) => this.say.share(used, open)); }

  scaleWords(value) { return value ? this.say.brief(value) : "0"; }

  title(data) {
    const { load: rows } = data;
    const row = this.row(data);
    const code = rows.line[row];
    if (!code) return fill(this.words.all_of, { stage: this.plan.stageName(rows.stage[row] ?? "firing") });
    const line = this.plan.lines.code.indexOf(code);
    return line < 0 ? code : `${code} ${this.plan.lines.name[line]}`;
  }

  heads() { return [this.words.available, this.words.work, this.plan.words.changeover, this.words.free, this.plan.words.closed, this.words.load]; }

  values({ open, work, change, whole }, say = this.say) {
    const used = work + change;
    return [open, work, change, Math.max(open - used, 0), whole - open].map((minutes) => say.hours(minutes)).concat(say.share(used, open));
  }

  facts(column) {
    const isBad = column.work + column.change > column.open + 0.01;
    return this.values(column).map((value, index) => ({ name: this.heads()[index], value, isBad: isBad && index === 5 }));
  }

  sum(data, from, to) {
    const columns = this.within(data, from, to);
    const used = total(columns.map((column) => column.work + column.change));
    return fill(this.words.load_in_sight, { share: this.say.share(used, total(columns.map((column) => column.open))) });
  }

  table(data, from, to) {
    const heads = this.unitsOf(this.heads(), Array(5).fill(this.say.hour));
    return { heads, rows: this.within(data, from, to).map((column) => [this.say.when(column.from, column.to), ...this.values(column, this.say.bare)]) };
  }

  note(data) { return data.load.stage[this.row(data)] === "forming" ? this.words.paced : ""; }
}

// Green tile before each kiln, and the hours in which a kiln stands empty.
export class Feed extends Strip {
  legend() { return [["is-green", this.words.green], ["is-empty", this.words.empty], ["is-shut", this.plan.words.closed]]; }

  height(room, data) { return Math.max(room, LANE * (data?.kilns.code.length ?? 0)); }

  columns(data) { return this.cells(data); }

  lanes(data, height) {
    const { kilns } = data;
    const high = height / Math.max(kilns.code.length, 1);
    const most = Math.max(1, ...kilns.green.flat());
    return kilns.code.map((code, kiln) => {
      const line = this.plan.lines.code.indexOf(code);
      const closed = line < 0 ? [] : this.plan.closuresOfLine[line].map((index) => [this.plan.closures.start[index], this.plan.closures.end[index]]);
      const empty = kilns.from[kiln].map((from, index) => [from, kilns.to[kiln][index]]);
      const days = this.cells(data).map(({ index, from, to }) => ({ from, to, minutes: kilns.empty[kiln][index], ...longest(empty, from, to) }));
      return { kiln, code, name: this.plan.lines.name[line] ?? "", top: kiln * high, height: high, most, closed, empty, days, at: kilns.at[kiln], green: kilns.green[kiln] };
    });
  }

  draw(paper, data) { feed(paper, this.lanes(data, paper.height), (minutes) => this.say.brief(minutes)); }

  title(data, lane) { return lane === null ? this.words.feed : `${data.kilns.code[lane]} ${this.lanes(data, 1)[lane].name}`; }

  // What stands before a kiln at a moment, between the corners that the server tells.
  green(data, lane, ms) {
    const [at, green] = [data.kilns.at[lane], data.kilns.green[lane]];
    const after = at.findIndex((own) => own > ms);
    if (after <= 0) return 0;
    const share = (ms - at[after - 1]) / (at[after] - at[after - 1]);
    return green[after - 1] + share * (green[after] - green[after - 1]);
  }

  heads() { return [this.words.empty, this.words.formed, this.words.fired, this.words.green_at_end]; }

  // After its last work a kiln is not empty: nobody has planned it yet.
  empty({ kilns }, { index, from }, lane, say) {
    return kilns.until[lane] === null || from >= kilns.until[lane] ? this.words.unplanned : say.hours(kilns.empty[lane][index]);
  }

  values(data, column, lane, say = this.say) {
    const { kilns } = data;
    const { index, to } = column;
    return [this.empty(data, column, lane, say), say.area(kilns.formed[lane][index]), say.area(kilns.fired[lane][index]), say.area(Math.round(this.green(data, lane, to)))];
  }

  facts(column, data, lane, ms) {
    const facts = this.values(data, column, lane).map((value, index) => ({ name: this.heads()[index], value, isBad: !index && data.kilns.empty[lane][column.index] > 0 }));
    if (ms === null) return facts;
    return [...facts, { name: fill(this.words.green_at, { time: this.time.hour(ms) }), value: this.say.area(Math.round(this.green(data, lane, ms))) }];
  }

  note(data, lane) { return data.kilns.buffer[lane ?? 0] ? fill(this.words.buffer, { time: fill(this.plan.words.minutes, { n: data.kilns.buffer[lane ?? 0] }) }) : ""; }

  sum(data, from, to) {
    const columns = this.within(data, from, to);
    const minutes = total(data.kilns.empty.map((own) => total(columns.map(({ index }) => own[index]))));
    return fill(this.words.empty_in_sight, { time: this.say.hours(minutes) });
  }

  table(data, from, to) {
    const rows = this.within(data, from, to).flatMap((column) => data.kilns.code.map((code, lane) => [this.say.when(column.from, column.to), code, ...this.values(data, column, lane, this.say.bare)]));
    return { heads: [this.words.kiln, ...this.unitsOf(this.heads(), [this.say.hour, "m²", "m²", "m²"])], rows };
  }
}

// The longest red that lies in a cell.
function longest(spans, from, to) {
  const own = spans.filter(([start, end]) => start < to && end > from).map(([start, end]) => [Math.max(start, from), Math.min(end, to)]);
  const [start, end] = own.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a), [from, from]);
  return { start, end };
}

// Spray-dried body that the presses take, by code, against what the dryers can make.
export class Bodies extends Strip {
  legend(data) {
    const codes = (data?.bodies.code ?? []).map((code, index) => [BODIES[index % BODIES.length], code]);
    return data?.dryers.code.length ? [...codes, ["is-dryers", this.words.dryers]] : codes;
  }

  columns(data) {
    return this.cells(data).map(({ index, from, to }) => ({
      from, to, tonnes: data.bodies.tonnes.map((own) => own[index]), dryers: data.dryers.tonnes[index] ?? null,
    }));
  }

  axis(data, height) { return scale(Math.max(...this.columns(data).map(({ tonnes, dryers }) => Math.max(total(tonnes), dryers ?? 0))), height); }

  draw(paper, data) { bodies(paper, this.columns(data), this.axis(data, paper.height), (value, room) => this.say.above(value, room)); }

  scaleWords(value) { return value ? `${this.say.whole.format(value)} t` : "0"; }

  title() { return this.words.body; }

  heads(data) { return [...data.bodies.code, this.words.together, ...(data.dryers.code.length ? [this.words.dryers] : [])]; }

  values({ tonnes, dryers }, say = this.say) { return [...tonnes, total(tonnes), ...(dryers === null ? [] : [dryers])].map((value) => say.tonnes(value)); }

  facts(column, data) { return this.values(column).map((value, index) => ({ name: this.heads(data)[index], value })); }

  sum(data, from, to) {
    return fill(this.words.body_in_sight, { weight: `${this.say.whole.format(total(this.within(data, from, to).map(({ tonnes }) => total(tonnes))))} t` });
  }

  note(data) {
    const [from, to] = data.cells;
    const per = to - from > HOUR ? this.words.per_day : this.words.per_hour;
    return data.bodies.unknown.length ? fill(this.words.unknown, { tiles: data.bodies.unknown.join(", ") }) : per;
  }

  table(data, from, to) {
    const heads = this.unitsOf(this.heads(data), this.heads(data).map(() => "t"));
    return { heads, rows: this.within(data, from, to).map((column) => [this.say.when(column.from, column.to), ...this.values(column, this.say.bare)]) };
  }
}

// m² by the day on which they are due, and how much of them is ready only after it.
export class Due extends Strip {
  legend() { return [["is-due", this.words.due_in_time], ["is-late", this.words.due_late]]; }

  columns(data) { return data.due.from.map((from, index) => ({ from, to: data.due.to[index], area: data.due.area[index], late: data.due.late[index], count: data.due.count[index] })); }

  axis(data, height) { return scale(Math.max(0, ...data.due.area), height); }

  draw(paper, data) { due(paper, this.columns(data), this.axis(data, paper.height), (value, room) => this.say.above(value, room)); }

  scaleWords(value) { return value ? `${this.say.short.format(value)} m²` : "0"; }

  title() { return this.words.late; }

  heads() { return [this.words.due, this.words.due_late, this.words.late_count]; }

  values({ area, late, count }, say = this.say) { return [say.area(area), say.area(late), say.whole.format(count)]; }

  facts(column) { return this.values(column).map((value, index) => ({ name: this.heads()[index], value, isBad: index > 0 && column.late > 0 })); }

  note() { return ""; }

  sum(data, from, to) {
    return fill(this.words.late_in_sight, { area: `${this.say.whole.format(total(this.within(data, from, to).map(({ late }) => late)))} m²` });
  }

  table(data, from, to) {
    const heads = this.unitsOf(this.heads(), ["m²", "m²"]);
    return { heads, rows: this.within(data, from, to).map((column) => [this.say.when(column.from, column.to), ...this.values(column, this.say.bare)]) };
  }
}

export const KINDS = { load: Load, feed: Feed, body: Bodies, late: Due };

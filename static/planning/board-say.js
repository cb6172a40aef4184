// A bar in words: for the card beside the pointer, for the live line, for the table of late lots.

import { fill, icon, make } from "./board-dom.js";
import { duration } from "./board-time.js";

const MOST_PEGS = 6;

export class Words {
  constructor(plan, time) {
    Object.assign(this, { plan, time, words: plan.words });
    this.colour = (bar) => plan.families.fill[plan.family(plan.bars.lot[bar])];
    this.numbers = new Intl.NumberFormat(time.locale, { maximumFractionDigits: 0 });
  }

  clock(ms) { return this.time.hour(ms); }

  area(value) { return `${this.numbers.format(value)} m²`; }

  minutes(value) { return duration(value, this.words); }

  times(bar) { return this.fromTo(this.plan.bars.start[bar], this.plan.bars.end[bar]); }

  fromTo(start, end) {
    const isOneDay = this.time.midnight(start) === this.time.midnight(end);
    return `${this.time.moment(start)} – ${isOneDay ? this.time.hour(end) : this.time.moment(end)}`;
  }

  line(bar) {
    const line = this.plan.bars.line[bar];
    return `${this.plan.lines.code[line]} ${this.plan.lines.name[line]}`;
  }

  state(bar) {
    if (this.plan.isFinished(bar)) return this.words.finished;
    if (this.plan.isPaused(bar)) return this.words.paused;
    return this.plan.isRunning(bar) ? this.words.running : "";
  }

  // The selected bar as one sentence for those who listen.
  sentence(bar) {
    const { plan, words } = this;
    const lot = plan.bars.lot[bar];
    const orders = [...new Set(plan.pegsOfLot[lot].filter((peg) => plan.pegs.order[peg] >= 0).map((peg) => plan.pegs.item[peg]))];
    const more = orders.length > 3 ? ` ${fill(words.and_more, { n: orders.length - 3 })}` : "";
    return [
      `${plan.tileName(lot)} (${plan.tileCode(lot)}), ${fill(words.lot, { code: plan.lots.code[lot] })}, ${this.area(plan.lots.area[lot])}`,
      `${plan.stageName(plan.stage(bar))}: ${this.line(bar)}, ${this.times(bar)}`,
      this.state(bar),
      plan.isLate(lot) ? fill(words.late_by, { time: this.minutes(plan.lots.late[lot]) }) : "",
      orders.length ? fill(words.for_orders, { orders: orders.slice(0, 3).join(", ") + more }) : words.for_stock,
    ].filter(Boolean).join(". ");
  }

  card(bar) {
    const { plan, words } = this;
    const lot = plan.bars.lot[bar];
    const swatch = make("span", "swatch");
    swatch.style.background = this.colour(bar);
    const facts = make("dl", "",
      ...this.fact(plan.stageName(plan.stage(bar)), this.line(bar)),
      ...this.fact(words.time, this.times(bar)),
      ...this.fact(words.length, this.minutes((plan.bars.end[bar] - plan.bars.start[bar]) / 60_000)),
      ...(plan.bars.change[bar] ? this.fact(words.changeover, fill(words.minutes_before, { time: this.minutes(plan.bars.change[bar]) })) : []),
      ...(plan.bars.derived[bar] ? this.fact("", words.paced) : []),
      ...(this.state(bar) ? this.fact(words.state, this.state(bar)) : []));
    return [
      make("div", "card-title", swatch, make("b", "", plan.tileCode(lot)), make("span", "", plan.tileName(lot))),
      make("div", "card-sub", `${fill(words.lot, { code: plan.lots.code[lot] })} · ${this.area(plan.lots.area[lot])}`),
      facts,
      this.orders(lot),
    ];
  }

  closureCard(index) {
    const { closures, lines } = this.plan;
    const reason = closures.reason[index] || this.words.closed;
    const line = closures.line[index];
    return [
      make("div", "card-title", make("b", "", reason)),
      make("div", "card-sub", `${lines.code[line]} ${this.plan.lines.name[line]}`),
      make("div", "", this.fromTo(closures.start[index], closures.end[index])),
    ];
  }

  fact(name, value) { return [make("dt", "", name), make("dd", "", value)]; }

  orders(lot) {
    const { plan, words } = this;
    const pegs = plan.pegsOfLot[lot];
    const late = (peg) => (plan.pegs.order[peg] >= 0 && plan.pegs.late[peg] > 0
      ? make("span", "card-late", icon("exclamation-circle-fill"), fill(words.late_by, { time: this.minutes(plan.pegs.late[peg]) }))
      : null);
    const rows = [...pegs].sort((a, b) => plan.pegs.late[b] - plan.pegs.late[a]).slice(0, MOST_PEGS).map((peg) => make("li", "",
      make("b", "", plan.pegs.order[peg] >= 0 ? plan.pegs.item[peg] : words.for_stock),
      make("span", "card-area", this.area(plan.pegs.area[peg])),
      make("span", "card-due", plan.pegs.order[peg] >= 0 ? `${words.due} ${this.time.longDay(plan.pegs.due[peg])}` : ""),
      late(peg)));
    if (pegs.length > MOST_PEGS) rows.push(make("li", "card-more", fill(words.and_more, { n: pegs.length - MOST_PEGS })));
    return make("ul", "", ...rows);
  }
}

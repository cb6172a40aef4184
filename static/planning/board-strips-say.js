// The strips below the plan in words: the card beside the pointer, one sentence, and a table.

import { fill, make } from "./board-dom.js";

export class StripWords {
  constructor(plan, time) {
    Object.assign(this, { plan, time, words: plan.words });
    const numbers = (most) => new Intl.NumberFormat(time.locale, { maximumFractionDigits: most });
    this.exact = numbers(2);
    this.whole = numbers(0);
    this.tenth = numbers(1);
    this.short = new Intl.NumberFormat(time.locale, { notation: "compact", maximumFractionDigits: 1 });
    // For tables, which name the unit in their head.
    this.bare = {
      hours: (minutes) => this.exact.format(minutes / 60), area: (value) => this.exact.format(value), tonnes: (value) => this.exact.format(value),
      share: (used, open) => this.share(used, open), whole: this.whole,
    };
    this.shares = new Intl.NumberFormat(time.locale, { style: "percent", maximumFractionDigits: 0 });
  }

  hours(minutes) { return fill(this.words.hours, { n: this.exact.format(minutes / 60) }); }

  // "8 h", "3 min": short enough for the chart.
  brief(minutes) {
    return minutes < 60 ? fill(this.words.minutes, { n: this.whole.format(minutes) }) : fill(this.words.hours, { n: this.tenth.format(minutes / 60) });
  }

  get hour() { return this.words.hours.replace("{n}", "").trim(); }

  area(value) { return `${this.exact.format(value)} m²`; }

  tonnes(value) { return `${this.exact.format(value)} t`; }

  share(used, open) { return open > 0 ? this.shares.format(used / open) : this.words.under.none_open; }

  // A figure above a column: whole where it has room, else in thousands.
  above(value, room) {
    const whole = this.whole.format(value);
    return whole.length * 7 + 6 <= room ? whole : this.short.format(value);
  }

  when(from, to) {
    if (this.time.midnight(from) === from && this.time.day(from, 1) === to) return this.time.longDay(from);
    return `${this.time.moment(from)} – ${this.time.hour(to)}`;
  }

  card(title, sub, facts, note = "") {
    const list = make("dl", "", ...facts.flatMap(({ name, value, isBad }) => [make("dt", "", name), make("dd", isBad ? "is-bad" : "", value)]));
    return [make("div", "card-title", make("b", "", title)), make("div", "card-sub", sub), list, note && make("div", "card-more", note)].filter(Boolean);
  }

  sentence(title, sub, facts) { return `${sub}. ${title}. ${facts.map(({ name, value }) => `${name}: ${value}`).join(", ")}.`; }

  // Every strip as a table of the time in sight; the first column says when.
  table(title, range, heads, rows) {
    const cell = (tag, look, text, scope) => {
      const made = make(tag, look, text);
      if (scope) made.scope = scope;
      return made;
    };
    const head = make("tr", "", ...heads.map((text, index) => cell("th", index ? "num" : "", text, "col")));
    const body = rows.map((row) => make("tr", "", ...row.map((text, index) => (index ? cell("td", "num", text) : cell("th", "", text, "row")))));
    const table = make("table", "under-table", make("caption", "visually-hidden", title), make("thead", "", head), make("tbody", "", ...body));
    const sheet = make("div", "under-scroll", table);
    sheet.tabIndex = 0;
    sheet.setAttribute("role", "region");
    sheet.setAttribute("aria-label", title);
    return [make("h2", "", title), make("p", "hint", range), rows.length ? sheet : make("p", "hint", this.words.under.nothing)];
  }
}

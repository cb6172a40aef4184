// The picture of changeovers and lateness: looks for plans between both, shows them, and takes one into the draft.

import { fill, make } from "./board-dom.js";
import { best, slope } from "./frontier-choice.js";

const EVERY = 1500;
const INK = "#14222f", LINE = "#1f6f8b", PALE = "#c3bcae", PICKED = "#d0742f";
const CONFIG = { displayModeBar: false, responsive: true };

export class Frontier {
  constructor(editor) {
    this.editor = editor;
    const board = editor.parts.board;
    const names = ["Open", "Box", "Seconds", "Look", "Stop", "Status", "Body", "Plot", "Balance", "NearBox", "Near", "Told", "Take", "Rows"];
    this.parts = Object.fromEntries(names.map((name) => [name, board.querySelector(`[data-part="frontier${name}"]`)]));
    this.words = JSON.parse(board.querySelector("[data-part=askBox]").dataset.words);
    const { locale } = editor.words.time;
    this.whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.told = { run: null, points: [] };
    this.picked = 0;
    this.isWatching = false;
    const { parts } = this;
    parts.Open.addEventListener("click", () => this.open());
    parts.Look.addEventListener("click", () => this.look());
    parts.Stop.addEventListener("click", () => editor.tray.stop());
    parts.Take.addEventListener("click", () => this.take());
    for (const slider of [parts.Balance, parts.Near]) slider.addEventListener("input", () => this.slide());
  }

  draw() {
    const isBusy = this.editor.draft.now.run !== null;
    this.parts.Look.disabled = isBusy;
    this.parts.Stop.hidden = !isBusy;
    if (this.parts.Box.open) this.load();
  }

  async open() {
    this.editor.parts.improveMenu.open = false;
    this.parts.Box.showModal();
    await this.load();
  }

  async load() {
    const answer = await fetch(`${this.editor.draft.url}/frontier`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    if (!answer?.ok) { this.parts.Status.textContent = this.words.ask_failed; return; }
    const told = await answer.json();
    const isNew = told.run !== this.told.run || told.points.length !== this.told.points.length;
    this.told = told;
    this.show(isNew);
    if (this.editor.draft.now.run !== null) this.watch();
  }

  watch() {
    if (this.isWatching) return;
    this.isWatching = true;
    window.setTimeout(() => {
      this.isWatching = false;
      if (this.parts.Box.open) this.load();
    }, EVERY);
  }

  async look() {
    const answer = await this.editor.draft.send("frontier", { seconds: Number(this.parts.Seconds.value) });
    if (!answer.ok) { this.parts.Status.textContent = answer.told.error ?? this.words.ask_failed; return; }
    await this.load();
  }

  show(isNew) {
    const { parts, words, told } = this;
    const isBusy = this.editor.draft.now.run !== null;
    const { points } = told;
    parts.Body.hidden = points.length === 0;
    const stale = told.is_stale ? words.points_stale : "";
    parts.Status.textContent = isBusy ? fill(words.points_busy, { n: Math.max(points.length - 1, 0) }) : points.length ? stale : words.points_none;
    if (!points.length) return;
    parts.NearBox.hidden = points.every((one) => one.moved === null);
    if (isNew) this.picked = 0;
    this.list();
    if (isNew && points.length > 1) this.slide();
    else this.mark();
  }

  slide() {
    const { parts, told: { points } } = this;
    this.picked = best(points, Number(parts.Balance.value) / 100, Number(parts.Near.value) / 100);
    this.mark();
  }

  choose(index) {
    this.picked = index;
    this.mark();
  }

  name(one) { return one.position ? fill(this.words.plan_n, { n: one.position }) : this.words.this_plan; }

  list() {
    const rows = this.told.points.map((one, index) => {
      const button = make("button", "btn-link", this.name(one));
      button.type = "button";
      button.addEventListener("click", () => this.choose(index));
      const numbers = [fill(this.editor.words.words.hours, { n: this.tenth.format(one.hours) }), `${this.whole.format(one.area)} m²`, this.whole.format(one.late), this.whole.format(one.total / 100), one.moved === null ? "–" : this.whole.format(one.moved)];
      return make("tr", one.is_worse ? "is-worse" : "", make("td", "", button, ...(one.is_worse ? [make("span", "hint", this.words.worse)] : [])), ...numbers.map((text) => make("td", "num", text)));
    });
    this.parts.Rows.replaceChildren(...rows);
  }

  mark() {
    const { parts, told: { points, is_stale: isStale } } = this;
    const one = points[this.picked];
    [...parts.Rows.children].forEach((row, index) => { if (index === this.picked) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current"); });
    parts.Box.dataset.picked = String(one.position);
    parts.Told.replaceChildren(...this.sentences(one).map((text) => make("span", "", text)));
    parts.Take.disabled = one.position === 0 || isStale || this.editor.draft.now.run !== null;
    this.plot();
  }

  sentences(one) {
    const { words, told: { points } } = this;
    const found = [this.name(one)];
    if (one.position === 0) found.push(words.same);
    else {
      const here = points[0];
      const signed = (value, format) => `${value > 0 ? "+" : value < 0 ? "−" : "±"}${format.format(Math.abs(value))}`;
      found.push(fill(words.trade, {
        hours: signed(one.hours - here.hours, this.tenth), area: signed(one.area - here.area, this.whole),
        lines: signed(one.late - here.late, this.whole), price: signed((one.total - here.total) / 100, this.whole),
      }));
    }
    const steep = slope(points, this.picked);
    if (steep !== null) found.push(steep > 0 ? fill(words.slope, { area: this.whole.format(steep) }) : words.no_slope);
    if (one.moved !== null) found.push(fill(words.moved, { n: this.whole.format(one.moved) }));
    return found;
  }

  plot() {
    const { points } = this.told;
    const front = points.filter((one) => !one.is_worse).sort((a, b) => a.hours - b.hours || b.area - a.area);
    const chosen = points[this.picked];
    const dots = (some, colour, symbol, size, isNamed) => ({
      x: some.map((one) => one.hours), y: some.map((one) => one.area), text: some.map((one) => this.name(one)), customdata: some.map((one) => points.indexOf(one)),
      type: "scatter", mode: isNamed ? "markers+text" : "markers", textposition: "top center", textfont: { size: 12, color: INK }, marker: { color: colour, size, symbol, line: { color: "#fff", width: 1.5 } }, hoverinfo: "text", cliponaxis: false,
    });
    const traces = [
      { x: front.map((one) => one.hours), y: front.map((one) => one.area), type: "scatter", mode: "lines", line: { color: LINE, width: 2 }, hoverinfo: "skip" },
      dots(points.filter((one) => one.is_worse && one.position), PALE, "circle", 12, false),
      dots(points.filter((one) => !one.is_worse && one.position), LINE, "circle", 13, true),
      dots(points.filter((one) => one.position === 0), INK, "diamond", 14, true),
      { x: [chosen.hours], y: [chosen.area], type: "scatter", mode: "markers", marker: { size: 24, color: "rgba(0,0,0,0)", line: { color: PICKED, width: 3 } }, hoverinfo: "skip", cliponaxis: false },
    ];
    const axis = (title, tickformat) => ({ tickformat, title: { text: title, font: { size: 13, color: INK }, standoff: 8 }, zeroline: false, gridcolor: "#ece5d9", tickfont: { size: 12, color: INK }, rangemode: "normal", automargin: true, fixedrange: true });
    const layout = { showlegend: false, margin: { l: 56, r: 26, t: 24, b: 46 }, paper_bgcolor: "#fff", plot_bgcolor: "#fff", xaxis: axis(this.words.axis_hours, ",.1~f"), yaxis: axis(this.words.axis_late, ",d"), separators: ".," };
    const plot = this.drawn ? window.Plotly.react : window.Plotly.newPlot;
    plot(this.parts.Plot, traces, layout, CONFIG);
    if (!this.drawn) this.parts.Plot.on("plotly_click", ({ points: [hit] }) => { if (hit?.customdata !== undefined) this.choose(hit.customdata); });
    this.drawn = true;
  }

  async take() {
    const { run, points } = this.told;
    const answer = await this.editor.draft.send("frontier/take", { run, point: points[this.picked].position });
    if (!answer.ok) { this.parts.Status.textContent = answer.told.error ?? this.words.ask_failed; return; }
    this.parts.Box.close();
    this.editor.done(answer.told);
  }
}

// What is looked at, written into the page's address so that a link opens it again.

import { SPANS } from "./board-view.js";
import { ROWS, WAYS } from "./board-ways.js";
import { FILTERS, listed, readFilters, unlisted } from "./board-filter.js";
import { HOUR } from "./board-time.js";

const NAMES = ["rows", "by", "from", "zoom", "top", "fold", "hide", "late", "find", "lot", "strip", "of", ...FILTERS];

// What can be shown below the plan; the first is shown where nothing is said.
const STRIPS = ["feed", "load", "body", "late", "none"];
const LINES = "firing";

export function read(time) {
  const asked = new URLSearchParams(window.location.search);
  const list = (name) => unlisted(asked.get(name));
  const oneOf = (name, all) => (all.includes(asked.get(name)) ? asked.get(name) : all[0]);
  const zoom = asked.get("zoom") ?? "week";
  const spanHours = /^(\d{1,4}(?:\.\d)?)h$/.exec(zoom);
  return {
    rows: oneOf("rows", ROWS), by: oneOf("by", WAYS), filter: readFilters(asked),
    from: asked.get("from") ? time.unstamp(asked.get("from")) : null,
    preset: Object.hasOwn(SPANS, zoom) ? zoom : null,
    span: spanHours ? Number(spanHours[1]) * HOUR : SPANS[zoom] ?? SPANS.week,
    top: Math.max(0, Number.parseInt(asked.get("top") ?? "", 10) || 0),
    fold: list("fold"), hide: list("hide"), late: asked.get("late") === "1",
    under: STRIPS.includes(asked.get("strip")) ? asked.get("strip") : STRIPS[0], underOf: asked.get("of") ?? LINES,
    find: asked.get("find"), lot: asked.get("lot"),
  };
}

let timer = 0;

export function write(time, view, state) {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const url = new URL(window.location.href);
    const set = (name, value) => { if (value) url.searchParams.set(name, value); };
    for (const name of NAMES) url.searchParams.delete(name);
    if (state.rows !== ROWS[0]) set("rows", state.rows);
    if (state.by !== WAYS[0]) set("by", state.by);
    set("top", state.top ? String(state.top) : "");
    for (const [name, text] of state.filter.asWords()) set(name, text);
    set("from", time.stamp(view.from));
    set("zoom", view.preset ?? `${(view.span / HOUR).toFixed(1)}h`);
    set("fold", listed(state.fold));
    set("hide", listed(state.hide));
    set("late", state.late ? "1" : "");
    set("strip", state.under === STRIPS[0] ? "" : state.under);
    set("of", state.under === "load" && state.underOf !== LINES ? state.underOf : "");
    set("find", state.find);
    set("lot", state.lot);
    window.history.replaceState(null, "", url);
    // The language switch comes back to where it was pressed.
    for (const next of document.querySelectorAll("input[name=next]")) next.value = url.pathname + url.search;
  }, 150);
}

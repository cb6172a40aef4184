// What is looked at, written into the page's address so that a link opens it again.

import { SPANS } from "./board-view.js";
import { HOUR } from "./board-time.js";

const NAMES = ["rows", "from", "zoom", "fold", "hide", "late", "find", "lot", "strip", "of"];

// What can be shown below the plan; the first is shown where nothing is said.
const STRIPS = ["feed", "load", "body", "late", "none"];
const LINES = "firing";

export function read(time) {
  const asked = new URLSearchParams(window.location.search);
  const list = (name) => new Set((asked.get(name) ?? "").split(",").filter(Boolean));
  const zoom = asked.get("zoom") ?? "week";
  const spanHours = /^(\d{1,4}(?:\.\d)?)h$/.exec(zoom);
  return {
    rows: asked.get("rows") === "order" ? "order" : "line",
    from: asked.get("from") ? time.unstamp(asked.get("from")) : null,
    preset: Object.hasOwn(SPANS, zoom) ? zoom : null,
    span: spanHours ? Number(spanHours[1]) * HOUR : SPANS[zoom] ?? SPANS.week,
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
    if (state.rows !== "line") set("rows", state.rows);
    set("from", time.stamp(view.from));
    set("zoom", view.preset ?? `${(view.span / HOUR).toFixed(1)}h`);
    set("fold", [...state.fold].join(","));
    set("hide", [...state.hide].join(","));
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

// The page of the board: finds its parts, fetches the plan, and hands both to the Gantt.

import { Plan } from "./board-data.js";
import { Gantt } from "./board-gantt.js";

function partsOf(board) {
  const part = (name) => board.querySelector(`[data-part="${name}"]`);
  const all = (selector) => [...board.querySelectorAll(selector)];
  const names = [
    "scroll", "rows", "plot", "sheet", "edges", "strip", "now", "nowLine", "picked", "hovered", "card", "live", "panel", "panelBody", "panelClose", "find", "found",
    "foundChip", "foundName", "foundClear", "legend", "onlyLate", "zoomIn", "zoomOut", "earlier", "later", "today", "lateList", "help", "loading", "failed", "retry",
    "under", "underBody", "underNames", "underPlot", "underSheet", "underNow", "underMark", "underLegend", "underSum", "underOf", "underTable", "underFailed", "underRetry",
  ];
  const found = Object.fromEntries(names.map((name) => [name, part(name)]));
  return {
    ...found, board, week: document.querySelector("[data-part=week]"),
    zooms: all("[data-zoom]"), modes: all("button[data-rows]"), unders: all("button[data-under]"), helpButtons: all("[data-help]"),
  };
}

async function open(board) {
  const parts = partsOf(board);
  const words = JSON.parse(board.dataset.words);
  delete board.dataset.ready;
  parts.loading.hidden = false;
  parts.failed.hidden = true;
  try {
    const answer = await fetch(`${board.dataset.url}/bars`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`bars answered ${answer.status}`);
    const plan = new Plan(await answer.json(), words, document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    parts.loading.hidden = true;
    new Gantt(parts, plan, board.dataset.url);
    board.dataset.ready = "yes";
  } catch (error) {
    parts.loading.hidden = true;
    parts.failed.hidden = false;
    board.dataset.ready = "failed";
    console.warn(error);
  }
}

const board = document.getElementById("board");
if (board) {
  board.querySelector("[data-part=retry]").addEventListener("click", () => open(board));
  open(board);
}

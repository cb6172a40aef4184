// The page of the board: finds its parts, fetches the plan, and hands both to the Gantt.

import { Plan } from "./board-data.js";
import { Export } from "./board-export.js";
import { Gantt } from "./board-gantt.js";
import { Live } from "./board-live.js";

function partsOf(board) {
  const part = (name) => board.querySelector(`[data-part="${name}"]`);
  const all = (selector) => [...board.querySelectorAll(selector)];
  const names = [
    "scroll", "rows", "plot", "sheet", "edges", "strip", "now", "nowLine", "picked", "hovered", "card", "live", "panel", "panelBody", "panelClose", "find", "found",
    "foundChip", "foundName", "foundClear", "legend", "onlyLate", "zoomIn", "zoomOut", "earlier", "later", "today", "lateList", "help", "loading", "failed", "retry",
    "under", "underBody", "underNames", "underPlot", "underSheet", "underNow", "underMark", "underLegend", "underSum", "underOf", "underTable", "underFailed", "underRetry",
    "by", "chips", "matches", "allAgain", "note", "overtaken", "saveTable", "savePlan", "saveImage", "print", "barsForm",
  ];
  const found = Object.fromEntries(names.map((name) => [name, part(name)]));
  return {
    ...found, board, week: document.querySelector("[data-part=week]"), pages: document.querySelector("[data-part=pages]"), unders: all("button[data-under]"),
    zooms: all("[data-zoom]"), filters: all("[data-filter]"), menus: all("details.menu"), modes: all("button[data-rows]"), helpButtons: all("[data-help]"),
  };
}

async function open(board) {
  const parts = partsOf(board);
  const words = { ...JSON.parse(board.dataset.words), ...JSON.parse(board.querySelector("[data-more-words]").dataset.moreWords) };
  delete board.dataset.ready;
  parts.loading.hidden = false;
  parts.failed.hidden = true;
  try {
    const answer = await fetch(`${board.dataset.url}/bars`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`bars answered ${answer.status}`);
    const plan = new Plan(await answer.json(), words, document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    parts.loading.hidden = true;
    const gantt = new Gantt(parts, plan, board.dataset.url);
    new Export(gantt);
    new Live(gantt, `${board.dataset.url}/bars`, answer.headers.get("ETag"));
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

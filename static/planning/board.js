// The page of the board: finds its parts, fetches the plan, and hands both to the Gantt.

import { Plan } from "./board-data.js";
import { headers } from "./board-draft.js";
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
    "tray", "undo", "redo", "changes", "steps", "reset", "trayPrice", "trayAgainst", "trayLate", "stale", "runBox", "runBar", "runText", "stopRun", "check", "repair", "improveMenu", "improveSeconds",
    "hits", "hitNote", "hitText", "hitOpen", "rowMenu", "closureBox", "closureBody", "toast", "checkBox", "checkList", "editCopy", "marks",
  ];
  const found = Object.fromEntries(names.map((name) => [name, part(name)]));
  return {
    ...found, board, week: document.querySelector("[data-part=week]"), pages: document.querySelector("[data-part=pages]"), unders: all("button[data-under]"),
    zooms: all("[data-zoom]"), filters: all("[data-filter]"), menus: all("details.menu"), improvers: all("[data-improve]"), figures: all(".key-figures dd:not(.in-force) [data-figure]"), modes: all("button[data-rows]"), helpButtons: all("[data-help]"),
  };
}

async function open(board) {
  const parts = partsOf(board);
  const words = { ...JSON.parse(board.dataset.words), ...JSON.parse(board.querySelector("[data-more-words]").dataset.moreWords), ...JSON.parse(parts.tray?.dataset.draftWords ?? "{}") };
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
    await gantt.editor?.start();
    board.dataset.ready = "yes";
  } catch (error) {
    parts.loading.hidden = true;
    parts.failed.hidden = false;
    board.dataset.ready = "failed";
    console.warn(error);
  }
}

// A plan in force never changes: what is edited is a draft that begins as a copy of it.
async function editCopy(board, button) {
  button.disabled = true;
  const answer = await fetch(`${board.dataset.url}/copy`, { method: "POST", headers: headers(), body: "{}" }).catch(() => null);
  const told = await answer?.json().catch(() => ({}));
  if (answer?.ok) { window.location.assign(told.url + window.location.search); return; }
  button.disabled = false;
  const note = board.querySelector("[data-part=note]");
  note.textContent = told?.error ?? button.dataset.failed;
  note.hidden = false;
}

const board = document.getElementById("board");
if (board) {
  board.querySelector("[data-part=retry]").addEventListener("click", () => open(board));
  board.querySelector("[data-part=editCopy]")?.addEventListener("click", (event) => editCopy(board, event.currentTarget));
  open(board);
}

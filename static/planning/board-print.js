// The part of the plan that is in sight on sheets of A3, every row of it: letters and lines, not dots.

import { make } from "./board-dom.js";
import { HEADING, Scene, sheetWords } from "./board-scene.js";

// What a sheet of A3 across leaves within its margins, in px of paper.
const PAPER = { width: 1500, height: 1030 };
// Axis and legend beside the rows.
const AROUND = HEADING + 46 + 3 * 26 + 10;
// Over bars with white words: white must stay readable.
const SHADE = "rgba(20,30,40,0.28)";
const SVG = "http://www.w3.org/2000/svg";

export async function printBoard(gantt) {
  const { pages } = gantt.parts;
  pages.replaceChildren();
  const { from, to } = gantt.view;
  const words = sheetWords(gantt, from, to);
  const sheets = sheetsOf(gantt.canvas.layout);
  for (const [at, { top, bottom }] of sheets.entries()) {
    const number = sheets.length > 1 ? ` · ${at + 1}/${sheets.length}` : "";
    const scene = new Scene(gantt, { from, to, top, bottom, width: PAPER.width, isFlat: true }, { ...words, printed: words.printed + number }).make();
    await draw(scene, pages);
  }
  document.body.classList.add("prints-board");
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("prints-board");
    pages.replaceChildren();
  }, { once: true });
  window.print();
}

// Whole rows on every sheet.
function sheetsOf(layout) {
  const room = PAPER.height - AROUND;
  const sheets = [];
  for (const row of layout.rows) {
    const last = sheets.at(-1);
    if (last && row.top + row.height - last.top <= room) last.bottom = row.top + row.height;
    else sheets.push({ top: row.top, bottom: row.top + row.height });
  }
  return sheets;
}

// A sheet is a drawing of everything around the bars, with Plotly's own drawing of the bars on it.
async function draw(scene, pages) {
  const frame = element("svg", { viewBox: `0 0 ${scene.width} ${scene.height}`, width: scene.width, height: scene.height });
  const bars = make("div", "paper-bars");
  pages.append(make("div", "paper", frame, bars));
  for (const { kind, text, wide, size, weight, anchor, family, figure, ...rest } of scene.items) {
    if (kind === "bars") {
      bars.style.left = `${rest.x}px`;
      bars.style.top = `${rest.y}px`;
      figure.data.forEach(flatten);
      await window.Plotly.newPlot(bars, figure.data, figure.layout, figure.config);
    } else if (kind === "text") {
      const words = element("text", { ...rest, "font-size": size, "font-weight": weight, "text-anchor": anchor, "font-family": family });
      words.textContent = text;
      frame.append(words);
    } else {
      frame.append(element(kind, { ...rest, ...(wide ? { "stroke-width": wide } : {}) }));
    }
  }
}

// Printers of PDF turn hatches into pictures of many megabytes: on paper a tint and a rim say the same.
function flatten({ marker }) {
  if (!marker?.pattern) return;
  const { bgcolor, fgcolor } = marker.pattern;
  const isClear = bgcolor.startsWith("rgba");
  const tint = fgcolor.startsWith("rgba(255") ? SHADE : fgcolor;
  Object.assign(marker, { color: isClear ? tint : bgcolor, line: { width: isClear ? 0 : 1, color: fgcolor }, pattern: undefined });
}

function element(kind, values) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, String(value));
  return made;
}

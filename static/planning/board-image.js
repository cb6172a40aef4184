// The plan as it stands on the screen, saved as a picture.

import { NAMES, Scene, sheetWords } from "./board-scene.js";

// So many dots for each of the screen's.
const DENSITY = 2;
// A canvas of more dots than this is refused by some browsers.
const MOST_DOTS = 16_000;
const KEPT = 10_000;
const ALL_UP_TO = 1.5;

export async function saveImage(gantt) {
  const { view, canvas, parts } = gantt;
  const part = { from: view.from, to: view.to, ...rowsInSight(canvas, parts.scroll.clientHeight), width: view.width + NAMES };
  const scene = new Scene(gantt, part, sheetWords(gantt, view.from, view.to)).make();
  const blob = await painted(scene);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${gantt.plan.plan}-${gantt.time.stamp(view.from).slice(0, 10)}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}

// What is on the screen; where little more would be all of it, all of it.
function rowsInSight({ layout, top }, high) {
  if (layout.height <= high * ALL_UP_TO) return { top: 0, bottom: layout.height };
  const from = Math.min(top, layout.height - high);
  return { top: from, bottom: from + high };
}

async function painted(scene) {
  const canvas = document.createElement("canvas");
  const density = Math.min(DENSITY, MOST_DOTS / scene.width, MOST_DOTS / scene.height);
  canvas.width = Math.round(scene.width * density);
  canvas.height = Math.round(scene.height * density);
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  for (const item of scene.items) await DRAW[item.kind](pen, item);
  return new Promise((done, fail) => { canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"); });
}

const DRAW = {
  rect(pen, { x, y, width, height, fill }) {
    pen.fillStyle = fill;
    pen.fillRect(x, y, width, height);
  },
  line(pen, { x1, y1, x2, y2, stroke, wide = 1 }) {
    pen.strokeStyle = stroke;
    pen.lineWidth = wide;
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  },
  text(pen, { x, y, text, size, weight, fill, anchor, family }) {
    pen.font = `${weight} ${size}px ${family}`;
    pen.textAlign = anchor;
    pen.fillStyle = fill;
    pen.fillText(text, x, y);
  },
  async bars(pen, { x, y, width, height, figure }) {
    const image = new Image();
    image.src = await window.Plotly.toImage(figure, { format: "svg", width, height });
    await image.decode();
    pen.drawImage(image, x, y, width, height);
  },
};

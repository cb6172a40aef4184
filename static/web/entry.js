// Forms with a grid of tiles (orders, contracts): rows come and go by keyboard, quantities keep in
// step, stock is shown by lot, a chosen customer fills the form.

import { choose } from "./choose.js";
import { clear } from "./marks.js";
import { area, boxes, pieces, scaled } from "./packing.js";

const form = document.getElementById("entry");
const grid = form.querySelector("[data-lines]");
// As web/lines.py has it: more rows are refused.
const MOST_LINES = 200;
const words = JSON.parse(grid.dataset.words ?? "{}");
const customer = form.querySelector("input[data-choose]:not([data-tile])");

async function json(address, parts = {}) {
  const url = new URL(address, window.location);
  for (const [name, value] of Object.entries(parts)) url.searchParams.set(name, value);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : [];
}

// Write into a field for the person; a region that the list leaves out joins it.
function put(field, value) {
  if (field.tagName === "SELECT" && value && ![...field.options].some((one) => one.value === value)) field.add(new Option(value, value));
  field.value = value;
  clear(field);
}

// ---- one row -----------------------------------------------------------------------------------

function part(line, name) {
  return line.querySelector(`[data-${name}]`);
}

function prepare(line) {
  const tile = part(line, "tile");
  const phase = part(line, "phase");
  const look = (text) => json(tile.dataset.choose, { q: text, ...(phase ? { phase: phase.value } : {}) });
  choose(tile, {
    look,
    words: (item) => [item.code, `${item.name} ${item.left ? `· ${item.left} m² ${words.left ?? ""}` : ""}`],
    chosen: (item) => { know(line, item, true); part(line, "quantity").focus(); },
    opens: Boolean(phase && tile.dataset.choose.includes("contract=")),
  });
  const recognise = async (prices) => {
    const code = tile.value.trim().toUpperCase();
    if (!code || line.known?.code === code) return;
    know(line, (await look(code)).find((item) => item.code.toUpperCase() === code) ?? null, prices);
  };
  tile.addEventListener("change", () => recognise(true));
  phase?.addEventListener("change", () => { line.known = null; recognise(true); });
  part(line, "quantity").addEventListener("input", () => keepInStep(line));
  part(line, "unit").addEventListener("change", () => keepInStep(line));
  part(line, "due")?.addEventListener("input", () => showLateDay(line));
  const button = part(line, "take-away");
  button.hidden = false;
  button.addEventListener("click", () => takeAway(line));
  line.known = null;
  recognise(false);
  showLateDay(line);
}

function know(line, item, prices) {
  line.known = item;
  const price = part(line, "price");
  if (item && price && prices && item.price !== undefined) put(price, item.price);
  keepInStep(line);
}

// The number stays as typed, whatever its unit becomes; what it comes to stands beneath.
function keepInStep(line) {
  const place = part(line, "in-step");
  const unit = part(line, "unit").value;
  const count = line.known ? pieces(part(line, "quantity").value, unit, line.known) : null;
  line.pieces = count;
  place.textContent = "";
  if (line.known && count === null) place.textContent = line.known.name;
  if (count !== null) {
    const [whole, loose] = boxes(count, line.known);
    const parts = [line.known.name, `${area(count, line.known)} m²`];
    parts.push(`${whole} ${words.boxes ?? ""}${loose ? ` + ${loose} ${words.pieces ?? ""}` : ""}`);
    parts.push(`${count} ${words.pieces ?? ""}`);
    if (unit === "m2" && scaled(part(line, "quantity").value) !== scaled(area(count, line.known))) parts.push(words.rounded);
    if (line.known.left) parts.push(`${line.known.left} m² ${words.left ?? ""}`);
    place.textContent = parts.join(" · ");
  }
  rows().forEach(showBeyond);
  showLots(line);
}

// The rows of one tile and phase draw on the same amount; the last of them says how much is too much.
function showBeyond(line) {
  const place = part(line, "beyond");
  if (!place) return;
  const same = rows().filter((row) => row.pieces && row.known?.code === line.known?.code && part(row, "phase").value === part(line, "phase").value);
  const isLast = line.known?.leftPieces !== undefined && part(line, "phase").value && same.at(-1) === line;
  const beyond = isLast ? same.reduce((sum, row) => sum + row.pieces, -line.known.leftPieces) : 0;
  place.textContent = beyond > 0 ? words.beyond.replace("{area}", area(beyond, line.known)) : "";
  place.parentElement.hidden = beyond <= 0;
}

function showLateDay(line) {
  const due = part(line, "due");
  const isSaid = due?.classList.contains("is-invalid");
  if (due) part(line, "late-day").hidden = isSaid || !due.value || due.value >= grid.dataset.today;
}

function showLots(line) {
  const place = part(line, "lots");
  if (!place) return;
  const asks = line.known ? `${place.dataset.lots}?tile=${encodeURIComponent(line.known.code)}&pieces=${line.pieces ?? ""}` : "";
  if (asks === line.asked) return;
  window.clearTimeout(line.waiting);
  line.asked = asks;
  if (!asks) { place.replaceChildren(); return; }
  line.waiting = window.setTimeout(async () => {
    const answer = await fetch(asks, { headers: { Accept: "text/html" } }).catch(() => null);
    if (line.asked !== asks) return;
    place.innerHTML = answer?.ok ? await answer.text() : "";
  }, 200);
}

// ---- rows come and go --------------------------------------------------------------------------

const blank = grid.querySelector("[data-line]").cloneNode(true);

function rows() {
  return [...grid.querySelectorAll("[data-line]")];
}

function addLine() {
  if (rows().length >= MOST_LINES) return rows().at(-1);
  const last = rows().at(-1);
  const line = blank.cloneNode(true);
  const next = 1 + Math.max(...rows().map((row) => Number(/items-(\d+)-/.exec(part(row, "tile").name)[1])));
  for (const node of line.querySelectorAll("[id^=items-], [for^=items-]")) {
    for (const name of ["id", "for", "name"]) {
      if (node.hasAttribute(name)) node.setAttribute(name, node.getAttribute(name).replace(/^items-\d+-/, `items-${next}-`));
    }
  }
  for (const field of line.querySelectorAll("input, select")) {
    clear(field);
    if (field.tagName === "INPUT") field.value = "";
  }
  for (const name of ["due", "unit", "phase"]) {
    if (part(line, name) && part(last, name)) part(line, name).value = part(last, name).value;
  }
  for (const name of ["in-step", "lots"]) part(line, name)?.replaceChildren();
  grid.append(line);
  prepare(line);
  count();
  (part(line, "phase")?.value === "" ? part(line, "phase") : part(line, "tile")).focus();
  return line;
}

function takeAway(line) {
  const near = line.nextElementSibling ?? line.previousElementSibling;
  if (!near) {
    line.querySelectorAll("input").forEach((field) => put(field, ""));
    know(line, null, false);
    part(line, "tile").focus();
    return;
  }
  line.remove();
  count();
  rows().forEach(showBeyond);
  part(near, "tile").focus();
}

function count() {
  rows().forEach((row, index) => { part(row, "position").textContent = index + 1; });
}

form.querySelector("[data-add-line]").addEventListener("click", (event) => {
  event.preventDefault();
  addLine();
});

form.addEventListener("keydown", (event) => {
  const line = event.target.closest("[data-line]");
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "Enter") {
    event.preventDefault();
    addLine();
  } else if (command && event.key === "Delete" && line) {
    event.preventDefault();
    takeAway(line);
  } else if (command && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Enter" && event.target.matches("input, select")) {
    event.preventDefault();
    goOn(event.target);
  }
});

// Enter goes to the next field; behind the last field of the last row it opens another row.
function goOn(field) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((one) => one.offsetParent);
  const line = field.closest("[data-line]");
  const next = fields[fields.indexOf(field) + 1];
  if (line && line === rows().at(-1) && next?.closest("[data-line]") !== line) addLine();
  else next?.focus();
}

// ---- the customer ------------------------------------------------------------------------------

if (customer) {
  choose(customer, {
    look: (text) => json(customer.dataset.choose, { q: text }),
    words: (item) => [item.name, `${item.phone} · ${item.code} · ${item.kind}`],
    chosen: fill,
  });
  customer.addEventListener("change", () => {
    if (customer.value.trim()) fill({ code: customer.value.trim().toUpperCase() });
    else forget();
  });
  if (customer.value.trim()) fill({ code: customer.value.trim().toUpperCase() }, true).then(() => form.dispatchEvent(new Event("filled")));
}

async function fill(item, isKept = false) {
  const shown = form.querySelector("[data-chosen-customer]");
  if (!customer.dataset.customer) { show(shown, item.name); return; }
  const known = await json(customer.dataset.customer.replace(/-$/, encodeURIComponent(item.code)));
  if (!known.code) { forget(); return; }
  const fields = { customer_name: known.name, phone: known.phone, region: known.region, address: known.address };
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (field && (!isKept || !field.value)) put(field, value);
  }
  show(shown, `${known.name} · ${known.code}`);
  offer(known.tiles);
}

function forget() {
  show(form.querySelector("[data-chosen-customer]"), "");
  offer([]);
}

function show(place, text) {
  if (!place) return;
  place.textContent = text ?? "";
  place.hidden = !text;
}

function offer(tiles) {
  const place = form.querySelector("[data-recent]");
  if (!place) return;
  place.querySelectorAll("button").forEach((button) => button.remove());
  place.hidden = !tiles.length;
  for (const tile of tiles) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary";
    button.textContent = `${tile.code} ${tile.name}`;
    button.addEventListener("click", () => {
      const line = rows().find((row) => !part(row, "tile").value.trim()) ?? addLine();
      put(part(line, "tile"), tile.code);
      know(line, tile, true);
      part(line, "quantity").focus();
    });
    place.append(button);
  }
}

// ---- the phases of a contract being written ----------------------------------------------------

const phases = grid.dataset.phases && form.elements[grid.dataset.phases];
if (phases) {
  const names = document.getElementById("phase-names");
  const list = () => names.replaceChildren(...phases.value.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => new Option(line, line)));
  phases.addEventListener("input", list);
  list();
}

rows().forEach(prepare);
const wrong = form.querySelector(".is-invalid");
(wrong ?? (customer && !customer.value ? customer : part(rows()[0], "phase") ?? part(rows()[0], "tile"))).focus();

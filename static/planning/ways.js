// The ways around a closure while runs improve them: asks how far each is, and shows the page anew as one ends.

const PAUSE = 1500;
const place = document.getElementById("ways");
const money = new Intl.NumberFormat(place.dataset.language, { maximumFractionDigits: 0 });
let isOver = false;

// Nobody's reason is lost: while one is being written, the page waits.
function anew() {
  isOver = true;
  if (place.querySelector("details[open]")) window.setTimeout(anew, PAUSE);
  else window.location.reload();
}

function show(run, told) {
  const bar = run.querySelector("progress");
  bar.max = told.budget || 1;
  bar.value = Math.min(told.seconds ?? 0, bar.max);
  const price = told.total === null || told.total === undefined ? [] : [place.dataset.price.replace("{price}", money.format(told.total / 100))];
  run.querySelector("[data-part=text]").textContent = [told.label, ...price].join(" · ");
}

async function ask(run) {
  const answer = await fetch(run.dataset.url, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
  if (answer?.redirected || answer?.status === 401 || answer?.status === 403) { window.location.reload(); return; }
  const told = answer?.ok ? await answer.json().catch(() => null) : null;
  if (isOver) return;
  if (told && !told.is_live) { anew(); return; }
  if (told) show(run, told);
  window.setTimeout(() => ask(run), PAUSE);
}

for (const run of place.querySelectorAll(".way-run")) ask(run);

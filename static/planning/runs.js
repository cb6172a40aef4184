// A run's page while it works: asks how far it is every second and a half, and shows what came of it.

const PAUSE = 1500;
const live = document.getElementById("live");
const language = live.dataset.language;
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
let etag = null;
let timer = null;

function part(name) { return live.querySelector(`[data-part="${name}"]`); }

function write(name, value, format) {
  part(name).textContent = value === null || value === undefined ? "–" : format(value);
}

function show(told) {
  part("label").textContent = told.label;
  part("bar").value = told.seconds ?? 0;
  write("seconds", told.seconds, (value) => whole.format(value));
  write("total", told.total, (value) => whole.format(value / 100));
  write("improvement", told.improvement, (value) => `${tenth.format(value)} %`);
  write("late", told.late, (value) => whole.format(value));
  live.querySelectorAll("[data-price]").forEach((cell) => {
    const cents = told.parts[cell.dataset.price];
    cell.textContent = cents === undefined ? "–" : whole.format(cents / 100);
  });
  live.querySelectorAll("[data-share]").forEach((meter) => {
    meter.value = told.total ? (told.parts[meter.dataset.share] ?? 0) / told.total : 0;
  });
}

async function ask() {
  timer = null;
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(live.dataset.url, { headers: { Accept: "application/json", ...headers } });
    if (answer.status === 200) {
      etag = answer.headers.get("ETag");
      const told = await answer.json();
      if (!told.is_live) { window.location.reload(); return; }
      show(told);
    } else if (answer.status === 401 || answer.status === 403 || answer.redirected) {
      window.location.reload();
      return;
    }
  } catch {
    // The connection is gone for a moment: the run goes on, and the next question will find it.
  }
  wait();
}

function wait() {
  if (timer === null && !document.hidden) timer = window.setTimeout(ask, PAUSE);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) { window.clearTimeout(timer); timer = null; } else if (timer === null) ask();
});

ask();

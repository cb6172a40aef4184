// A draft on the server: what it is now, what would come of a wish, and the wishes themselves, one after another.

const POLITE = { Accept: "application/json" };

export class Draft {
  constructor(url, calls) {
    Object.assign(this, { url, calls });
    this.now = null;
    this.pins = new Set();
    this.queue = Promise.resolve();
  }

  get canEdit() { return Boolean(this.now?.is_draft) && this.now.run === null; }

  isPinned(lot, stage) { return this.pins.has(`${lot} ${stage}`); }

  take(told) {
    this.now = told;
    this.pins = new Set(told.pins.map(([lot, stage]) => `${lot} ${stage}`));
    this.calls.changed();
  }

  async load() {
    const answer = await fetch(`${this.url}/draft`, { headers: POLITE, cache: "no-store" });
    if (!answer.ok) throw new Error(`draft answered ${answer.status}`);
    this.take(await answer.json());
  }

  // What a wish would do; null where nobody answers.
  async attempt(wish, signal) {
    const query = new URLSearchParams(Object.entries(wish).map(([name, value]) => [name, Array.isArray(value) ? value.join("\n") : value]));
    const answer = await fetch(`${this.url}/try?${query}`, { headers: POLITE, signal });
    return answer.ok ? answer.json() : null;
  }

  edit(wish) { return this.send("edits", wish); }

  // Acts go one after another: each must know the version that the one before has made.
  send(act, body = {}) {
    const done = this.queue.then(() => this.post(act, { ...body, version: this.now?.version }));
    this.queue = done.catch(() => null);
    return done;
  }

  async post(act, body) {
    const answer = await fetch(`${this.url}/${act}`, { method: "POST", headers: headers(), body: JSON.stringify(body) }).catch(() => null);
    if (answer === null) return { ok: false, status: 0, told: {} };
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.draft) this.take(told.draft);
    if (answer.status === 409) await this.load().catch(() => null);
    return { ok: answer.ok, status: answer.status, told };
  }
}

export function headers() {
  return { ...POLITE, "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
}

// Forms of other pages in a dialog of this one: fetched, shown, sent; errors stand beside their fields as on those pages.

export class Forms {
  constructor(parts, words, calls) {
    Object.assign(this, { box: parts.closureBox, body: parts.closureBody, words, calls, isChanged: false });
    this.box.addEventListener("submit", (event) => this.submit(event));
    this.box.addEventListener("click", (event) => {
      if (event.target.closest("[data-cancel]")) { event.preventDefault(); this.box.close(); }
    });
    this.box.addEventListener("close", () => this.closed());
  }

  async open(url, from) {
    this.from = from;
    this.isChanged = false;
    const page = await this.page(fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" }));
    if (!this.take(page)) this.say(page.why);
    if (!this.box.open) this.box.showModal();
    this.body.querySelector("select, input:not([type=hidden])")?.focus();
  }

  // A page as a document, and where its form is missing, why.
  async page(asked) {
    const answer = await asked.catch(() => null);
    if (!answer) return { why: this.words.failed };
    const tree = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = tree.querySelector(".error-box p:not(.error-code)")?.textContent;
    return { answer, tree, form: tree.querySelector("[data-form]"), why: answer.ok ? "" : said ?? this.words.failed };
  }

  // Show the form of a page under its title; false where it has none.
  take(page) {
    if (!page.form) return false;
    const title = document.createElement("h2");
    title.textContent = page.tree.querySelector("h1")?.textContent ?? "";
    this.body.replaceChildren(title, document.adoptNode(page.form));
    return true;
  }

  async submit(event) {
    event.preventDefault();
    const page = await this.post(event.target, event.submitter);
    const isKept = Boolean(page.answer?.redirected);
    this.isChanged ||= isKept;
    // A page that leads back to its own form has more to be done there.
    if (this.take(page)) { this.body.querySelector("[aria-invalid=true]")?.focus(); return; }
    if (isKept) this.box.close();
    else this.say(page.why || this.words.failed);
  }

  post(form, submitter) {
    const asked = fetch(form.action, { method: "POST", headers: { Accept: "text/html" }, body: new FormData(form, submitter) });
    return this.page(asked);
  }

  // Send a form that is not in the dialog; answers why it was refused, else nothing.
  async send(form, submitter) {
    const page = await this.post(form, submitter);
    return page.answer?.redirected ? "" : page.why || this.words.failed;
  }

  say(why) {
    const note = document.createElement("div");
    note.className = "notice bad";
    note.setAttribute("role", "alert");
    note.textContent = why;
    this.body.querySelector(".notice")?.remove();
    this.body.prepend(note);
  }

  closed() {
    this.body.replaceChildren();
    if (this.isChanged) this.calls.done();
    else if (this.from?.isConnected) this.from.focus();
  }
}

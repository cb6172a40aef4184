// Input that is not kept yet: leaving the page asks first, sending the form does not.
// A script that fills a form by itself says so with a "filled" event; what a person typed before counts.

const forms = [...document.querySelectorAll("form[data-guarded]")];
const words = (form) => new URLSearchParams(new FormData(form)).toString();
const before = new Map(forms.map((form) => [form, words(form)]));
const touched = new Set();
let isSent = false;

for (const form of forms) {
  form.addEventListener("filled", () => { if (!touched.has(form)) before.set(form, words(form)); });
  form.addEventListener("input", () => { touched.add(form); isSent = false; });
}

// On the window, behind those who may still stop the sending.
window.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && forms.includes(event.target)) isSent = true;
});
window.addEventListener("pageshow", () => { isSent = false; });
window.addEventListener("beforeunload", (event) => {
  if (!isSent && forms.some((form) => "unsaved" in form.dataset || words(form) !== before.get(form))) event.preventDefault();
});

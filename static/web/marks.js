// The error beside a field: written where a reason is missing, gone as soon as the value changes.

export function mark(field, sentence) {
  clear(field);
  const error = document.createElement("p");
  error.className = "error";
  error.id = `${field.id}-error`;
  const sign = document.createElement("i");
  sign.className = "bi bi-exclamation-circle";
  sign.setAttribute("aria-hidden", "true");
  error.append(sign, ` ${sentence}`);
  field.closest(".field").classList.add("has-error");
  field.classList.add("is-invalid");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), error.id].filter(Boolean).join(" "));
  field.after(error);
}

export function clear(field) {
  const place = field.closest(".has-error");
  if (!place) return;
  const errors = [...place.querySelectorAll(".error")];
  for (const one of place.querySelectorAll("[aria-describedby]")) {
    const kept = one.getAttribute("aria-describedby").split(" ").filter((id) => !errors.some((error) => error.id === id));
    one.setAttribute("aria-describedby", kept.join(" "));
  }
  errors.forEach((error) => error.remove());
  for (const one of place.querySelectorAll(".is-invalid")) {
    one.classList.remove("is-invalid");
    one.setAttribute("aria-invalid", "false");
  }
  place.classList.remove("has-error");
  if (!document.querySelector(".has-error")) document.querySelector("[data-attention]")?.remove();
}

// Ahead of every other listener: what a field's own script shows depends on its error being gone.
for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => clear(event.target), true);

// True where nothing is missing; our own words in place of the browser's, which speaks its own language.
export function isComplete(form) {
  const empty = [...form.querySelectorAll("[data-missing]")].filter((field) => !field.value.trim());
  empty.forEach((field) => mark(field, field.dataset.missing));
  empty[0]?.focus();
  return !empty.length;
}

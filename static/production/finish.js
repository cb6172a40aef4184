// The report: m² and boxes stay in step, shades are chosen by a tap; without this script m² suffice.

for (const area of document.querySelectorAll("input[data-area]")) {
  const row = area.closest(".amount-row");
  const part = row.querySelector(".boxes");
  if (!part) continue;
  const boxes = part.querySelector("input");
  const perBox = Number(area.dataset.area);
  part.hidden = false;

  const showBoxes = () => {
    const value = Number(area.value.replaceAll(",", ""));
    boxes.value = area.value.trim() && Number.isFinite(value) ? String(Math.round((value / perBox) * 100) / 100) : "";
  };
  const showArea = () => {
    const value = Number(boxes.value);
    area.value = boxes.value.trim() && Number.isFinite(value) ? (value * perBox).toFixed(2) : "";
  };
  area.addEventListener("input", showBoxes);
  boxes.addEventListener("input", showArea);
  for (const button of part.querySelectorAll("button[data-step]")) {
    button.addEventListener("click", () => {
      boxes.value = String(Math.max(0, Math.round(Number(boxes.value || 0)) + Number(button.dataset.step)));
      showArea();
    });
  }
  showBoxes();
}

const shade = document.querySelector("input.shade");
for (const button of document.querySelectorAll("button[data-shade]")) {
  button.hidden = false;
  button.addEventListener("click", () => { shade.value = button.dataset.shade; });
}

// The planned figures fill only what nobody has counted yet, and only when somebody asks for them.
const take = document.querySelector("button[data-take-planned]");
take.hidden = false;
take.addEventListener("click", () => {
  for (const area of document.querySelectorAll("input[data-planned]")) {
    if (area.value.trim()) continue;
    area.value = area.dataset.planned;
    area.dispatchEvent(new Event("input"));
  }
});

// Parts of a page that another slice serves: <section data-fragment="/address" hidden>.
// A part that does not come (404, no right, no network) takes its section away with it.

for (const place of document.querySelectorAll("[data-fragment]")) fill(place);

async function fill(place) {
  try {
    const answer = await fetch(place.dataset.fragment, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    (place.querySelector("[data-fragment-body]") ?? place).innerHTML = await answer.text();
    place.hidden = false;
  } catch {
    place.remove();
  }
}

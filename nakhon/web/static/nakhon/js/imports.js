// Matching columns: the samples follow the choice, and only the questions that the place needs are shown.
const samples = JSON.parse(document.getElementById("column-samples").textContent);

for (const select of document.querySelectorAll("[data-mapping]")) {
  const box = select.closest("tr").querySelector("[data-samples]");
  select.addEventListener("change", () => {
    const values = samples[select.value] ?? [];
    box.replaceChildren(...(values.length ? values : ["–"]).map((text) => Object.assign(document.createElement("span"), { textContent: text, className: values.length ? "" : "muted" })));
    select.closest(".field").querySelector(".match")?.remove();
  });
}

const from = document.querySelector("[data-place-from]");
function show() {
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(from.value);
}
from?.addEventListener("change", show);
if (from) show();

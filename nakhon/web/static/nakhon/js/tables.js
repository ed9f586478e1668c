// Tables: choosing rows, choosing all, and showing what can be done with the choice.
import { every } from "./dom.js";

function startBulk(frame) {
  const all = frame.querySelector("[data-select-all]");
  const bar = frame.querySelector("[data-bulk]");
  const count = frame.querySelector("[data-bulk-count]");
  const boxes = () => [...frame.querySelectorAll("[data-select-row]")];
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    }
    if (count) count.textContent = String(chosen);
    if (bar) bar.hidden = chosen === 0;
  };
  all?.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; show(); });
  frame.addEventListener("change", (event) => { if (event.target.matches("[data-select-row]")) show(); });
  show();
}

export function startTables(root) {
  every(root, "[data-table]").forEach(startBulk);
}

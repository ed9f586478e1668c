// The panel of the city's map as a sheet on a phone: three heights, by the handle's button, by dragging it, or by the keyboard.
const STEPS = ["", "is-half", "is-full"];

export function startSheet(panel) {
  const handle = panel.querySelector("[data-sheet]");
  let at = 0;

  function to(step) {
    at = Math.max(0, Math.min(STEPS.length - 1, step));
    panel.classList.remove(...STEPS.filter(Boolean));
    if (STEPS[at]) panel.classList.add(STEPS[at]);
    handle.setAttribute("aria-expanded", String(at > 0));
  }

  let from = null;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => { from = event.clientY; dragged = false; handle.setPointerCapture(event.pointerId); });
  handle.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const way = from - event.clientY;
    from = null;
    if (Math.abs(way) > 24) { dragged = true; to(at + (way > 0 ? 1 : -1)); }
  });
  handle.addEventListener("pointercancel", () => { from = null; });
  handle.addEventListener("click", () => { if (dragged) { dragged = false; return; } to(at === STEPS.length - 1 ? 0 : at + 1); });
  panel.querySelector("#map-q").addEventListener("focus", () => { if (at === 0 && matchMedia("(max-width: 47.99rem)").matches) to(1); });
  return { atLeastHalf: () => { if (at === 0) to(1); }, full: () => to(2) };
}

// The search of the city's map: finds while one types, walks the results with the arrow keys, and goes to what is chosen.
export function startSearch(frame, { find, words, say, openRecord, openStation, goTo, show }) {
  const form = frame.querySelector("[data-find]");
  const input = form.querySelector("input");
  const box = frame.querySelector("[data-found]");
  let waiting = 0;
  let asked = 0;

  const links = () => [...box.querySelectorAll("a")];
  const open = (is) => { box.hidden = !is; input.setAttribute("aria-expanded", String(is)); };

  async function ask() {
    const text = input.value.trim();
    const own = ++asked;
    if (text.length < 2) { open(false); return; }
    try {
      const answer = await fetch(`${find}?q=${encodeURIComponent(text)}`, { credentials: "same-origin", headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
      if (own !== asked || !found) return;
      box.replaceChildren(...[...found.children].map((child) => document.adoptNode(child)));
      open(true);
      const number = links().length;
      say(number ? words.found.replace("#", String(number)) : words.none);
    } catch (error) {
      console.error(error);
      say(words.failed);
    }
  }

  function choose(link) {
    open(false);
    const { lon, lat, register, key, station } = link.dataset;
    if (register) show(register);
    if (lon) goTo(Number(lon), Number(lat), { area: "area" in link.dataset });
    if (register) openRecord(register, key);
    else openStation(station);
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
  input.addEventListener("focus", () => { if (box.childElementCount && input.value.trim().length > 1) open(true); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first] = links();
    if (!box.hidden && first) choose(first); else ask();
  });
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    // A new tab was asked for: the record's own page is there.
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(link);
  });
  frame.addEventListener("keydown", (event) => {
    if (box.hidden || !(event.target === input || box.contains(event.target))) return;
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { event.preventDefault(); all[Math.min(at + 1, all.length - 1)]?.focus(); }
    else if (event.key === "ArrowUp") { event.preventDefault(); if (at <= 0) input.focus(); else all[at - 1].focus(); }
    else if (event.key === "Escape") { event.preventDefault(); open(false); input.focus(); }
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target) && !box.contains(event.target)) open(false); });
}

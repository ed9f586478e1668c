// Makes a page that works without scripts work better with them. Each part looks for its own data attributes.
import { every } from "./dom.js";
import { startForms } from "./forms.js";
import { startMaps } from "./map.js";
import { startCharts } from "./chart.js";
import { startTables } from "./tables.js";

function startTheme(root) {
  for (const box of every(root, "[data-theme-switch]")) {
    box.hidden = false;
    const buttons = [...box.querySelectorAll("[data-theme-choice]")];
    const show = () => {
      const chosen = document.documentElement.dataset.themeChoice;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
    };
    for (const button of buttons) {
      button.addEventListener("click", () => { window.nakhonScheme.choose(button.dataset.themeChoice); show(); });
    }
    show();
  }
}

function startToasts(root) {
  for (const toast of every(root, "[data-toast]")) {
    toast.querySelector("[data-close-toast]")?.addEventListener("click", () => toast.remove());
  }
}

function startFocus(root) {
  every(root, "[data-focus-on-load]")[0]?.focus();
}

// Long printed paragraphs start at four lines; without scripts they are simply whole.
function startClamp(root) {
  for (const text of every(root, "[data-clamp]")) {
    text.classList.add("is-clamped");
    if (text.scrollHeight <= text.clientHeight + 4) { text.classList.remove("is-clamped"); continue; }
    const more = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-s more-button", textContent: text.dataset.clamp });
    more.setAttribute("aria-expanded", "false");
    more.addEventListener("click", () => { text.classList.remove("is-clamped"); more.remove(); text.tabIndex = -1; text.focus(); });
    text.after(more);
  }
}

// A row of places that is wider than the screen starts where the reader is.
function startStrips(root) {
  for (const strip of every(root, ".portal-nav, .tabs")) {
    const now = strip.querySelector("[aria-current]");
    if (!now || strip.scrollWidth <= strip.clientWidth) continue;
    const off = now.getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollLeft += off - (strip.clientWidth - now.offsetWidth) / 2;
  }
}

// The list of contents follows the reader: the last section whose top has passed the upper third of the window.
function startContents(root) {
  for (const list of every(root, "[data-contents]")) {
    const parts = [...list.querySelectorAll("a[href^='#']")]
      .map((link) => ({ link, target: document.getElementById(link.hash.slice(1)) }))
      .filter((part) => part.target);
    const show = () => {
      const passed = parts.filter((part) => part.target.getBoundingClientRect().top < window.innerHeight * 0.33);
      const now = passed.at(-1) ?? parts[0];
      for (const part of parts) {
        if (part === now) part.link.setAttribute("aria-current", "true"); else part.link.removeAttribute("aria-current");
      }
    };
    let waiting = false;
    window.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; show(); });
    }, { passive: true });
    show();
  }
}

// Dialogs and the drawer are opened and closed from anywhere on the page, so one listener serves all.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  const closer = event.target.closest("[data-close-dialog]");
  if (closer) closer.closest("dialog")?.close();
  const printer = event.target.closest("[data-print]");
  if (printer) window.print();
  if (event.target.matches?.("dialog") && event.target.open) event.target.close();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.metaKey && !event.ctrlKey) {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); }
  }
});

// A form that was sent says so, and is not sent twice. One that downloads a file (data-download) leaves the page as it is.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.classList.contains("btn") || event.target.method === "dialog" || "download" in event.target.dataset) return;
  if (button.classList.contains("is-busy")) { event.preventDefault(); return; }
  button.classList.add("is-busy");
  button.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll(".btn.is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-busy");
  }
});

export function start(root) {
  for (const part of [startTheme, startToasts, startForms, startTables, startMaps, startCharts, startClamp, startContents, startStrips, startFocus]) part(root);
}

start(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });

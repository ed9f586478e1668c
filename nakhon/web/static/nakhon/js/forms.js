// Helps with forms: showing a password, one-time codes in any digits, files that are dropped, leaving with unsaved changes.
import { every } from "./dom.js";
const THAI_ZERO = 0x0e50;

export const arabicDigits = (text) => text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - THAI_ZERO));

function startPassword(box) {
  const input = box.querySelector("input");
  const button = box.querySelector("[data-password-toggle]");
  if (!input || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

function startCode(input) {
  const length = Number(input.maxLength) > 0 ? Number(input.maxLength) : 6;
  input.removeAttribute("maxlength"); // a pasted code may carry spaces; it is cut below
  input.addEventListener("input", () => {
    const digits = arabicDigits(input.value).replace(/\D/g, "").slice(0, length);
    if (digits !== input.value) input.value = digits;
    if (digits.length === length && "autoSubmit" in input.dataset) input.form?.requestSubmit();
  });
}

const size = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

function startDropzone(zone) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-file-list]");
  if (!input) return;
  const show = () => {
    if (!list) return;
    list.replaceChildren(...[...input.files].map((file) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      name.className = "grow";
      name.textContent = file.name;
      const weight = document.createElement("span");
      weight.className = "muted small num";
      weight.textContent = size(file.size);
      row.append(name, weight);
      return row;
    }));
    list.hidden = input.files.length === 0;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer?.files.length) {
        const kept = new DataTransfer();
        for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) kept.items.add(file);
        input.files = kept.files;
        show();
      }
    });
  }
}

function startGuard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

export function startForms(root) {
  every(root, "[data-password]").forEach(startPassword);
  every(root, "[data-otp]").forEach(startCode);
  every(root, "[data-dropzone]").forEach(startDropzone);
  every(root, "form[data-guard]").forEach(startGuard);
}

// The wall of the control room: values change as they come, the rest is taken anew from the server; nothing grows with time.
import { connectLive } from "./live.js";
import { mountWallMap } from "./wall-map.js";

const KEEP = 120; // points of a tile's line
const RENEW = 60000; // the whole board at least so often: "3 minutes ago" grows old by itself
const SOON = 800; // after an alert
const LATER = 15000; // after readings: levels and counts come from the server
const DAY = 24 * 3600 * 1000;

const english = document.documentElement.lang === "en";
const locale = english ? "en-GB-u-ca-buddhist" : "th-TH-u-ca-buddhist-nu-latn";
const zone = { timeZone: "Asia/Bangkok" };
const clock = new Intl.DateTimeFormat(english ? "en-GB" : "th-TH-u-nu-latn", { ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const hour = new Intl.DateTimeFormat(english ? "en-GB" : "th-TH-u-nu-latn", { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(locale, { ...zone, weekday: "long", day: "numeric", month: "long", year: "numeric" });

function dateOf(now) {
  if (!english) return day.format(now).replace("พ.ศ. ", "");
  const part = Object.fromEntries(day.formatToParts(now).map((one) => [one.type, one.value]));
  return `${part.weekday}, ${part.day} ${part.month} B.E. ${part.year}`;
}

function startClock() {
  const element = document.querySelector("[data-wall-clock]");
  const date = document.createElement("span");
  const time = document.createElement("strong");
  element.replaceChildren(date, time);
  const dated = document.createTextNode("");
  const timed = document.createTextNode("");
  date.append(dated);
  time.append(timed);
  const tick = () => {
    const now = Date.now();
    timed.data = clock.format(now);
    const said = dateOf(now);
    if (dated.data !== said) {
      dated.data = said;
      element.dateTime = new Date(now).toISOString().slice(0, 10);
    }
  };
  tick();
  setInterval(tick, 1000);
}

// Lines of the tiles, by stream; only of tiles that are on the wall.
const lines = new Map();

function readTiles() {
  const here = new Set();
  for (const tile of document.querySelectorAll("[data-stream]")) {
    const number = tile.dataset.stream;
    here.add(number);
    const said = tile.querySelector("[data-points]");
    const past = said ? JSON.parse(said.textContent) : [];
    const last = past.length ? past[past.length - 1][0] : 0;
    const own = (lines.get(number) ?? []).filter((point) => point[0] > last);
    lines.set(number, [...past, ...own].slice(-KEEP));
    draw(tile, lines.get(number));
  }
  for (const number of lines.keys()) if (!here.has(number)) lines.delete(number);
}

function draw(tile, points) {
  const path = tile.querySelector("[data-line]");
  if (!path) return;
  if (points.length < 2) {
    path.setAttribute("d", "");
    return;
  }
  const start = Math.min(points[0][0], Date.now() - DAY);
  const end = Math.max(points[points.length - 1][0], start + 1);
  let low = Infinity;
  let high = -Infinity;
  for (const [, value] of points) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const span = high - low || 1;
  let d = "";
  for (const [at, value] of points) {
    d += `${d ? "L" : "M"}${(((at - start) / (end - start)) * 100).toFixed(1)} ${(22 - ((value - low) / span) * 20).toFixed(1)}`;
  }
  path.setAttribute("d", d);
}

function put(number, said) {
  const tile = document.querySelector(`[data-stream="${CSS.escape(number)}"]`);
  if (!tile || typeof said.value !== "number") return;
  const decimals = Number(tile.dataset.decimals);
  const shown = said.value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const value = tile.querySelector("[data-value]");
  if (value.textContent !== shown) {
    value.textContent = shown;
    tile.classList.toggle("is-new-a");
    tile.classList.toggle("is-new-b", !tile.classList.contains("is-new-a"));
  }
  const at = Date.parse(said.time);
  if (!Number.isFinite(at)) return;
  tile.querySelector("[data-when]").textContent = hour.format(at);
  const points = lines.get(number) ?? [];
  if (points.length && at <= points[points.length - 1][0]) return;
  points.push([at, said.value]);
  if (points.length > KEEP) points.splice(0, points.length - KEEP);
  lines.set(number, points);
  draw(tile, points);
}

const seen = new Map();
const words = new XMLSerializer();

/** Puts the parts of a board that differ in their place. */
function place(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-wall-part]")) {
    const now = document.getElementById(part.id);
    const said = words.serializeToString(part);
    if (!now || seen.get(part.id) === said) continue;
    // Where somebody stands inside with the keyboard, nothing is taken from under them.
    if (now.contains(document.activeElement) && document.activeElement.matches("a")) continue;
    const list = now.querySelector("[tabindex]");
    const scrolled = list ? list.scrollTop : 0;
    now.replaceChildren(...document.adoptNode(part).childNodes);
    if (list && scrolled) now.querySelector("[tabindex]")?.scrollTo(0, scrolled);
    seen.set(part.id, said);
  }
  readTiles();
  return JSON.parse(fresh.getElementById("wall-map-data").textContent);
}

function startLive(map) {
  const body = document.body.dataset;
  const state = document.querySelector("[data-wall-live]");
  const text = state.querySelector("[data-live-text]");
  let timer = 0;
  let due = 0;
  let asking = false;
  let live = null;
  let good = Date.now();

  function tell(now) {
    if (now && live !== true) text.textContent = text.dataset.liveWord;
    if (!now && live !== false) text.textContent = `${text.dataset.staleWord} ${hour.format(good)}`;
    live = now;
    state.dataset.wallLive = now ? "yes" : "no";
  }
  async function renew() {
    timer = 0;
    if (asking) return later(SOON);
    asking = true;
    try {
      const answer = await fetch(body.board, { credentials: "same-origin", headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      map?.show(place(await answer.text()));
      if (live) good = Date.now();
    } catch {
      // The stream says by itself when it is back; until then what is shown is old.
      tell(false);
    } finally {
      asking = false;
      if (!timer) later(RENEW);
    }
  }
  function later(wait) {
    const at = Date.now() + wait;
    if (timer && at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(renew, wait);
  }
  connectLive(body.cityBase, {
    obs(said) {
      good = Date.now();
      for (const number of Object.keys(said.streams ?? {})) put(number, said.streams[number]);
      later(said.all ? SOON : LATER);
    },
    alert: () => later(SOON),
    command: () => later(LATER),
    state(now) {
      tell(now);
      if (now) later(SOON);
    },
  });
  later(RENEW);
}

function startTools(map) {
  const full = document.querySelector("[data-wall-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  const scheme = document.querySelector("[data-wall-scheme]");
  const choose = (light) => {
    document.body.classList.toggle("is-light", light);
    scheme.setAttribute("aria-pressed", String(light));
    map?.repaint();
  };
  try { if (localStorage.getItem("nakhon.wall") === "light") choose(true); } catch { /* storage may be closed */ }
  scheme.addEventListener("click", () => {
    const light = !document.body.classList.contains("is-light");
    choose(light);
    try { localStorage.setItem("nakhon.wall", light ? "light" : "dark"); } catch { /* kept for this page only */ }
  });
}

startClock();
readTiles();
const data = JSON.parse(document.getElementById("wall-map-data").textContent);
const map = await mountWallMap(document.querySelector("[data-wall-map]"), data);
startTools(map);
startLive(map);

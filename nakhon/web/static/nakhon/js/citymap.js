// The city's map: draws layers and stations, keeps its state in the address, and shows a card for what is touched or found.
import { addLayer, inDrawingOrder, makeLabels, mark, repaintLayer, showLayer, touchable } from "./citymap-layers.js";
import { startSearch } from "./citymap-search.js";
import { startSheet } from "./citymap-sheet.js";
import { connectLive } from "./live.js";
import { addStyle, groundStyle, hasWebgl, MAP_WORDS, pinElement, repaintGround } from "./stations-map.js";

const frame = document.querySelector("[data-citymap]");
const config = JSON.parse(document.getElementById("citymap-config").textContent);
const words = frame.querySelector("[data-words]").dataset;
const said = frame.querySelector("[data-said]");
const card = frame.querySelector("[data-card]");
const layers = inDrawingOrder(config.layers);
const layerOf = (key) => layers.find((layer) => layer.key === key);
const kinds = new Map([...frame.querySelectorAll("[data-kind]")].map((box) => [box.dataset.kind, box]));
const sheet = startSheet(frame.querySelector("[data-panel]"));
let map = null;
let library = null;
let markers = [];
let pins = [];
let chosen = null;
let label = () => {};

const say = (sentence) => { said.textContent = ""; setTimeout(() => { said.textContent = sentence; }, 60); };

// The state of the map in the address: ?at=lat,lon,zoom&layers=a,b&feature=register:key
function readState() {
  const query = new URLSearchParams(location.search);
  const at = (query.get("at") ?? "").split(",").map(Number);
  return {
    at: at.length === 3 && at.every(Number.isFinite) && query.get("at") ? { lat: at[0], lon: at[1], zoom: at[2] } : null,
    layers: query.has("layers") ? query.get("layers").split(",") : null,
    kinds: query.has("stations") ? query.get("stations").split(",") : null,
    feature: query.get("feature"),
  };
}

function writeState() {
  if (!map) return;
  const query = new URLSearchParams(location.search);
  const { lat, lng } = map.getCenter();
  query.set("at", `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom().toFixed(2)}`);
  query.set("layers", layers.filter((layer) => layer.shown).map((layer) => layer.key).join(","));
  if (kinds.size) query.set("stations", [...kinds].filter(([, box]) => box.checked).map(([key]) => key).join(","));
  if (chosen) query.set("feature", chosen); else query.delete("feature");
  history.replaceState(null, "", `?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`);
}

function showLegend(layer) {
  const item = frame.querySelector(`[data-layer-item="${CSS.escape(layer.key)}"]`);
  const more = item?.querySelector("[data-layer-more]");
  if (more) more.hidden = !layer.shown;
  const note = item?.querySelector("[data-zoom-note]");
  if (note) note.hidden = !map || !layer.shown || map.getZoom() >= layer.minZoom;
}

function startBoxes() {
  for (const box of frame.querySelectorAll("[data-layer]")) {
    const layer = layerOf(box.dataset.layer);
    if (!layer) continue;
    box.checked = layer.shown;
    showLegend(layer);
    box.addEventListener("change", () => {
      layer.shown = box.checked;
      if (map) showLayer(map, layer, box.checked);
      showLegend(layer);
      writeState();
    });
  }
  for (const box of kinds.values()) box.addEventListener("change", () => { drawPins(); writeState(); });
}

// Cards come from the server, in the reader's language.
async function openCard(address, id, { focus = true } = {}) {
  let answer = null;
  try {
    answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch (error) {
    console.error(error);
    say(words.failed);
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-icon card-close" });
  close.setAttribute("aria-label", words.close);
  close.append(cross());
  close.addEventListener("click", closeCard);
  card.replaceChildren(...[...fresh.body.children].map((child) => document.adoptNode(child)), close);
  card.hidden = false;
  chosen = id;
  const [register, ...rest] = id.split(":");
  if (map) mark(map, frame, layerOf(register), rest.join(":"));
  sheet.atLeastHalf();
  card.closest(".map-panel-body").scrollTop = 0;
  if (focus) card.querySelector("h2")?.focus({ preventScroll: true });
  writeState();
}

function cross() {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"], ["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "2"]]) drawing.setAttribute(name, value);
  line.setAttribute("d", "M6 6l12 12M18 6L6 18");
  drawing.append(line);
  return drawing;
}

function closeCard() {
  card.hidden = true;
  card.replaceChildren();
  chosen = null;
  if (map) mark(map, frame, null);
  frame.querySelector("#map-q").focus({ preventScroll: true });
  writeState();
}

export const openRecord = (register, key, options) => openCard(`${config.card}${encodeURIComponent(register)}/${encodeURIComponent(key)}/`, `${register}:${key}`, options);
export const openStation = (number, options) => openCard(`${config.station}${number}/`, `station:${number}`, options);

// On a phone the sheet covers the lower part of the map: the middle of what is seen lies above it.
const above = () => (matchMedia("(max-width: 47.99rem)").matches ? [0, -0.25 * frame.clientHeight] : [0, 0]);

export function goTo(lon, lat, { area = false } = {}) {
  map?.easeTo({ center: [lon, lat], offset: above(), zoom: area ? Math.max(11, Math.min(map.getZoom(), 13)) : Math.max(16, map.getZoom()), duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500 });
}

export function show(register) {
  const box = frame.querySelector(`[data-layer="${CSS.escape(register)}"]`);
  if (box && !box.checked) box.click();
}

function touched(event) {
  const { x, y } = event.point;
  const near = [[x - 7, y - 7], [x + 7, y + 7]];
  const found = map.queryRenderedFeatures(near, { layers: touchable(layers) });
  const rank = { Point: 0, MultiPoint: 0, LineString: 1, MultiLineString: 1, Polygon: 2, MultiPolygon: 2 };
  found.sort((one, other) => rank[one.geometry.type] - rank[other.geometry.type]);
  const [feature] = found;
  if (!feature) return;
  if (feature.properties.point_count > 1) {
    say(words.many);
    map.easeTo({ center: event.lngLat, zoom: Math.min(18, map.getZoom() + 2) });
    return;
  }
  openRecord(feature.source, String(feature.properties.key));
}

function drawPins() {
  for (const marker of markers) marker.remove();
  if (!map) return;
  const shown = pins.filter((pin) => kinds.get(pin.kind)?.checked ?? true);
  const small = shown.length > 60 && map.getZoom() < 13;
  markers = shown.map((pin) => {
    const element = pinElement(pin, small);
    if (pin.alert) element.classList.add("is-alert");
    const name = element.getAttribute("aria-label");
    element.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); openStation(pin.number); });
    const marker = new library.Marker({ element }).setLngLat([pin.lon, pin.lat]).addTo(map);
    element.setAttribute("aria-label", name);
    element.removeAttribute("role");
    element.removeAttribute("tabindex");
    return marker;
  });
}

function drawAlerts(alerts) {
  const box = frame.querySelector("[data-alerts]");
  box.replaceChildren(...alerts.slice(0, 5).map((alert) => {
    const row = Object.assign(document.createElement("button"), { type: "button", className: `alert-row is-${alert.severity}`, textContent: `${alert.text} · ${alert.thing}` });
    row.addEventListener("click", () => { if (alert.place) goTo(...alert.place); openStation(alert.station); });
    return row;
  }));
}

function collapseSources() {
  // Whose data it is stays one press away; every layer in the list says it too.
  frame.querySelector(".maplibregl-ctrl-attrib")?.classList.remove("maplibregl-compact-show");
}

async function loadPins() {
  if (!config.pins) return;
  try {
    const answer = await fetch(config.pins, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const data = await answer.json();
    pins = data.pins;
    drawPins();
    drawAlerts(data.alerts);
  } catch (error) {
    console.error(error);
  }
}

function startLive() {
  let waiting = 0;
  const soon = () => { waiting ||= setTimeout(() => { waiting = 0; loadPins(); }, 4000); };
  if (config.pins) connectLive(config.city, { obs: soon, alert: soon });
}

function startShare() {
  frame.querySelector("[data-share]").addEventListener("click", async () => {
    writeState();
    try {
      if (navigator.share && matchMedia("(pointer: coarse)").matches) await navigator.share({ url: location.href });
      else { await navigator.clipboard.writeText(location.href); say(words.copied); flash(words.copied); }
    } catch (error) { if (error.name !== "AbortError") window.prompt(words.copied, location.href); }
  });
}

function flash(sentence) {
  const name = frame.querySelector("[data-share] span");
  const before = name.dataset.before ?? name.textContent;
  name.dataset.before = before;
  name.textContent = sentence;
  setTimeout(() => { name.textContent = before; }, 2500);
}

async function draw(state) {
  if (!hasWebgl()) return fail();
  await addStyle(frame.dataset.mapStyle);
  library = await import(new URL(frame.dataset.mapLibrary, location.href).href);
  const start = state.at ? { center: [state.at.lon, state.at.lat], zoom: state.at.zoom }
    : config.bounds ? { bounds: [config.bounds.slice(0, 2), config.bounds.slice(2)], fitBoundsOptions: { padding: 40, maxZoom: 15 } }
      : { center: config.center ?? [100.6, 13.7], zoom: config.center ? 12 : 5 };
  map = new library.Map({
    container: frame.querySelector("[data-map-canvas]"), style: frame.dataset.basemap || groundStyle(frame), ...start,
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19, minZoom: 4, locale: MAP_WORDS[config.language] ?? MAP_WORDS.th,
  });
  frame.nakhonMap = map;
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  // The position is asked for only when this button is pressed, and it stays in the browser.
  map.addControl(new library.GeolocateControl({ positionOptions: { enableHighAccuracy: true }, trackUserLocation: false }), "top-right");
  map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new library.AttributionControl({ compact: true, customAttribution: "OCHA, RTSD (CC BY-IGO)" }), "bottom-right");
  label = makeLabels(map, library);
  map.once("load", () => {
    for (const layer of layers) addLayer(map, layer, frame);
    map.on("click", touched);
    map.on("mousemove", (event) => {
      const over = map.queryRenderedFeatures(event.point, { layers: touchable(layers) }).length > 0;
      map.getCanvas().style.cursor = over ? "pointer" : "";
    });
    map.on("idle", () => label(layers));
    map.on("moveend", () => { writeState(); for (const layer of layers) showLegend(layer); });
    map.on("zoomend", () => { if (pins.length > 60) drawPins(); });
    frame.classList.add("is-live");
    for (const layer of layers) showLegend(layer);
    map.once("idle", collapseSources);
    loadPins();
    if (state.feature) reopen(state);
  });
  document.addEventListener("nakhon:scheme", () => {
    repaintGround(map, frame);
    for (const layer of layers) if (map.getSource(layer.key)) repaintLayer(map, layer, frame);
  });
}

async function reopen(state) {
  const [register, ...rest] = state.feature.split(":");
  const key = rest.join(":");
  if (register === "station") await openStation(key, { focus: false });
  else { show(register); await openRecord(register, key, { focus: false }); }
  if (state.at) return;
  // A link that names a record alone leads to its place.
  const answer = await fetch(`${config.find}?q=${encodeURIComponent(card.querySelector("h2")?.textContent ?? "")}`, { credentials: "same-origin" });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const link = found.querySelector(`a[data-register="${CSS.escape(register)}"][data-key="${CSS.escape(key)}"], a[data-station="${CSS.escape(key)}"]`);
  if (link?.dataset.lon) goTo(Number(link.dataset.lon), Number(link.dataset.lat), { area: "area" in link.dataset });
}

function fail() {
  frame.querySelector(".citymap-stage").append(Object.assign(document.createElement("p"), { className: "map-note", textContent: frame.dataset.mapFailed }));
  sheet.full();
  const state = readState();
  if (state.feature) reopen(state);
  loadPins();
}

const state = readState();
if (state.layers) for (const layer of layers) layer.shown = state.layers.includes(layer.key);
if (state.kinds) for (const [key, box] of kinds) box.checked = state.kinds.includes(key);
startBoxes();
startSearch(frame, { find: config.find, words, say, openRecord, openStation, goTo, show });
startShare();
startLive();
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !card.hidden && !event.defaultPrevented) closeCard(); });
draw(state).catch((error) => { console.error(error); fail(); });

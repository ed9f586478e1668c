// Pages of registers. The map in its modes: the rows of a list, one record, two shapes compared, a place to be picked or drawn.
import { colour } from "./dom.js";
import { addStyle, groundStyle, hasWebgl, MAP_WORDS, repaintGround } from "./stations-map.js";
import { startPicking } from "./registers-place.js";

export function corners(coordinates, bounds) {
  if (typeof coordinates?.[0] === "number") bounds.extend(coordinates.slice(0, 2));
  else for (const inner of coordinates ?? []) corners(inner, bounds);
}

async function open(frame, data) {
  if (!hasWebgl()) throw new Error("no WebGL");
  await addStyle(frame.dataset.mapStyle);
  const library = await import(new URL(frame.dataset.mapLibrary, location.href).href);
  const bounds = new library.LngLatBounds();
  for (const point of data.points ?? []) bounds.extend([point.lon, point.lat]);
  for (const shape of [data.feature, data.before, data.start]) if (shape) corners(shape.coordinates, bounds);
  if (data.extent) { bounds.extend(data.extent.slice(0, 2)); bounds.extend(data.extent.slice(2)); }
  const view = bounds.isEmpty() ? { center: data.center ?? [100.6, 13.7], zoom: data.center ? 12 : 5 } : { bounds, fitBoundsOptions: { padding: 40, maxZoom: data.coarse ? 12 : 16 } };
  const map = new library.Map({
    container: frame.querySelector("[data-map-canvas]"), style: frame.dataset.basemap || groundStyle(frame), ...view,
    attributionControl: false, cooperativeGestures: data.mode !== "pick", dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19, locale: MAP_WORDS[data.language] ?? MAP_WORDS.th,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
  document.addEventListener("nakhon:scheme", () => repaintGround(map, frame));
  await map.once("load");
  return { map, library };
}

function drawFaint(map, frame, data) {
  if (!data.tiles) return;
  const own = colour(`data-${data.color}`, frame);
  const source = { source: "register", "source-layer": data.key };
  map.addSource("register", { type: "vector", tiles: [location.origin + data.tiles], maxzoom: 16 });
  map.addLayer({ id: "all-fill", type: "fill", ...source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": own, "fill-opacity": 0.1 } });
  map.addLayer({ id: "all-line", type: "line", ...source, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": own, "line-opacity": data.strong ? 0.9 : 0.4, "line-width": 1.3 } });
  map.addLayer({ id: "all-dot", type: "circle", ...source, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": own, "circle-opacity": data.strong ? 0.85 : 0.4, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1.6, 15, 4.5] } });
}

export function drawShape(map, frame, id, shape, color, faint = false) {
  const own = colour(`data-${color}`, frame);
  const strength = faint ? 0.35 : 1;
  map.addSource(id, { type: "geojson", data: { type: "Feature", properties: {}, geometry: shape } });
  map.addLayer({ id: `${id}-fill`, type: "fill", source: id, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": own, "fill-opacity": 0.25 * strength } });
  map.addLayer({ id: `${id}-line`, type: "line", source: id, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": own, "line-width": 3.5, "line-opacity": strength } });
  map.addLayer({ id: `${id}-dot`, type: "circle", source: id, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": own, "circle-radius": 9, "circle-opacity": strength, "circle-stroke-width": 3, "circle-stroke-opacity": strength, "circle-stroke-color": colour("surface", frame) } });
}

function drawCoarse(map, frame, shape) {
  // A coarse place is the corner of a square of about a kilometre: it is drawn as an area, never as a pin.
  const [lon, lat] = shape.coordinates;
  const high = 1 / 111.32;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: 49 }, (_, step) => [lon + wide * Math.cos((step * Math.PI) / 24), lat + high * Math.sin((step * Math.PI) / 24)]);
  const own = colour("warning", frame);
  map.addSource("coarse", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } } });
  map.addLayer({ id: "coarse-fill", type: "fill", source: "coarse", paint: { "fill-color": own, "fill-opacity": 0.2 } });
  map.addLayer({ id: "coarse-line", type: "line", source: "coarse", paint: { "line-color": own, "line-width": 2, "line-dasharray": [2, 2] } });
}

function drawSample(map, frame, data) {
  map.addSource("sample", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "MultiPoint", coordinates: data.sample } } });
  map.addLayer({ id: "sample", type: "circle", source: "sample", maxzoom: 13, paint: { "circle-color": colour(`data-${data.color}`, frame), "circle-opacity": 0.85, "circle-radius": 3 } });
}

function drawRows(map, library, frame, data) {
  const own = colour(data.coarse ? "warning" : `data-${data.color}`, frame);
  for (const point of data.points) {
    const dot = Object.assign(document.createElement("a"), { className: "record-dot", href: point.href, title: point.title });
    dot.style.color = own;
    new library.Marker({ element: dot }).setLngLat([point.lon, point.lat]).addTo(map);
    dot.setAttribute("aria-label", point.title);
    for (const name of ["role", "tabindex"]) dot.removeAttribute(name);
    const row = document.querySelector(`[data-record-row="${CSS.escape(point.id)}"]`);
    if (!row) continue;
    for (const [kind, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
      row.addEventListener(kind, () => dot.classList.toggle("is-on", on));
      dot.addEventListener(kind, () => row.classList.toggle("is-on", on));
    }
  }
}

function offerArea(map) {
  const link = document.querySelector("[data-search-area]");
  if (!link) return;
  map.on("moveend", (event) => {
    if (!event.originalEvent) return;
    const box = map.getBounds();
    const address = new URL(location.href);
    address.searchParams.delete("after");
    address.searchParams.set("bbox", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((part) => part.toFixed(5)).join(","));
    link.href = address.href;
    link.hidden = false;
  });
}

async function start(frame) {
  const data = JSON.parse(frame.querySelector("script[type='application/json']").textContent);
  const field = frame.closest("[data-place]");
  if (data.mode === "pick") data.start = shapeIn(field);
  const { map, library } = await open(frame, data);
  if (data.mode === "pick" || data.mode === "list" || !data.coarse) drawFaint(map, frame, data);
  if (data.sample?.length) drawSample(map, frame, data);
  if (data.before) drawShape(map, frame, "before", data.before, "grey", true);
  if (data.feature && data.coarse) drawCoarse(map, frame, data.feature);
  else if (data.feature) drawShape(map, frame, "own", data.feature, data.color);
  if (data.mode === "list") { drawRows(map, library, frame, data); offerArea(map); }
  if (data.mode === "pick") startPicking(map, frame, field, data, drawShape);
  frame.classList.add("is-live");
  frame.nakhonMap = map;
}

function shapeIn(field) {
  try {
    return JSON.parse(field.querySelector("[name$='-at-shape']").value);
  } catch {
    return null;
  }
}

for (const frame of document.querySelectorAll("[data-register-map]")) {
  start(frame).catch((error) => {
    console.warn(error);
    frame.append(Object.assign(document.createElement("p"), { className: "map-note", textContent: frame.dataset.mapFailed }));
  });
}

// A field that is filled in on the page of many is meant to be set.
for (const row of document.querySelectorAll(".bulk-field")) {
  row.addEventListener("input", (event) => { if (!event.target.matches("[data-bulk-set]")) row.querySelector("[data-bulk-set]").checked = true; });
}
document.querySelector("[data-bulk-form]")?.addEventListener("submit", (event) => {
  if (event.submitter?.name === "confirm") document.querySelector("[data-bulk-progress]").hidden = false;
});

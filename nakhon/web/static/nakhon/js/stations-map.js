// A map of stations. Pins are links that carry the value in the colour of its level; on a wide view many become small dots.
import { colour } from "./dom.js";

const MANY = 40;

export const hasWebgl = () => {
  try { return Boolean(document.createElement("canvas").getContext("webgl2")); } catch { return false; }
};

export function addStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((done) => {
    link.onload = link.onerror = () => done();
    document.head.prepend(link);
  });
}

const GROUND = { sea: ["background-color", "map-sea"], land: ["fill-color", "map-land"], gap: ["fill-color", "map-gap"], border: ["line-color", "map-line"] };

/** Our own ground: sea, provinces and their borders. */
export function groundStyle(frame) {
  const paint = (name) => ({ [GROUND[name][0]]: colour(GROUND[name][1], frame) });
  return {
    version: 8,
    sources: { provinces: { type: "geojson", data: new URL(frame.dataset.mapProvinces, location.href).href } },
    layers: [
      { id: "sea", type: "background", paint: paint("sea") },
      { id: "land", type: "fill", source: "provinces", paint: paint("land") },
      { id: "gap", type: "fill", source: "provinces", filter: ["==", ["get", "gap"], true], paint: paint("gap") },
      { id: "border", type: "line", source: "provinces", paint: { ...paint("border"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.5, 8, 1.4] } },
    ],
  };
}

export function repaintGround(map, frame) {
  for (const [name, [token]] of Object.entries(LINES)) {
    if (map.getLayer(`ground-${name}`)) map.setPaintProperty(`ground-${name}`, "line-color", colour(token, frame));
  }
  for (const [layer, [property, name]] of Object.entries(GROUND)) {
    if (map.getLayer(layer)) map.setPaintProperty(layer, property, colour(name, frame));
  }
}

const LINES = { roads: ["map-line", ["interpolate", ["linear"], ["zoom"], 9, 0.4, 13, 1.6, 17, 6]], boundary: ["brand", 2] };

/** The city's own roads and line under what a small map shows, where it has registers of them. */
export function addGround(map, frame, ground) {
  for (const [name, source] of Object.entries(ground ?? {})) {
    const [token, width] = LINES[name];
    map.addSource(`ground-${name}`, { type: "vector", tiles: [location.origin + source.tiles], maxzoom: 16 });
    map.addLayer({ id: `ground-${name}`, type: "line", source: `ground-${name}`, "source-layer": source.key, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour(token, frame), "line-width": width, ...(name === "boundary" ? { "line-dasharray": [3, 1.5] } : {}) } });
  }
}

export const MAP_WORDS = {
  th: { "NavigationControl.ZoomIn": "ขยาย", "NavigationControl.ZoomOut": "ย่อ", "AttributionControl.ToggleAttribution": "ที่มาของแผนที่", "Map.Title": "แผนที่", "GeolocateControl.FindMyLocation": "ตำแหน่งของฉัน", "GeolocateControl.LocationNotAvailable": "ไม่ทราบตำแหน่ง", "CooperativeGesturesHandler.WindowsHelpText": "กด Ctrl ค้างแล้วเลื่อนเพื่อขยายแผนที่", "CooperativeGesturesHandler.MacHelpText": "กด ⌘ ค้างแล้วเลื่อนเพื่อขยายแผนที่", "CooperativeGesturesHandler.MobileHelpText": "ใช้สองนิ้วเลื่อนแผนที่" },
  en: {},
};

export function pinElement(pin, small) {
  const element = document.createElement("a");
  element.href = pin.href;
  element.className = `value-pin level-${pin.tone}${small ? " is-small" : ""}`;
  element.dataset.pinOf = pin.number;
  element.setAttribute("aria-label", [pin.name, pin.value === "–" ? "" : `${pin.value} ${pin.unit}`.trim(), pin.level].filter(Boolean).join(", "));
  element.title = [pin.name, pin.level].filter(Boolean).join(" · ");
  if (!small) element.textContent = pin.value;
  return element;
}

export async function mountStationMap(frame, data) {
  if (!hasWebgl()) { fail(frame); return null; }
  try {
    await addStyle(frame.dataset.mapStyle);
    const library = await import(new URL(frame.dataset.mapLibrary, location.href).href);
    const map = new library.Map({
      container: frame.querySelector("[data-map-canvas]"),
      style: frame.dataset.basemap || groundStyle(frame),
      center: data.center ?? [100.6, 13.7],
      zoom: data.center ? 11 : 5,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 18,
      locale: MAP_WORDS[data.language] ?? MAP_WORDS.th,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    let markers = [];
    function show(pins) {
      for (const marker of markers) marker.remove();
      const small = pins.length > MANY;
      markers = pins.map((pin) => {
        const element = pinElement(pin, small);
        const label = element.getAttribute("aria-label");
        const marker = new library.Marker({ element }).setLngLat([pin.lon, pin.lat]).addTo(map);
        // The library names every marker alike; the value and the name say more.
        element.setAttribute("aria-label", label);
        element.removeAttribute("role");
        element.removeAttribute("tabindex");
        return marker;
      });
    }
    show(data.pins);
    look(map, library, data.pins);
    map.once("load", () => { addGround(map, frame, data.ground); frame.classList.add("is-live"); });
    document.addEventListener("nakhon:scheme", () => repaintGround(map, frame));
    join(frame);
    frame.nakhonMap = map;
    return { map, show };
  } catch (error) {
    console.error(error);
    fail(frame);
    return null;
  }
}

function look(map, library, pins) {
  if (!pins.length) return;
  const bounds = new library.LngLatBounds();
  for (const pin of pins) bounds.extend([pin.lon, pin.lat]);
  map.fitBounds(bounds, { padding: 56, maxZoom: 13, animate: false });
}

function fail(frame) {
  frame.append(Object.assign(document.createElement("p"), { className: "map-note", textContent: frame.dataset.mapFailed }));
}

// Pointing at a card shows its pin.
function join(frame) {
  const pinOf = (event) => {
    const card = event.target.closest?.("[data-pin]");
    return card ? frame.querySelector(`[data-pin-of="${card.dataset.pin}"]`) : null;
  };
  for (const [kind, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    document.addEventListener(kind, (event) => pinOf(event)?.classList.toggle("is-on", on));
  }
}

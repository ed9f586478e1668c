// Maps. Mounts MapLibre in [data-map] from the JSON beside it:
//   {bounds: [west, south, east, north] | center: [lon, lat], zoom, points: [{id, lon, lat, label, href, hue}],
//    layers: [{id, url | data, kind: "fill" | "line" | "circle", hue}], highlight: [province names in Thai], basemap: style URL}
// The list beside the map says the same in words, so a map that cannot be drawn takes nothing away.
import { colour, every } from "./dom.js";
const THAILAND = [97.2, 5.5, 105.8, 20.6];

const hasWebgl = () => {
  try { return Boolean(document.createElement("canvas").getContext("webgl2")); } catch { return false; }
};

function addStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((done) => {
    link.onload = link.onerror = () => done();
    // Before our own sheets, whose layer would otherwise lose to the library's plain rules.
    document.head.prepend(link);
  });
}

function ownStyle(frame, config) {
  return {
    version: 8,
    sources: {
      provinces: { type: "geojson", data: new URL(frame.dataset.mapProvinces, location.href).href, attribution: "© OCHA, RTSD · CC BY-IGO" },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("map-sea", frame) } },
      { id: "land", type: "fill", source: "provinces", paint: { "fill-color": colour("map-land", frame) } },
      { id: "gap", type: "fill", source: "provinces", filter: ["==", ["get", "gap"], true], paint: { "fill-color": colour("map-gap", frame) } },
      { id: "highlight", type: "fill", source: "provinces", filter: ["in", ["get", "th"], ["literal", config.highlight ?? []]], paint: { "fill-color": colour("brand-tint-2", frame) } },
      { id: "border", type: "line", source: "provinces", paint: { "line-color": colour("map-line", frame), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.5, 8, 1.4] } },
    ],
  };
}

function repaint(map, frame) {
  const paint = { sea: ["background-color", "map-sea"], land: ["fill-color", "map-land"], gap: ["fill-color", "map-gap"], highlight: ["fill-color", "brand-tint-2"], border: ["line-color", "map-line"] };
  for (const [layer, [property, name]] of Object.entries(paint)) {
    if (map.getLayer(layer)) map.setPaintProperty(layer, property, colour(name, frame));
  }
}

function marker(point) {
  // Labels are HTML: the browser shapes Thai correctly, and a link is a link for the keyboard too.
  const element = document.createElement(point.href ? "a" : "div");
  element.className = "map-marker";
  if (point.href) element.href = point.href;
  if (point.hue !== undefined) element.dataset.hue = String((Math.round(point.hue / 15) * 15) % 360);
  if (point.id) element.dataset.point = point.id;
  const pin = Object.assign(document.createElement("span"), { className: "pin" });
  const tag = Object.assign(document.createElement("span"), { className: "tag", textContent: point.label });
  element.append(pin, tag);
  return element;
}

const LAYER_TYPES = {
  fill: (colour) => ({ type: "fill", paint: { "fill-color": colour, "fill-opacity": 0.35, "fill-outline-color": colour } }),
  line: (colour) => ({ type: "line", paint: { "line-color": colour, "line-width": 2.5 } }),
  circle: (colour) => ({ type: "circle", paint: { "circle-color": colour, "circle-radius": 6, "circle-stroke-width": 2, "circle-stroke-color": "#ffffff" } }),
};

function addLayers(map, frame, config) {
  for (const layer of config.layers ?? []) {
    map.addSource(layer.id, { type: "geojson", data: layer.data ?? new URL(layer.url, location.href).href });
    map.addLayer({ id: layer.id, source: layer.id, ...LAYER_TYPES[layer.kind ?? "circle"](colour("brand", frame)) });
  }
}

function say(frame, sentence) {
  const note = Object.assign(document.createElement("p"), { className: "map-note", textContent: sentence });
  frame.append(note);
}

const WORDS = {
  th: { "NavigationControl.ZoomIn": "ขยาย", "NavigationControl.ZoomOut": "ย่อ", "AttributionControl.ToggleAttribution": "ที่มาของแผนที่", "AttributionControl.MapFeedback": "แจ้งเรื่องแผนที่", "Map.Title": "แผนที่", "Marker.Title": "จุดบนแผนที่", "CooperativeGesturesHandler.WindowsHelpText": "กด Ctrl ค้างแล้วเลื่อนเพื่อขยายแผนที่", "CooperativeGesturesHandler.MacHelpText": "กด ⌘ ค้างแล้วเลื่อนเพื่อขยายแผนที่", "CooperativeGesturesHandler.MobileHelpText": "ใช้สองนิ้วเลื่อนแผนที่" },
  en: {},
};

async function mount(frame) {
  const canvas = frame.querySelector("[data-map-canvas]");
  const config = JSON.parse(frame.querySelector("[data-map-config]").textContent);
  if (!hasWebgl()) { say(frame, frame.dataset.mapFailed); return; }
  try {
    await addStyle(frame.dataset.mapStyle);
    const library = await import(new URL(frame.dataset.mapLibrary, location.href).href);
    const [west, south, east, north] = config.bounds ?? THAILAND;
    const map = new library.Map({
      container: canvas,
      style: config.basemap || ownStyle(frame, config),
      ...(config.center ? { center: config.center, zoom: config.zoom ?? 9 } : { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 12 } }),
      attributionControl: { compact: false },
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 18,
      locale: WORDS[config.language] ?? WORDS.th,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    const markers = [];
    for (const point of config.points ?? []) {
      const element = marker(point);
      new library.Marker({ element }).setLngLat([point.lon, point.lat]).addTo(map);
      markers.push(element);
      // The library names every marker alike; the link's own words say more.
      element.removeAttribute("aria-label");
      element.removeAttribute("role");
      element.removeAttribute("title");
      element.removeAttribute("tabindex");
    }
    map.once("load", () => { addLayers(map, frame, config); arrange(frame, markers); frame.classList.add("is-live"); });
    map.on("zoomend", () => arrange(frame, markers));
    document.addEventListener("nakhon:scheme", () => repaint(map, frame));
    link(frame);
    frame.nakhonMap = map;
  } catch (error) {
    console.error(error);
    say(frame, frame.dataset.mapFailed);
  }
}

const meets = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

// Labels stand to the right of their pin, to the left where that is taken, and wait for the pointer where neither has room.
function arrange(frame, markers) {
  const bounds = frame.getBoundingClientRect();
  const taken = markers.map((element) => element.querySelector(".pin").getBoundingClientRect());
  for (const element of markers) {
    const own = element.querySelector(".pin").getBoundingClientRect();
    const tag = element.querySelector(".tag");
    element.classList.remove("to-left", "no-room");
    const free = () => {
      const box = tag.getBoundingClientRect();
      const inside = box.left >= bounds.left && box.right <= bounds.right;
      return inside && !taken.some((other) => meets(box, other) && !(other.left === own.left && other.top === own.top));
    };
    if (!free()) {
      element.classList.add("to-left");
      if (!free()) { element.classList.remove("to-left"); element.classList.add("no-room"); continue; }
    }
    taken.push(tag.getBoundingClientRect());
  }
}

// Pointing at a row of the list shows its place on the map.
function link(frame) {
  for (const row of document.querySelectorAll(`[data-map-row-of="${frame.dataset.map}"]`)) {
    const pin = frame.querySelector(`[data-point="${CSS.escape(row.dataset.pointId)}"]`);
    if (!pin) continue;
    for (const [kind, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
      row.addEventListener(kind, () => pin.classList.toggle("is-on", on));
    }
  }
}

export function startMaps(root) {
  const frames = every(root, "[data-map]");
  if (!frames.length) return;
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) { near.unobserve(entry.target); mount(entry.target); }
  }, { rootMargin: "300px" });
  for (const frame of frames) near.observe(frame);
}

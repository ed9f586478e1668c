// Layers of the city's map as MapLibre draws them: colours from the design tokens, points with the number they stand for.
import { colour } from "./dom.js";

const PARTS = ["fill", "edge", "line", "dot"];
const id = (key, part) => `own-${key}-${part}`;

/** The colour of a feature: by its value where the register says so, else the layer's own. */
function tint(layer, frame) {
  const own = colour(`data-${layer.color}`, frame);
  if (!layer.by || !layer.legend.length) return own;
  const pairs = layer.legend.flatMap(([value, , name]) => [value, colour(`data-${name}`, frame)]);
  return ["match", ["to-string", ["get", layer.by]], ...pairs, own];
}

const isKind = (kind) => ["==", ["geometry-type"], kind];
const MANY = ["coalesce", ["get", "point_count"], 1];

function paints(layer, frame) {
  const own = tint(layer, frame);
  const surface = colour("surface", frame);
  const ground = layer.ground === "boundary";
  return {
    fill: { "fill-color": own, "fill-opacity": ground ? 0.05 : 0.14 },
    edge: { "line-color": own, "line-width": ground ? ["interpolate", ["linear"], ["zoom"], 9, 1.5, 15, 3.5] : 1.4, "line-dasharray": ground ? [3, 1.5] : [1] },
    line: { "line-color": own, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.7, 14, 2, 18, 7] },
    dot: {
      "circle-color": own,
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, ["+", 2.2, ["min", 7, ["ln", MANY]]], 14, ["+", 4, ["min", 6, ["ln", MANY]]], 17, 7.5],
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 14, 1.6],
      "circle-stroke-color": surface,
    },
  };
}

const TYPES = { fill: ["fill", "Polygon"], edge: ["line", "Polygon"], line: ["line", "LineString"], dot: ["circle", "Point"] };

export function addLayer(map, layer, frame) {
  map.addSource(layer.key, {
    type: "vector", tiles: [location.origin + layer.tiles], minzoom: Math.min(layer.minZoom, 16), maxzoom: 16, promoteId: { [layer.key]: "key" },
    attribution: layer.attribution.replace(/[<>&]/g, " "),
  });
  const all = paints(layer, frame);
  for (const part of PARTS) {
    const [type, kind] = TYPES[part];
    map.addLayer({
      id: id(layer.key, part), type, source: layer.key, "source-layer": layer.key, filter: isKind(kind), minzoom: layer.minZoom,
      layout: { visibility: layer.shown ? "visible" : "none", ...(type === "line" ? { "line-cap": "round", "line-join": "round" } : {}) },
      paint: all[part],
    });
  }
}

export function showLayer(map, layer, shown) {
  layer.shown = shown;
  for (const part of PARTS) map.setLayoutProperty(id(layer.key, part), "visibility", shown ? "visible" : "none");
}

export function repaintLayer(map, layer, frame) {
  const all = paints(layer, frame);
  for (const part of PARTS) {
    for (const [property, value] of Object.entries(all[part])) map.setPaintProperty(id(layer.key, part), property, value);
  }
}

/** Areas below lines below points, whatever the order in which the city named its registers. */
export function inDrawingOrder(layers) {
  const rank = (layer) => (layer.ground === "boundary" ? 0 : { Polygon: 1, LineString: 2, any: 3, Point: 4 }[layer.geometry] ?? 3);
  return [...layers].sort((one, other) => rank(one) - rank(other));
}

export const touchable = (layers) => layers.filter((layer) => layer.shown && layer.ground !== "boundary").flatMap((layer) => ["dot", "line", "fill"].map((part) => id(layer.key, part)));

/** Marks the chosen record: a ring about a point, a strong line along a shape. */
export function mark(map, frame, layer, key) {
  for (const part of ["mark-line", "mark-dot"]) if (map.getLayer(part)) map.removeLayer(part);
  if (!layer) return;
  const strong = colour("focus", frame);
  const base = { source: layer.key, "source-layer": layer.key };
  const same = ["==", ["to-string", ["get", "key"]], key];
  map.addLayer({ id: "mark-line", type: "line", ...base, filter: ["all", same, ["!=", ["geometry-type"], "Point"]], paint: { "line-color": strong, "line-width": 4 } });
  map.addLayer({ id: "mark-dot", type: "circle", ...base, filter: ["all", same, isKind("Point")], paint: { "circle-radius": 12, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": strong, "circle-stroke-width": 4 } });
}

// Names stand as HTML, because the browser shapes Thai as it should be.
const FROM_ZOOM = { Polygon: 10, LineString: 14, Point: 16, any: 15 };
const MOST_LABELS = 40;

export function makeLabels(map, library) {
  let markers = [];
  return function label(layers) {
    for (const marker of markers) marker.remove();
    markers = [];
    const zoom = map.getZoom();
    const taken = [];
    const seen = new Set();
    for (const layer of [...layers].reverse()) {
      if (!layer.shown || !layer.label || zoom < Math.max(layer.minZoom, FROM_ZOOM[layer.geometry] ?? 15)) continue;
      const found = map.queryRenderedFeatures({ layers: ["dot", "line", "fill"].map((part) => id(layer.key, part)) });
      for (const feature of found) {
        const name = feature.properties[layer.label];
        const own = `${layer.key}:${layer.geometry === "LineString" ? name : feature.properties.key}`;
        if (!name || seen.has(own) || markers.length >= MOST_LABELS) continue;
        const place = middle(feature.geometry);
        if (!place) continue;
        const at = map.project(place);
        const half = Math.min(90, String(name).length * 4 + 4);
        const box = [at.x - half, at.y - 10, at.x + half, at.y + 10];
        if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
        seen.add(own);
        taken.push(box);
        const element = Object.assign(document.createElement("span"), { className: "map-label", textContent: String(name) });
        element.setAttribute("aria-hidden", "true");
        markers.push(new library.Marker({ element, anchor: layer.geometry === "Point" ? "left" : "center", offset: layer.geometry === "Point" ? [10, 0] : [0, 0] }).setLngLat(place).addTo(map));
        element.removeAttribute("role");
        element.removeAttribute("aria-label");
        element.removeAttribute("tabindex");
      }
    }
  };
}

function middle(geometry) {
  if (geometry.type === "Point") return geometry.coordinates;
  if (geometry.type === "MultiPoint") return geometry.coordinates[0];
  if (geometry.type === "LineString") return geometry.coordinates[Math.floor(geometry.coordinates.length / 2)];
  if (geometry.type === "MultiLineString") return middle({ type: "LineString", coordinates: geometry.coordinates[0] });
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates?.[0];
  const ring = rings?.[0];
  if (!ring?.length) return null;
  const sum = ring.reduce((total, [x, y]) => [total[0] + x, total[1] + y], [0, 0]);
  return [sum[0] / ring.length, sum[1] / ring.length];
}

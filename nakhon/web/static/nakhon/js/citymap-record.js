// A record's own small map: its shape in the colour of its register on our own ground.
import { colour } from "./dom.js";
import { addStyle, groundStyle, hasWebgl, MAP_WORDS, repaintGround } from "./stations-map.js";

const frame = document.querySelector("[data-record-map]");
const data = JSON.parse(document.getElementById("record-map-data").textContent);

function corners(coordinates, bounds) {
  if (typeof coordinates[0] === "number") bounds.extend(coordinates.slice(0, 2));
  else for (const inner of coordinates) corners(inner, bounds);
}

async function start() {
  if (!hasWebgl()) throw new Error("no WebGL");
  await addStyle(frame.dataset.mapStyle);
  const library = await import(new URL(frame.dataset.mapLibrary, location.href).href);
  const bounds = new library.LngLatBounds();
  for (const geometry of data.feature.geometries ?? [data.feature]) corners(geometry.coordinates, bounds);
  const map = new library.Map({
    container: frame.querySelector("[data-map-canvas]"), style: frame.dataset.basemap || groundStyle(frame), bounds, fitBoundsOptions: { padding: 48, maxZoom: 15 },
    attributionControl: false, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19, locale: MAP_WORDS[data.language] ?? MAP_WORDS.th,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
  map.once("load", () => {
    const own = colour(`data-${data.color}`, frame);
    map.addSource("register", { type: "vector", tiles: [location.origin + data.tiles], maxzoom: 16 });
    const faint = { source: "register", "source-layer": data.key };
    map.addLayer({ id: "near-line", type: "line", ...faint, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": own, "line-opacity": 0.35, "line-width": 1.2 } });
    map.addLayer({ id: "near-dot", type: "circle", ...faint, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": own, "circle-opacity": 0.35, "circle-radius": 4 } });
    map.addSource("own", { type: "geojson", data: { type: "Feature", properties: {}, geometry: data.feature } });
    map.addLayer({ id: "own-fill", type: "fill", source: "own", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": own, "fill-opacity": 0.25 } });
    map.addLayer({ id: "own-line", type: "line", source: "own", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": own, "line-width": 3.5 } });
    map.addLayer({ id: "own-dot", type: "circle", source: "own", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": own, "circle-radius": 10, "circle-stroke-width": 3, "circle-stroke-color": colour("surface", frame) } });
    frame.classList.add("is-live");
  });
  document.addEventListener("nakhon:scheme", () => repaintGround(map, frame));
  frame.nakhonMap = map;
}

start().catch((error) => {
  console.error(error);
  frame.append(Object.assign(document.createElement("p"), { className: "map-note", textContent: frame.dataset.mapFailed }));
});

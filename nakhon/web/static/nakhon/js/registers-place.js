// Picks or draws a record's place on the map of its form; the fields beside it hold the same and can be typed.
import { arabicDigits } from "./forms.js";

export function startPicking(map, frame, field, data, drawShape) {
  const input = (name) => field.querySelector(`[name$='-${name}']`);
  const shape = input("at-shape");
  const lat = input("at-lat");
  const lon = input("at-lon");
  const said = field.querySelector("[data-place-said]");
  const kindBox = field.querySelector("[data-place-kind]");
  const kind = () => kindBox?.value ?? data.geometry;
  let points = [];
  let finished = Boolean(data.start);

  field.querySelector("[data-place-tools]").hidden = false;
  frame.classList.add("is-picking");
  drawShape(map, frame, "drawn", data.start ?? { type: "GeometryCollection", geometries: [] }, data.color);

  const drawn = () => {
    if (!points.length) return null;
    if (kind() === "Point") return { type: "Point", coordinates: points.at(-1) };
    if (points.length === 1) return { type: "Point", coordinates: points[0] };
    if (kind() === "Polygon" && points.length > 2) return { type: "Polygon", coordinates: [[...points, points[0]]] };
    return { type: "LineString", coordinates: points };
  };
  const complete = () => points.length >= { Point: 1, LineString: 2, Polygon: 3 }[kind()];

  function show() {
    const now = drawn();
    map.getSource("drawn").setData({ type: "Feature", properties: {}, geometry: now ?? { type: "GeometryCollection", geometries: [] } });
    shape.value = complete() ? JSON.stringify(now) : "";
    const point = now?.type === "Point" && kind() === "Point" ? now.coordinates : null;
    if (lat) { lat.value = point ? point[1].toFixed(7) : ""; lon.value = point ? point[0].toFixed(7) : ""; }
    said.textContent = point ? `${point[1].toFixed(6)}, ${point[0].toFixed(6)}` : points.length ? `${points.length} ${said.dataset.points}` : said.dataset.none;
    shape.dispatchEvent(new Event("input", { bubbles: true }));
  }

  map.on("click", (event) => {
    if (finished && kind() !== "Point") { points = []; finished = false; }
    points.push([Number(event.lngLat.lng.toFixed(7)), Number(event.lngLat.lat.toFixed(7))]);
    if (kind() === "Point") points = points.slice(-1);
    show();
  });
  field.querySelector("[data-place-undo]")?.addEventListener("click", () => { points.pop(); show(); });
  field.querySelector("[data-place-done]")?.addEventListener("click", () => { finished = complete(); });
  field.querySelector("[data-place-clear]").addEventListener("click", () => { points = []; finished = false; show(); });
  kindBox?.addEventListener("change", () => { points = []; finished = false; show(); });
  field.querySelector("[data-place-here]").addEventListener("click", () => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        const place = [Number(coords.longitude.toFixed(7)), Number(coords.latitude.toFixed(7))];
        points = kind() === "Point" ? [place] : [...points, place];
        map.jumpTo({ center: place, zoom: Math.max(map.getZoom(), 16) });
        show();
      },
      () => { said.textContent = said.dataset.refused; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });

  function typed() {
    const [north, east] = [lat, lon].map((box) => Number(arabicDigits(box.value).replace(/[^\d.-]/g, "") || NaN));
    if (!Number.isFinite(north) || !Number.isFinite(east) || Math.abs(north) > 90 || Math.abs(east) > 180) return;
    points = [[east, north]];
    shape.value = JSON.stringify({ type: "Point", coordinates: [east, north] });
    map.getSource("drawn").setData({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [east, north] } });
    map.jumpTo({ center: [east, north], zoom: Math.max(map.getZoom(), 14) });
  }
  for (const box of [lat, lon]) box?.addEventListener("change", typed);
}

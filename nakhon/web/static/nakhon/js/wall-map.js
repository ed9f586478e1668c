// The map of the wall: values of stations, silent things and alerts. What is drawn is kept by its number and changed in place,
// so that a wall that stays open for days holds no more than what it shows.
import { colour } from "./dom.js";
import { MAP_WORDS, addStyle, groundStyle, hasWebgl, pinElement, repaintGround } from "./stations-map.js";

const MANY = 40;
const dots = (places) => ({
  type: "FeatureCollection",
  features: places.map((place) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place } })),
});

function alertElement() {
  const element = document.createElement("a");
  element.append(document.createElement("span"));
  return element;
}

/** Draws ``data`` in ``frame``; answers with ``show(data)`` and ``repaint()``, or null where no map can be drawn. */
export async function mountWallMap(frame, data) {
  if (!hasWebgl()) return fail(frame);
  try {
    await addStyle(frame.dataset.mapStyle);
    const library = await import(new URL(frame.dataset.mapLibrary, location.href).href);
    const map = new library.Map({
      container: frame.querySelector("[data-map-canvas]"),
      style: frame.dataset.basemap || groundStyle(frame),
      center: data.center ?? [100.6, 13.7],
      zoom: data.center ? 11 : 5,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 18,
      fadeDuration: 0,
      locale: MAP_WORDS[data.language] ?? MAP_WORDS.th,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    const pins = new Map();
    const rings = new Map();
    let shown = data;

    function place(kept, number, lon, lat, make) {
      let marker = kept.get(number);
      if (!marker) {
        marker = new library.Marker({ element: make() }).setLngLat([lon, lat]).addTo(map);
        for (const name of ["role", "tabindex"]) marker.getElement().removeAttribute(name);
        kept.set(number, marker);
      }
      const at = marker.getLngLat();
      if (at.lng !== lon || at.lat !== lat) marker.setLngLat([lon, lat]);
      return marker.getElement();
    }
    function drop(kept, wanted) {
      for (const [number, marker] of kept) {
        if (!wanted.has(number)) {
          marker.remove();
          kept.delete(number);
        }
      }
    }
    function dress(element, name, label, text, own) {
      // The library keeps classes of its own on the element.
      const foreign = [...element.classList].filter((one) => one.startsWith("maplibregl"));
      const classes = [...foreign, ...own].join(" ");
      if (element.className !== classes) element.className = classes;
      if (element.getAttribute("aria-label") !== label) {
        element.setAttribute("aria-label", label);
        element.title = label;
      }
      if (text !== null && element.textContent !== text) element.textContent = text;
      element.dataset[name] = "";
    }
    function show(next) {
      shown = next;
      const small = next.pins.length > MANY;
      drop(pins, new Set(next.pins.map((pin) => pin.number)));
      for (const pin of next.pins) {
        const element = place(pins, pin.number, pin.lon, pin.lat, () => pinElement(pin, small));
        const label = [pin.name, pin.value === "–" ? "" : `${pin.value} ${pin.unit}`.trim(), pin.level].filter(Boolean).join(", ");
        dress(element, "wallPin", label, small ? "" : pin.value, ["value-pin", `level-${pin.tone}`, ...(small ? ["is-small"] : [])]);
      }
      drop(rings, new Set(next.alerts.map((one) => one.number)));
      for (const one of next.alerts) {
        const element = place(rings, one.number, one.lon, one.lat, alertElement);
        element.href = one.href;
        dress(element, "wallAlert", one.label, null, ["wall-ring", `sev-${one.severity}`, ...(one.open ? ["is-open"] : [])]);
      }
      map.getSource("silent")?.setData(dots(next.silent));
    }
    function look() {
      const bounds = new library.LngLatBounds();
      for (const one of [...shown.pins, ...shown.alerts]) bounds.extend([one.lon, one.lat]);
      if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 72, maxZoom: 13.5, animate: false });
    }
    map.once("load", () => {
      map.addSource("silent", { type: "geojson", data: dots(shown.silent) });
      map.addLayer({
        id: "silent", type: "circle", source: "silent",
        paint: { "circle-radius": 4.5, "circle-color": colour("ink-3", frame), "circle-stroke-width": 1.5, "circle-stroke-color": colour("surface", frame) },
      });
      frame.classList.add("is-live");
    });
    show(data);
    look();
    frame.nakhonMap = map;
    return { show, repaint: () => repaintGround(map, frame) };
  } catch (error) {
    console.error(error);
    return fail(frame);
  }
}

function fail(frame) {
  frame.append(Object.assign(document.createElement("p"), { className: "map-note", textContent: frame.dataset.mapFailed }));
  return null;
}

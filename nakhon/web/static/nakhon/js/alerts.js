// An alert's page: where it is.
import { mountStationMap } from "./stations-map.js";

const frame = document.querySelector("[data-station-map]");
if (frame) mountStationMap(frame, JSON.parse(document.getElementById("station-map-data").textContent));

// Pages of stations: the map whose pins carry values, the trend with its standards, and values that renew themselves.
import { colour } from "./dom.js";
import { connectLive } from "./live.js";
import { mountStationMap } from "./stations-map.js";

const dataOf = (id, root = document) => JSON.parse(root.getElementById(id).textContent);
const BANGKOK = "Asia/Bangkok";

function when(language, day) {
  const locale = language === "en" ? "en-GB" : "th-TH-u-nu-latn-ca-buddhist";
  const options = day ? { day: "numeric", month: "short", year: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: BANGKOK });
}

function trendOptions(config, frame) {
  const soft = colour("ink-3", frame);
  const line = colour("line", frame);
  const brand = colour("brand", frame);
  const text = { color: soft, fontFamily: getComputedStyle(frame).fontFamily, fontSize: 13, lineHeight: 20 };
  const number = new Intl.NumberFormat("en-US", { minimumFractionDigits: config.decimals, maximumFractionDigits: config.decimals });
  const moment = when(config.language, config.day);
  const wide = config.until - config.since > 3 * 86400000;
  const label = new Intl.DateTimeFormat(config.language === "en" ? "en-GB" : "th-TH-u-nu-latn", wide ? { day: "numeric", month: "short", timeZone: BANGKOK } : { hour: "2-digit", minute: "2-digit", timeZone: BANGKOK });
  const marks = config.lines.map((one) => ({
    yAxis: one.value, name: one.name,
    lineStyle: { color: colour(one.tone, frame), type: "dashed", width: 1.5 },
    label: { formatter: `${one.name} ${number.format(one.value)}`, position: "insideStartTop", color: colour(`${one.tone}-ink`, frame), fontFamily: text.fontFamily, fontSize: 12 },
  }));
  const highest = Math.max(0, ...config.points.map((point) => point[3] ?? point[1] ?? 0));
  const shown = config.lines.filter((one) => one.value <= highest * 2.5).map((one) => one.value);
  const lowest = Math.min(...config.points.map((point) => point[2] ?? point[1] ?? Infinity), ...shown);
  const band = !config.bars && config.points.some((point) => point[2] !== point[3]);
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 16, top: 20, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", backgroundColor: colour("raised", frame), borderColor: colour("line-2", frame), textStyle: { ...text, color: colour("ink", frame) },
      formatter(items) {
        const point = config.points[items[0].dataIndex];
        if (!point || point[1] === null) return "";
        const range = point[2] !== null && point[2] !== point[3] ? `\n${config.range} ${number.format(point[2])}–${number.format(point[3])}` : "";
        return `${moment.format(point[0])}\n${config.name} ${number.format(point[1])} ${config.unit}${range}`;
      },
    },
    xAxis: { type: "time", min: config.since, max: config.until, axisLabel: { ...text, hideOverlap: true, formatter: (at) => label.format(at) }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    yAxis: { type: "value", scale: lowest > highest * 0.4, max: shown.length ? Math.max(highest, ...shown) * 1.06 : undefined, axisLabel: { ...text, formatter: (amount) => String(Math.round(amount * 100) / 100) }, splitLine: { lineStyle: { color: line } } },
    series: [
      {
        type: config.bars ? "bar" : "line", data: config.points.map((point) => [point[0], point[1]]), name: config.name,
        symbol: "none", connectNulls: false, lineStyle: { width: 2.5, color: brand }, itemStyle: { color: brand, borderRadius: [3, 3, 0, 0] }, barMaxWidth: 14, z: 3,
        markLine: { symbol: "none", silent: true, animation: false, data: marks.filter((mark) => shown.includes(mark.yAxis)) },
      },
      ...(band ? [
        { type: "line", stack: "band", data: config.points.map((point) => [point[0], point[2]]), symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } },
        { type: "line", stack: "band", data: config.points.map((point) => [point[0], point[2] === null ? null : point[3] - point[2]]), symbol: "none", lineStyle: { opacity: 0 }, areaStyle: { color: brand, opacity: 0.13 }, silent: true, tooltip: { show: false } },
      ] : []),
    ],
  };
}

let redraw = null;

async function startTrend() {
  const frame = document.querySelector("[data-trend]");
  if (!frame) return;
  try {
    const library = await import(new URL(frame.dataset.chartLibrary, location.href).href);
    frame.hidden = false;
    await document.fonts.ready;
    const chart = library.init(frame, null, { renderer: "canvas" });
    redraw = () => chart.setOption(trendOptions(dataOf("trend-data"), frame), true);
    redraw();
    new ResizeObserver(() => chart.resize()).observe(frame);
    document.addEventListener("nakhon:scheme", redraw);
    frame.classList.add("is-live");
  } catch (error) {
    console.error(error);
    frame.hidden = true;
    frame.closest("section")?.querySelector("details")?.setAttribute("open", "");
  }
}

// Values that renew themselves: the server says what a value means, so the parts are taken from the page as it is now.
function startLive(map) {
  const base = document.body.dataset.cityBase;
  if (!base || !document.querySelector("[data-live-part]")) return;
  let waiting = 0;
  let last = 0;
  async function renew() {
    waiting = 0;
    last = Date.now();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live-part]")) {
        const next = fresh.getElementById(part.id);
        // Where somebody stands inside with the keyboard, nothing is taken from under them.
        if (next && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(next));
      }
      for (const id of ["trend-data", "station-map-data"]) {
        const next = fresh.getElementById(id);
        if (next) document.getElementById(id)?.replaceWith(document.adoptNode(next));
      }
      redraw?.();
      map?.show(dataOf("station-map-data").pins);
    } catch (error) {
      console.error(error);
    }
  }
  const soon = () => {
    if (!waiting) waiting = setTimeout(renew, Math.max(1000, 5000 - (Date.now() - last)));
  };
  const on = document.querySelector("[data-live-on]");
  connectLive(base, {
    obs: soon,
    alert: soon,
    state(live) {
      if (on) on.hidden = !live;
    },
  });
  document.addEventListener("nakhon:renew", soon);
  // What is "3 minutes ago" grows old by itself.
  setInterval(() => { if (!document.hidden) soon(); }, 300000);
}

const frame = document.querySelector("[data-station-map]");
const mounted = frame ? mountStationMap(frame, dataOf("station-map-data")) : Promise.resolve(null);
// The newest days are the ones that are looked for.
for (const box of document.querySelectorAll("[data-scroll-end]")) box.scrollLeft = box.scrollWidth;
startTrend();
mounted.then(startLive);

// The chart of a watch: its value, the levels at which alerts open and end, and the times in which one was in force.
import { colour } from "./dom.js";

const BANGKOK = "Asia/Bangkok";

function options(config, frame) {
  const soft = colour("ink-3", frame);
  const brand = colour("brand", frame);
  const text = { color: soft, fontFamily: getComputedStyle(frame).fontFamily, fontSize: 13, lineHeight: 20 };
  const number = new Intl.NumberFormat("en-US", { minimumFractionDigits: 0, maximumFractionDigits: Math.max(config.decimals, 1) });
  const locale = config.language === "en" ? "en-GB" : "th-TH-u-nu-latn-ca-buddhist";
  const wide = config.until - config.since > 3 * 86400000;
  const moment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit", hour: "2-digit", minute: "2-digit", timeZone: BANGKOK });
  const label = new Intl.DateTimeFormat(locale, wide ? { day: "numeric", month: "short", timeZone: BANGKOK } : { hour: "2-digit", minute: "2-digit", timeZone: BANGKOK });
  const values = config.points.map((point) => point[1]).filter((value) => value !== null);
  const levels = config.lines.map((one) => one.value);
  const high = Math.max(...values, ...levels);
  const low = Math.min(...values, ...levels, high);
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", backgroundColor: colour("raised", frame), borderColor: colour("line-2", frame), textStyle: { ...text, color: colour("ink", frame) },
      formatter: ([one]) => (one && one.value[1] !== null ? `${moment.format(one.value[0])}\n${number.format(one.value[1])} ${config.unit}` : ""),
    },
    xAxis: { type: "time", min: config.since, max: config.until, axisLabel: { ...text, hideOverlap: true, formatter: (at) => label.format(at) }, axisLine: { lineStyle: { color: colour("line", frame) } }, axisTick: { show: false } },
    yAxis: { type: "value", min: low > 0 && low < high * 0.6 ? 0 : undefined, scale: true, axisLabel: text, splitLine: { lineStyle: { color: colour("line", frame) } } },
    dataZoom: wide ? [{ type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true }] : [],
    series: [{
      type: "line", data: config.points, symbol: "none", sampling: "lttb", connectNulls: false, lineStyle: { width: 2, color: brand }, itemStyle: { color: brand }, z: 3,
      markLine: {
        symbol: "none", silent: true, animation: false,
        data: config.lines.map((one) => ({
          yAxis: one.value, lineStyle: { color: colour(one.tone, frame), type: "dashed", width: 1.5 },
          label: { formatter: `${one.name} ${number.format(one.value)}`, position: one.tone === "success" ? "insideStartBottom" : "insideStartTop", color: colour(`${one.tone}-ink`, frame), fontFamily: text.fontFamily, fontSize: 12 },
        })),
      },
      markArea: { silent: true, animation: false, itemStyle: { color: colour("danger", frame), opacity: 0.14 }, data: config.periods.map(([start, end]) => [{ xAxis: start }, { xAxis: end }]) },
    }],
  };
}

async function draw(frame) {
  try {
    const library = await import(new URL(frame.dataset.chartLibrary, location.href).href);
    frame.hidden = false;
    await document.fonts.ready;
    const config = JSON.parse(document.getElementById("watch-chart-data").textContent);
    const chart = library.init(frame, null, { renderer: "canvas" });
    const redraw = () => chart.setOption(options(config, frame), true);
    redraw();
    new ResizeObserver(() => chart.resize()).observe(frame);
    document.addEventListener("nakhon:scheme", redraw);
    frame.classList.add("is-live");
  } catch (error) {
    console.error(error);
    frame.hidden = true;
    frame.closest("figure")?.querySelector("details")?.setAttribute("open", "");
  }
}

for (const frame of document.querySelectorAll("[data-watch-chart]")) draw(frame);

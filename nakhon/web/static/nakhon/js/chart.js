// Charts. Mounts ECharts in [data-chart] from the JSON beside it; the table underneath says the same in words.
import { colour, every } from "./dom.js";

function options(config, frame) {
  const ink = colour("ink", frame);
  const soft = colour("ink-3", frame);
  const line = colour("line", frame);
  const family = getComputedStyle(frame).fontFamily;
  const text = { color: soft, fontFamily: family, fontSize: 13, lineHeight: 22 };
  const number = new Intl.NumberFormat("th-TH-u-nu-latn");
  const value = (amount) => `${number.format(amount)}${config.unit ? ` ${config.unit}` : ""}`;
  const common = {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["brand", "gold", "info", "success", "danger", "ink-3"].map((name) => colour(name, frame)),
    textStyle: text,
    // Rich text is drawn on the canvas: the usual HTML tip would carry inline styles, which our policy refuses.
    tooltip: { trigger: config.type === "donut" ? "item" : "axis", renderMode: "richText", backgroundColor: colour("raised", frame), borderColor: colour("line-2", frame), textStyle: { ...text, color: ink }, valueFormatter: value },
    legend: config.series.length > 1 || config.type === "donut" ? { bottom: 0, textStyle: text, icon: "circle" } : undefined,
  };
  if (config.type === "donut") {
    const data = config.categories.map((name, at) => ({ name, value: config.series[0].data[at] }));
    return { ...common, series: [{ type: "pie", radius: ["52%", "76%"], center: ["50%", "44%"], data, label: { show: false }, itemStyle: { borderColor: colour("surface", frame), borderWidth: 3, borderRadius: 4 } }] };
  }
  const kind = config.type === "bar" ? "bar" : "line";
  return {
    ...common,
    grid: { left: 8, right: 16, top: 24, bottom: common.legend ? 44 : 8, containLabel: true },
    xAxis: { type: "category", data: config.categories, axisLabel: text, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { ...text, formatter: (amount) => number.format(amount) }, splitLine: { lineStyle: { color: line } } },
    series: config.series.map((one) => ({
      name: one.name, data: one.data, type: kind, barMaxWidth: 44, smooth: false, symbolSize: 7, lineStyle: { width: 2.5 },
      itemStyle: kind === "bar" ? { borderRadius: [4, 4, 0, 0] } : undefined,
      areaStyle: config.type === "area" ? { opacity: 0.14 } : undefined,
    })),
  };
}

async function mount(frame) {
  const canvas = frame.querySelector("[data-chart-canvas]");
  const config = JSON.parse(frame.querySelector("[data-chart-config]").textContent);
  try {
    const library = await import(new URL(frame.dataset.chartLibrary, location.href).href);
    canvas.hidden = false;
    await document.fonts.ready;
    const chart = library.init(canvas, null, { renderer: "canvas" });
    chart.setOption(options(config, frame));
    new ResizeObserver(() => chart.resize()).observe(canvas);
    document.addEventListener("nakhon:scheme", () => chart.setOption(options(config, frame)));
    frame.classList.add("is-live");
  } catch (error) {
    console.error(error);
    canvas.hidden = true;
    const table = frame.querySelector("[data-chart-table]");
    if (table) table.open = true;
  }
}

export function startCharts(root) {
  const frames = every(root, "[data-chart]");
  if (!frames.length) return;
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) { near.unobserve(entry.target); mount(entry.target); }
  }, { rootMargin: "200px" });
  for (const frame of frames) near.observe(frame);
}

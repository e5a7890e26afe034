// data-chart="echarts": an ECharts option from the server, without colours and fonts; those come from the style sheet.
// The library is loaded when the first such chart comes into view.
const library = document.querySelector("script[data-echarts]").dataset.echarts;
const charts = new Map();

function styled(option, element) {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("span");
  element.append(probe);
  // light-dark() must be worked out by the browser: ECharts knows plain colours only.
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const text = colour("--ink-2");
  const line = colour("--line");
  const ink = colour("--ink");
  const surface = colour("--surface");
  const palette = [1, 2, 3, 4, 5, 6].map((number) => colour(`--series-${number}`));
  probe.remove();
  const axis = (each, isUpright) => ({
    nameLocation: "middle",
    nameGap: isUpright ? 40 : 28,
    ...each,
    nameTextStyle: { color: text },
    axisLabel: { color: text, fontSize: 11, ...each.axisLabel },
    axisLine: { lineStyle: { color: line }, ...each.axisLine },
    axisTick: { show: false, ...each.axisTick },
    splitLine: { lineStyle: { color: line }, ...each.splitLine },
  });
  const axes = (value, isUpright) => [value ?? []].flat().map((each) => axis(each, isUpright));
  return {
    color: palette,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 200,
    aria: { enabled: true, label: { description: element.dataset.label } },
    textStyle: { fontFamily: style.getPropertyValue("--tblr-body-font-family"), color: ink },
    grid: { left: 24, right: 16, top: 32, bottom: 24, containLabel: true },
    ...option,
    legend: option.legend && { top: 0, left: 0, textStyle: { color: text }, ...option.legend },
    tooltip: {
      trigger: "item",
      ...option.tooltip,
      // HTML tooltips carry style attributes, which the content security policy forbids.
      renderMode: "richText",
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
    },
    xAxis: axes(option.xAxis, false),
    yAxis: axes(option.yAxis, true),
  };
}

async function start(element) {
  const { init } = await import(library);
  const option = JSON.parse(document.getElementById(element.dataset.chartSource).textContent);
  const chart = init(element, null, { renderer: "svg" });
  charts.set(element, { chart, option });
  chart.setOption(styled(option, element));
  chart.on("click", (event) => {
    if (event.data?.url) window.location.assign(event.data.url);
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    seen.unobserve(entry.target);
    start(entry.target);
  }
}, { rootMargin: "200px" });

function watch(root) {
  for (const element of root.querySelectorAll("[data-chart=echarts]:not([data-drawn])")) {
    element.dataset.drawn = "true";
    seen.observe(element);
  }
}

document.addEventListener("crm:theme", () => {
  for (const [element, { chart, option }] of charts) {
    if (element.isConnected) chart.setOption(styled(option, element), true);
    else {
      chart.dispose();
      charts.delete(element);
    }
  }
});
document.addEventListener("htmx:load", (event) => watch(event.detail.elt.parentElement ?? document));
watch(document);

// Charts of a few series over the same categories (data-chart="months" or "lines"), drawn as SVG without a library.
// Colours come from the style sheet, so light, dark and paper need no second drawing. The figures stand in a table below.
const SVG = "http://www.w3.org/2000/svg";
const TICKS = 4;
const LABEL_WIDTH = 6.5;
const CJK_LABEL_WIDTH = 12;

function node(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function formats(data) {
  const language = document.documentElement.lang;
  const digits = data.digits ?? (data.percent ? 1 : 0);
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const style = data.percent ? { style: "percent" } : {};
  const long = new Intl.NumberFormat(language, { ...style, ...fixed });
  const short = new Intl.NumberFormat(language, data.percent ? style : { notation: "compact", maximumFractionDigits: 1 });
  const minus = (text) => text.replace(/^-/, "−");
  return { long: (value) => (value == null ? "–" : minus(long.format(value))), short: (value) => minus(short.format(value)) };
}

/** Round figures that hold all values and where bands begin, zero among them when bars are drawn. */
function scaleOf(series, bands = []) {
  const drawn = series.flatMap((each) => each.values).filter((value) => value != null);
  if (!drawn.length) return null;
  const values = [...drawn, ...bands.flatMap((band) => [band.from, band.to]).filter((value) => value != null)];
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (series.some((each) => each.kind === "bar") || low / (high || 1) < 0.6) {
    low = Math.min(0, low);
    high = Math.max(0, high);
  }
  if (low === high) high = low + (Math.abs(low) || 1);
  const raw = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999);
  const from = Math.floor(low / step + 1e-9);
  const to = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => (from + index) * step);
  return { low: from * step, high: to * step, ticks };
}

function colour(each, index) {
  return `series-${each.colour ?? (index % 6) + 1}`;
}

function linePath(values, x, y) {
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value == null) {
      drawing = false;
      return;
    }
    path += `${drawing ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    drawing = true;
  });
  return path;
}

function legend(series, bands) {
  const areas = bands.map((band) => {
    const sign = node("svg", { viewBox: "0 0 16 12", "aria-hidden": "true" }, node("rect", { class: `band band-${band.level}`, x: 0, y: 0, width: 16, height: 12, rx: 2 }));
    return html("li", {}, sign, band.name);
  });
  return html("ul", { class: "chart-key" }, ...series.map((each, index) => {
    const sign = node("svg", { viewBox: "0 0 16 12", "aria-hidden": "true", class: colour(each, index) });
    if (each.kind === "bar") sign.append(node("rect", { class: "bar", x: 3, y: 1, width: 10, height: 10, rx: 2 }));
    else sign.append(node("path", { class: each.dashed ? "line is-dashed" : "line", d: "M0 6H16" }));
    return html("li", {}, sign, each.name);
  }), ...areas);
}

/** What happened at a category, behind its name. */
function named(data, index) {
  const mark = (data.marks ?? []).find((each) => each.index === index);
  return mark ? `${data.categories[index]} · ${mark.label}` : data.categories[index];
}

function table(data, format, labels) {
  const head = html("tr", {}, html("th"), ...data.series.map((each) => html("th", { class: "num", scope: "col" }, each.name)));
  const body = data.categories.map((_category, index) =>
    html("tr", {}, html("th", { scope: "row" }, named(data, index)),
      ...data.series.map((each) => html("td", { class: "num" }, format.long(each.values[index])))));
  const content = html("table", { class: "table" }, html("caption", { class: "visually-hidden" }, labels.label),
    html("thead", {}, head), html("tbody", {}, ...body));
  return html("details", { class: "chart-table" }, html("summary", {}, labels.tableLabel),
    html("div", { class: "table-wrap" }, content));
}

/** About how wide a label is, in pixels. */
function widthOf(text) {
  return [...text].reduce((sum, sign) => sum + (sign > "\u2dff" ? CJK_LABEL_WIDTH : LABEL_WIDTH), 0);
}

/** Draws into `plot` and returns what points at one category: {point(index), width}. */
function draw(plot, data, format) {
  const width = plot.clientWidth;
  const height = plot.clientHeight;
  const bands = data.bands ?? [];
  const scale = scaleOf(data.series, bands);
  const ticks = scale.ticks.map((value) => ({ value, text: format.short(value) }));
  const left = Math.max(...ticks.map((tick) => widthOf(tick.text))) + 10;
  const box = { left, right: width - 4, top: 8, bottom: height - 22 };
  const count = data.categories.length;
  const step = (box.right - box.left) / count;
  const x = (index) => box.left + step * (index + 0.5);
  const y = (value) => box.bottom - ((value - scale.low) / (scale.high - scale.low)) * (box.bottom - box.top);
  const svg = node("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });

  for (const band of bands) {
    const top = y(Math.min(scale.high, band.to ?? scale.high));
    const bottom = y(Math.max(scale.low, band.from ?? scale.low));
    svg.append(node("rect", { class: `band band-${band.level}`, x: box.left, y: top, width: box.right - box.left, height: Math.max(0, bottom - top) }));
  }
  for (const { value, text } of ticks) {
    const css = value === 0 ? "zero-line" : "grid-line";
    svg.append(node("line", { class: css, x1: box.left, x2: box.right, y1: y(value), y2: y(value) }));
    svg.append(node("text", { x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, text));
  }
  const widest = Math.max(...data.categories.map(widthOf));
  const every = Math.max(1, Math.ceil((widest + 8) / step));
  data.categories.forEach((text, index) => {
    if (index % every === 0) svg.append(node("text", { x: x(index), y: height - 6, "text-anchor": "middle" }, text));
  });

  const pointer = node("rect", { class: "is-pointed", y: box.top, width: step, height: box.bottom - box.top, visibility: "hidden" });
  svg.append(pointer);
  const bars = data.series.filter((each) => each.kind === "bar");
  const barWidth = Math.min(28, (step * 0.64) / Math.max(1, bars.length));
  const dots = node("g");
  data.series.forEach((each, number) => {
    const group = node("g", { class: colour(each, number) });
    if (each.kind === "bar") {
      const offset = (bars.indexOf(each) - bars.length / 2) * barWidth;
      each.values.forEach((value, index) => {
        if (value == null) return;
        const top = Math.min(y(value), y(0));
        const tall = Math.max(value === 0 ? 0 : 1, Math.abs(y(value) - y(0)));
        group.append(node("rect", { class: "bar", x: x(index) + offset, y: top, width: Math.max(1, barWidth - 1), height: tall, rx: Math.min(2, barWidth / 4) }));
      });
    } else {
      group.append(node("path", { class: each.dashed ? "line is-dashed" : "line", d: linePath(each.values, x, y) }));
      // A figure without neighbours would not be seen as a line.
      each.values.forEach((value, index) => {
        if (value != null && each.values[index - 1] == null && each.values[index + 1] == null) {
          group.append(node("circle", { class: "dot", cx: x(index), cy: y(value), r: 3 }));
        }
      });
    }
    svg.append(group);
  });
  let free = -Infinity;
  for (const mark of data.marks ?? []) {
    const at = x(mark.index);
    svg.append(node("line", { class: "mark-line", x1: at, x2: at, y1: box.top, y2: box.bottom }));
    const half = widthOf(mark.label) / 2;
    const middle = Math.min(box.right - half, Math.max(box.left + half, at));
    // Names that would stand on one another are left to the table.
    if (middle - half < free) continue;
    free = middle + half + 6;
    svg.append(node("text", { class: "mark-name", x: middle, y: box.top + 10, "text-anchor": "middle" }, mark.label));
  }
  svg.append(dots);
  plot.replaceChildren(svg);

  return {
    indexAt: (position) => Math.min(count - 1, Math.max(0, Math.floor((position - box.left) / step))),
    point(index) {
      pointer.setAttribute("visibility", index == null ? "hidden" : "visible");
      dots.replaceChildren();
      if (index == null) return null;
      pointer.setAttribute("x", box.left + step * index);
      data.series.forEach((each, number) => {
        if (each.kind === "bar" || each.values[index] == null) return;
        dots.append(node("g", { class: colour(each, number) }, node("circle", { class: "dot", cx: x(index), cy: y(each.values[index]), r: 4 })));
      });
      return x(index);
    },
  };
}

function start(element) {
  if (element.dataset.drawn) return;
  element.dataset.drawn = "true";
  const data = JSON.parse(document.getElementById(element.dataset.chartSource).textContent);
  for (const each of data.series) each.kind ??= element.dataset.chart === "lines" ? "line" : "bar";
  if (!scaleOf(data.series)) {
    element.replaceChildren(html("p", { class: "muted" }, element.dataset.empty));
    return;
  }
  const format = formats(data);
  const unit = data.unit ? ` ${data.unit}` : "";
  const plot = html("div", { class: "chart-plot", tabindex: "0", role: "group", "aria-label": element.dataset.label });
  const tip = html("div", { class: "chart-tip", "aria-live": "polite", hidden: "" });
  const stage = html("div", { class: "chart-stage" }, plot, tip);
  const bands = data.bands ?? [];
  element.replaceChildren(...(data.series.length > 1 || bands.length ? [legend(data.series, bands)] : []), stage, table(data, format, element.dataset));

  let drawing;
  let current = null;
  const point = (index) => {
    if (index === current) return;
    current = index;
    const at = drawing.point(index);
    tip.hidden = at == null;
    if (at == null) return;
    tip.replaceChildren(html("strong", {}, named(data, index)), html("dl", {}, ...data.series.flatMap((each) =>
      [html("dt", {}, each.name), html("dd", {}, each.values[index] == null ? "–" : format.long(each.values[index]) + unit)])));
    const space = plot.clientWidth - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(space, at > plot.clientWidth / 2 ? at - tip.offsetWidth - 16 : at + 16))}px`;
  };
  const redraw = () => {
    if (!plot.clientWidth) return;
    current = null;
    tip.hidden = true;
    drawing = draw(plot, data, format);
  };
  new ResizeObserver(redraw).observe(plot);
  redraw();

  plot.addEventListener("pointermove", (event) => point(drawing.indexAt(event.clientX - plot.getBoundingClientRect().left)));
  plot.addEventListener("pointerdown", (event) => point(drawing.indexAt(event.clientX - plot.getBoundingClientRect().left)));
  plot.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && point(null));
  plot.addEventListener("blur", () => point(null));
  plot.addEventListener("keydown", (event) => {
    const last = data.categories.length - 1;
    const to = {
      ArrowRight: Math.min(last, (current ?? -1) + 1),
      ArrowLeft: Math.max(0, (current ?? last + 1) - 1),
      Home: 0,
      End: last,
      Escape: null,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    point(to);
  });
}

function startAll(root) {
  const wanted = "[data-chart=months], [data-chart=lines]";
  if (root.matches?.(wanted)) start(root);
  root.querySelectorAll(wanted).forEach(start);
}

document.addEventListener("htmx:load", (event) => startAll(event.detail.elt));
startAll(document);

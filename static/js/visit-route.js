// A day's route: numbered stops and the way between them on a map; the list is put in order by hand or by key.
// Without a tile address the route stands on a plain ground, and no other host is asked.
/* global L, htmx */
let held;
let returnTo;

function words(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

function popup(stop) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = stop.url;
  link.textContent = stop.name;
  box.append(link, document.createElement("br"), stop.time);
  return box;
}

function draw() {
  const element = document.querySelector("[data-route-map]");
  if (!element || element.dataset.drawn) return;
  element.dataset.drawn = "true";
  const { start, end, stops } = JSON.parse(document.getElementById("route-data").textContent);
  const options = element.dataset;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, { zoomControl: false, zoomAnimation: !calm, scrollWheelZoom: false });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: options.zoomIn, zoomOutTitle: options.zoomOut }).addTo(map);
  if (options.tileUrl) L.tileLayer(options.tileUrl, { maxZoom: 18, attribution: options.attribution }).addTo(map);

  const way = [...(start ? [start] : []), ...stops.map((stop) => [stop.lat, stop.lng]), ...(end ? [end] : [])];
  if (way.length > 1) L.polyline(way, { className: "route-line", weight: 3, interactive: false }).addTo(map);
  for (const stop of stops) {
    const tier = ["A", "B"].includes(stop.tier) ? stop.tier.toLowerCase() : "c";
    const icon = L.divIcon({ className: `map-dot tier-${tier}`, html: words(stop.number), iconSize: [24, 24] });
    const title = `${stop.number}. ${stop.name}`;
    L.marker([stop.lat, stop.lng], { icon, title, alt: title }).bindPopup(() => popup(stop)).addTo(map);
  }
  if (start) {
    const icon = L.divIcon({ className: "map-dot route-start", html: words("⌂"), iconSize: [24, 24] });
    L.marker(start, { icon, title: options.startLabel, alt: options.startLabel, keyboard: false }).addTo(map);
  }
  if (way.length) map.fitBounds(way, { padding: [32, 32], maxZoom: 14 });
  else map.setView([20, 0], 1);
}

function send(list) {
  const keys = [...list.querySelectorAll("[data-visit]")].map((stop) => stop.dataset.visit);
  htmx.ajax("POST", list.closest("[data-route]").dataset.orderUrl, {
    target: "#route",
    swap: "outerHTML",
    values: { visits: keys.join(","), standing: list.closest("[data-route]").dataset.standing },
  });
}

function step(stop, by) {
  const other = by < 0 ? stop.previousElementSibling : stop.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(stop);
  else other.after(stop);
  returnTo = stop.dataset.visit;
  send(stop.closest("[data-stops]"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-step]");
  if (button) step(button.closest("[data-visit]"), Number(button.dataset.step));
});

document.addEventListener("keydown", (event) => {
  const stop = event.target.closest?.("[data-stops] [draggable]");
  if (!stop || event.target !== stop || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const by = event.key === "ArrowUp" ? -1 : 1;
  if (event.shiftKey) step(stop, by);
  else (by < 0 ? stop.previousElementSibling : stop.nextElementSibling)?.focus();
});

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-stops] [draggable]");
  if (!held) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.dataset.visit);
  held.classList.add("is-held");
});

document.addEventListener("dragover", (event) => {
  const stop = held && event.target.closest?.("[data-stops] [data-visit]");
  if (!stop) return;
  event.preventDefault();
  if (stop === held) return;
  const box = stop.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) stop.before(held);
  else stop.after(held);
});

document.addEventListener("drop", (event) => {
  if (!held) return;
  event.preventDefault();
  returnTo = held.dataset.visit;
  send(held.closest("[data-stops]"));
});

document.addEventListener("dragend", () => {
  held?.classList.remove("is-held");
  held = undefined;
});

document.addEventListener("htmx:afterSettle", () => {
  draw();
  if (!returnTo) return;
  document.querySelector(`[data-stops] [data-visit="${CSS.escape(returnTo)}"]`)?.focus();
  returnTo = undefined;
});

draw();

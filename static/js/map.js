// A map of points that are asked for as far as the eye reaches: data-points-url with bbox=west,south,east,north&zoom=n.
// Without a tile address dots stand on a plain ground with a graticule, and no other host is asked.
/* global L */
const MAX_ZOOM = 18;
const FAR_ZOOM = 12;
const WORLD = [[-60, -170], [72, 178]];
const STEPS = [60, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** Leaflet takes text as HTML; an element it takes as it is. */
function words(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

function dot(properties) {
  const tier = ["A", "B", "C"].includes(properties.tier) ? properties.tier : "";
  return L.divIcon({
    className: `map-dot tier-${tier.toLowerCase() || "c"}${properties.done ? " is-done" : ""}`,
    html: words(tier),
    iconSize: [20, 20],
  });
}

function cluster(count) {
  const size = count < 10 ? 28 : count < 100 ? 34 : count < 1000 ? 40 : 48;
  const text = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(count);
  return L.divIcon({ className: "map-cluster", html: words(text), iconSize: [size, size] });
}

function popup(properties) {
  const box = document.createElement("div");
  const name = document.createElement(properties.url ? "a" : "strong");
  if (properties.url) name.href = properties.url;
  name.textContent = properties.name;
  box.append(name);
  if (properties.text) {
    const text = document.createElement("div");
    text.textContent = properties.text;
    box.append(text);
  }
  return box;
}

/** Lines of longitude and latitude, as many as the eye can use, with their degrees at the edge. */
function graticule(map) {
  const lines = L.layerGroup().addTo(map);
  const renderer = L.svg({ padding: 0.5 });
  const line = (points) => L.polyline(points, { renderer, className: "map-line", interactive: false, weight: 1 }).addTo(lines);
  const label = (place, text) => {
    const icon = L.divIcon({ className: "map-degree", html: words(text), iconSize: [0, 0] });
    L.marker(place, { icon, interactive: false, keyboard: false }).addTo(lines);
  };
  const draw = () => {
    lines.clearLayers();
    const bounds = map.getBounds();
    const [west, east] = [bounds.getWest(), bounds.getEast()];
    const [south, north] = [Math.max(-85, bounds.getSouth()), Math.min(85, bounds.getNorth())];
    const step = STEPS.findLast((size) => (east - west) / size <= 12) ?? STEPS[0];
    const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
    const degrees = (value, positive, negative) => `${Math.abs(value).toFixed(digits)}°${value === 0 ? "" : value > 0 ? positive : negative}`;
    const edge = map.containerPointToLatLng([6, map.getSize().y - 18]);
    for (let lng = Math.ceil(west / step) * step; lng <= east; lng += step) {
      line([[south, lng], [north, lng]]);
      label([edge.lat, lng], degrees(Math.round(lng * 100) / 100, "E", "W"));
    }
    for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) {
      line([[lat, west], [lat, east]]);
      label([lat, edge.lng], degrees(Math.round(lat * 100) / 100, "N", "S"));
    }
  };
  map.on("moveend resize", draw);
  draw();
}

function start(element) {
  if (element.dataset.drawn) return;
  element.dataset.drawn = "true";
  const options = element.dataset;
  const note = element.parentElement.querySelector("[data-map-note]");
  const hasTiles = options.tileUrl !== "";
  const map = L.map(element, {
    zoomControl: false,
    maxZoom: hasTiles ? MAX_ZOOM : FAR_ZOOM,
    minZoom: 1,
    worldCopyJump: true,
    zoomAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: options.zoomIn, zoomOutTitle: options.zoomOut }).addTo(map);
  if (hasTiles) L.tileLayer(options.tileUrl, { maxZoom: MAX_ZOOM, attribution: options.attribution }).addTo(map);

  const groups = L.markerClusterGroup({
    chunkedLoading: true,
    showCoverageOnHover: false,
    maxClusterRadius: 48,
    iconCreateFunction: (group) => {
      // Server-made clusters count for what they hold.
      const count = group.getAllChildMarkers().reduce((sum, marker) => sum + (marker.options.count ?? 1), 0);
      return cluster(count);
    },
  });
  map.addLayer(groups);
  if (!hasTiles) map.whenReady(() => graticule(map));

  const marker = ({ geometry, properties }) => {
    const [lng, lat] = geometry.coordinates;
    if (properties.count > 1) {
      const title = options.clusterLabel.replace("{count}", properties.count);
      return L.marker([lat, lng], { icon: cluster(properties.count), count: properties.count, title, alt: title })
        .on("click", () => map.setView([lat, lng], Math.min(map.getMaxZoom(), map.getZoom() + 2)));
    }
    return L.marker([lat, lng], { icon: dot(properties), title: properties.name, alt: properties.name })
      .bindPopup(() => popup(properties));
  };

  let request;
  let timer;
  const load = async () => {
    request?.abort();
    request = new AbortController();
    const bounds = map.getBounds().pad(0.2);
    const url = new URL(options.pointsUrl, window.location.href);
    const edge = (value, limit) => Math.max(-limit, Math.min(limit, value)).toFixed(5);
    const box = [edge(bounds.getWest(), 180), edge(bounds.getSouth(), 90), edge(bounds.getEast(), 180), edge(bounds.getNorth(), 90)];
    url.searchParams.set("bbox", box.join(","));
    url.searchParams.set("zoom", map.getZoom());
    try {
      const answer = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { features, more } = await answer.json();
      groups.clearLayers();
      groups.addLayers(features.map(marker));
      note.textContent = more ? options.more : features.length ? "" : options.none;
    } catch (error) {
      if (error.name !== "AbortError") note.textContent = options.failed;
    }
  };
  // An open popup stays: the map moved only to show it.
  let popupOpen = false;
  map.on("popupopen", () => (popupOpen = true)).on("popupclose", () => (popupOpen = false));
  map.on("moveend", () => {
    window.clearTimeout(timer);
    if (!popupOpen) timer = window.setTimeout(load, 150);
  });

  const given = options.bounds?.split(",").map(Number);
  if (given?.length === 4 && given.every(Number.isFinite)) {
    map.fitBounds([[given[1], given[0]], [given[3], given[2]]], { padding: [24, 24], maxZoom: 11 });
  } else map.fitBounds(WORLD);
}

function startAll(root) {
  root.querySelectorAll("[data-map]").forEach(start);
}

document.addEventListener("htmx:load", (event) => startAll(event.detail.elt.parentElement ?? document));
startAll(document);

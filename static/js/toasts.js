// Messages at the edge of the page. Those of the page itself stand in #toasts; an htmx answer adds one by the
// event `toast` ({text, level, undoUrl}); other modules by `crm:toast`.
const region = document.getElementById("toasts");
const ICONS = { success: "circle-check", warning: "alert-triangle", error: "alert-circle", info: "info-circle" };
const SECONDS = { success: 6, info: 6, warning: 12 };

function icon(name) {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

function undoForm(url) {
  const form = document.createElement("form");
  form.className = "toast-undo";
  form.method = "post";
  form.action = url;
  const values = { csrfmiddlewaretoken: csrfToken(), next: window.location.pathname + window.location.search };
  for (const [name, value] of Object.entries(values)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  const button = document.createElement("button");
  button.className = "btn btn-sm";
  button.textContent = region.dataset.undoLabel;
  form.append(button);
  return form;
}

/** Takes the message away after a while; errors, and whatever is pointed at or focused, stay. */
function expire(item) {
  const level = [...item.classList].find((name) => name.startsWith("is-"))?.slice(3);
  const seconds = item.querySelector(".toast-undo") ? 15 : SECONDS[level];
  if (!seconds) return;
  let timer;
  const start = () => {
    timer = window.setTimeout(() => item.remove(), seconds * 1000);
  };
  for (const name of ["mouseenter", "focusin"]) item.addEventListener(name, () => window.clearTimeout(timer));
  for (const name of ["mouseleave", "focusout"]) item.addEventListener(name, start);
  start();
}

function show({ text, title = "", level = "info", undoUrl = "" }) {
  const item = document.createElement("div");
  item.className = `toast-item is-${level}`;
  item.dataset.toast = "";
  if (level === "error") item.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.className = "toast-text";
  if (title) {
    const strong = document.createElement("strong");
    strong.textContent = title;
    words.append(strong, " ");
  }
  words.append(text);
  const close = document.createElement("button");
  close.className = "btn-quiet toast-close";
  close.type = "button";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", region.dataset.closeLabel);
  close.append(icon("x"));
  item.append(icon(ICONS[level] ?? ICONS.info), words);
  if (undoUrl) item.append(undoForm(undoUrl));
  item.append(close);
  for (const other of region.querySelectorAll(".toast-item")) {
    if (other.textContent === item.textContent) other.remove();
  }
  region.append(item);
  expire(item);
}

region.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
});
document.addEventListener("toast", (event) => show(event.detail));
document.addEventListener("crm:toast", (event) => show(event.detail));
document.addEventListener("crm:failed", (event) => {
  const kind = event.detail?.kind ?? "failed";
  show({ level: "error", title: region.dataset[`${kind}Title`], text: region.dataset[`${kind}Text`] });
});
for (const item of region.querySelectorAll("[data-toast]")) expire(item);

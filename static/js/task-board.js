// Tasks in four quadrants and in the order of the day. A card is dragged, or chosen and moved with Shift and an arrow key;
// arrows alone walk from card to card, x ends it. The server answers the whole board.
/* global htmx */
let held;
let returnTo;

const board = () => document.querySelector("[data-tasks]");
const quadrants = () => [...board().querySelectorAll("[data-quadrant]")];
const cards = (quadrant) => [...quadrant.querySelectorAll("[data-movable]")];

function asked() {
  return Object.fromEntries(new FormData(document.getElementById("tasks-asked")));
}

function post(url, values) {
  htmx.ajax("POST", url, { target: "#tasks", swap: "outerHTML", values: { ...asked(), ...values } });
}

function place(card, to) {
  returnTo = `[data-task="${CSS.escape(card.dataset.task)}"]`;
  card.classList.add("is-moving");
  post(card.dataset.placeUrl, { to });
}

/** The quadrant one step away: up and down change the importance, left and right the urgency. */
function beside(key, arrow) {
  const [important, urgent] = key;
  const to = { ArrowUp: `1${urgent}`, ArrowDown: `0${urgent}`, ArrowLeft: `${important}1`, ArrowRight: `${important}0` }[arrow];
  return to === key ? null : to;
}

function walk(card, arrow) {
  const quadrant = card.closest("[data-quadrant]");
  const inside = cards(quadrant);
  const at = inside.indexOf(card);
  if (arrow === "ArrowUp" || arrow === "ArrowDown") {
    inside[at + (arrow === "ArrowDown" ? 1 : -1)]?.focus();
    return;
  }
  const all = quadrants();
  const step = arrow === "ArrowRight" ? 1 : -1;
  for (let next = all.indexOf(quadrant) + step; all[next]; next += step) {
    const there = cards(all[next]);
    if (there.length) {
      there[Math.min(at, there.length - 1)].focus();
      return;
    }
  }
}

function sendDay(list, row) {
  returnTo = `[data-day-task="${CSS.escape(row.dataset.dayTask)}"]`;
  post(board().dataset.orderUrl, { tasks: [...list.querySelectorAll("[data-day-task]")].map((each) => each.dataset.dayTask).join(",") });
}

function stepDay(row, by) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  sendDay(row.parentElement, row);
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || !target.matches?.("[data-movable], [data-day-task][draggable]")) return;
  if (target.matches("[data-movable]") && key === "x") {
    event.preventDefault();
    event.stopPropagation();
    const quadrant = target.closest("[data-quadrant]").dataset.quadrant;
    returnTo = `[data-quadrant="${quadrant}"] [data-movable]`;
    post(target.dataset.endUrl, {});
    return;
  }
  if (!key.startsWith("Arrow")) return;
  if (target.matches("[data-day-task]")) {
    if (key !== "ArrowUp" && key !== "ArrowDown") return;
    event.preventDefault();
    const by = key === "ArrowUp" ? -1 : 1;
    if (event.shiftKey) stepDay(target, by);
    else (by < 0 ? target.previousElementSibling : target.nextElementSibling)?.focus();
    return;
  }
  event.preventDefault();
  if (!event.shiftKey) {
    walk(target, key);
    return;
  }
  const to = beside(target.closest("[data-quadrant]").dataset.quadrant, key);
  if (to) place(target, to);
  else document.dispatchEvent(new CustomEvent("crm:toast", { detail: { text: board().dataset.none, level: "info" } }));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-day] [data-step]");
  if (button) stepDay(button.closest("[data-day-task]"), Number(button.dataset.step));
});

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-movable], [data-day-task][draggable]");
  if (!held) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.getAttribute("aria-label"));
  held.classList.add("is-held");
});

const clear = () => document.querySelectorAll("#tasks .is-over").forEach((each) => each.classList.remove("is-over"));

document.addEventListener("dragend", () => {
  held?.classList.remove("is-held");
  held = undefined;
  clear();
});

/** Where what is held may be put down. */
const target = (event) => held && event.target.closest?.(held.matches("[data-day-task]") ? "[data-day-task]" : "[data-quadrant][data-open]");

document.addEventListener("dragover", (event) => {
  const over = target(event);
  clear();
  if (!over) return;
  event.preventDefault();
  over.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const over = target(event);
  if (!over || over === held) return;
  event.preventDefault();
  if (held.matches("[data-day-task]")) {
    const rows = [...over.parentElement.children];
    if (rows.indexOf(over) < rows.indexOf(held)) over.before(held);
    else over.after(held);
    sendDay(over.parentElement, held);
  } else if (over.dataset.quadrant !== held.closest("[data-quadrant]").dataset.quadrant) {
    place(held, over.dataset.quadrant);
  }
});

document.addEventListener("htmx:afterSettle", () => {
  if (!returnTo) return;
  document.querySelector(returnTo)?.focus();
  returnTo = undefined;
});

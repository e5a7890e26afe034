// The week as a board, and the month as a calendar. A card is dragged to another day, or chosen and moved with Shift and an
// arrow key (up and down: by weeks, in the calendar); arrows alone walk from card to card. The server puts the days in order
// anew and answers the whole board.
/* global htmx */
let held;
let returnTo;

const board = () => document.querySelector("[data-board]");
const cards = (day) => [...day.querySelectorAll("[data-movable]")];
const days = () => [...board().querySelectorAll("[data-day]")];

/** What the page shows, so that the answer is the same part of it. */
function shown() {
  const { week, month } = board().dataset;
  return month ? { month } : { week };
}

function move(card, on) {
  returnTo = card.dataset.visit;
  card.classList.add("is-moving");
  htmx.ajax("POST", card.dataset.moveUrl, {
    target: "#board",
    swap: "outerHTML",
    values: { on, version: card.dataset.version, ...shown() },
  });
}

function beside(card, step) {
  const all = days();
  const now = all.indexOf(card.closest("[data-day]"));
  if (Math.abs(step) > 1) {
    const day = all[now + step];
    return day && "open" in day.dataset ? day : undefined;
  }
  const further = step > 0 ? all.slice(now + 1) : all.slice(0, now).reverse();
  return further.find((day) => "open" in day.dataset);
}

function walk(card, key) {
  const day = card.closest("[data-day]");
  const inDay = cards(day);
  const place = inDay.indexOf(card);
  if (key === "ArrowDown" || key === "ArrowUp") {
    inDay[place + (key === "ArrowDown" ? 1 : -1)]?.focus();
    return;
  }
  const all = days();
  const step = key === "ArrowRight" ? 1 : -1;
  for (let at = all.indexOf(day) + step; all[at]; at += step) {
    const there = cards(all[at]);
    if (there.length) {
      there[Math.min(place, there.length - 1)].focus();
      return;
    }
  }
}

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-movable]");
  if (!card || event.target !== card || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (!event.shiftKey) {
    walk(card, event.key);
    return;
  }
  const steps = { ArrowLeft: -1, ArrowRight: 1, ...(board().dataset.month ? { ArrowUp: -7, ArrowDown: 7 } : {}) };
  if (!(event.key in steps)) return;
  const day = beside(card, steps[event.key]);
  if (day) move(card, day.dataset.day);
  else document.dispatchEvent(new CustomEvent("crm:toast", { detail: { text: board().dataset.none, level: "info" } }));
});

document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-movable]");
  if (!held) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.dataset.visit);
  held.classList.add("is-held");
});

document.addEventListener("dragend", () => {
  held?.classList.remove("is-held");
  held = undefined;
  for (const day of document.querySelectorAll("[data-day].is-over")) day.classList.remove("is-over");
});

document.addEventListener("dragover", (event) => {
  const day = held && event.target.closest?.("[data-open]");
  for (const each of document.querySelectorAll("[data-day].is-over")) if (each !== day) each.classList.remove("is-over");
  if (!day) return;
  event.preventDefault();
  day.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const day = held && event.target.closest?.("[data-open]");
  if (!day) return;
  event.preventDefault();
  if (day.dataset.day !== held.closest("[data-day]").dataset.day) move(held, day.dataset.day);
});

// A day off the board, from the card's menu.
document.addEventListener("change", (event) => {
  if (!("otherDay" in event.target.dataset) || !event.target.value || !event.target.validity.valid) return;
  move(event.target.closest("[data-visit]"), event.target.value);
});

document.addEventListener("htmx:afterSettle", () => {
  if (!returnTo) return;
  document.querySelector(`[data-visit="${CSS.escape(returnTo)}"]`)?.focus();
  returnTo = undefined;
});

// Today: the next stop as one big card, the others as slim rows, the coming days, then what waits to be sent.
import { h, icon, tag, tier } from "./dom.js";
import { entriesIn, known, stateOf, today } from "./state.js";
import { metres } from "./place.js";
import { clockText, dayText, label, number, t } from "./words.js";

const OPEN = new Set(["PLANNED", "UNDER_WAY"]);
// With more stops than this, those that are over fold away.
const LONG_DAY = 40;
// Phones of Apple do not know geo: addresses.
const APPLE = /iPhone|iPad|Mac OS X/.test(navigator.userAgent);

/** Stops by day: those left over from earlier days stand with today's. */
export function byDay() {
  const days = new Map();
  const now = today();
  for (const stop of known.data?.stops || []) {
    // What was planned for a day that is over and not made; what was made then is history.
    if (stop.on < now && !OPEN.has(stateOf(stop).state)) continue;
    const day = stop.on < now ? now : stop.on;
    if (!days.has(day)) days.set(day, []);
    days.get(day).push(stop);
  }
  // Begun off plan: not in the plan, but on this phone.
  const planned = new Set((known.data?.stops || []).map((stop) => stop.key));
  for (const draft of known.drafts) {
    if (planned.has(draft.key) || !known.data) continue;
    days.set(now, [draft.stop, ...(days.get(now) || [])]);
  }
  return days;
}

export function todayPage(place) {
  if (!known.data) return known.connection === "offline" || known.connection === "sign-in" ? nothingHere() : skeleton();
  const days = byDay();
  const now = today();
  const stops = (days.get(now) || []).map((stop) => ({ stop, ...stateOf(stop) }));
  const open = stops.filter(({ state }) => OPEN.has(state));
  const next = open.find(({ state }) => state === "UNDER_WAY") || open[0];
  // What the server refused is never out of sight.
  const over = stops.length > LONG_DAY ? stops.filter(({ state, waiting }) => !OPEN.has(state) && waiting?.state !== "attention") : [];
  const folds = new Set(over);
  const rest = stops.filter((each) => each !== next && !folds.has(each));
  const done = stops.filter(({ state }) => state === "DONE").length;
  return [
    h("h1", {}, t("today")),
    h("p", { class: "m-lead" }, dayText(now), " · ", t("stops_done", { done, all: stops.length })),
    forgotten(),
    next ? card(next, place) : emptyDay(stops.length),
    rest.length > 0 && h("ol", { class: "m-rows", "aria-label": t("all_stops") }, rest.map((each) => row(each))),
    over.length > 0 && folded(t("stops_done", { done, all: stops.length }), () => over.map((each) => row(each))),
    h("p", {}, h("a", { class: "btn m-wide", href: "#/dealers" }, icon("plus"), t("visit_another"))),
    dueList(),
    tasks(),
    h("p", {}, h("a", { class: "btn m-wide", href: "#/expenses" }, icon("receipt"), t("expenses"))),
    [...days].filter(([day]) => day > now).map(([day, coming]) =>
      h("details", { class: "m-box" }, h("summary", {}, dayText(day), " ", h("span", { class: "muted" }, t("stops_count", { count: coming.length }))),
        h("ol", { class: "m-rows" }, coming.map((stop) => row({ stop, ...stateOf(stop) }))))),
    known.outbox.size > 0 && h("p", {}, h("a", { class: "btn m-wide", href: "#/queue" }, icon("upload"), t("waiting_count", { count: number(known.outbox.size) }))),
  ];
}

/** Rows that are made when somebody opens them: hundreds would make every page slow. */
function folded(summary, rows) {
  const list = h("ol", { class: "m-rows" });
  return h("details", { class: "m-box", "data-folded": true, ontoggle: () => list.children.length || list.append(...rows()) }, h("summary", {}, summary), list);
}

const skeleton = () => h("div", { class: "skeleton", "aria-busy": "true" }, [1, 2, 3, 4].map(() => h("span", { class: "skeleton-line" })));

const nothingHere = () => h("div", { class: "empty-state" },
  h("p", { class: "empty-state-title" }, t("nothing_kept")), h("p", {}, t("nothing_kept_help")));

const emptyDay = (made) => h("div", { class: "empty-state" },
  h("p", { class: "empty-state-title" }, made ? t("all_made") : t("no_stops")),
  h("p", {}, made ? t("all_made_help") : t("no_stops_help")));

function distance(dealer, place) {
  if (!place || dealer.latitude === null || dealer.longitude === null) return "";
  const away = metres(place.latitude, place.longitude, dealer.latitude, dealer.longitude);
  return away < 1000 ? t("metres", { metres: number(Math.round(away / 10) * 10) }) : t("kilometres", { km: number(away / 1000, 1) });
}

function whenAndHow(stop, place) {
  const at = stop.fixed || stop.arrives;
  return [
    at, stop.minutes ? t("minutes", { minutes: stop.minutes }) : "",
    distance(stop.dealer, place) || (stop.km ? t("kilometres", { km: number(stop.km, 1) }) : ""),
    stop.companion || stop.along ? t("with", { name: stop.companion || stop.along }) : "", stop.for ? t("covers_for", { name: stop.for }) : "",
  ].filter(Boolean).join(" · ");
}

const caller = (stop) => stop.contacts?.find((contact) => contact.phone)?.phone || stop.dealer.phone;

/** An address that the phone's own map program understands. */
export function mapAddress({ latitude, longitude, address, city, name }) {
  const words = encodeURIComponent([name, address, city].filter(Boolean).join(", "));
  const point = latitude === null ? "" : `${latitude},${longitude}`;
  if (APPLE) return `maps:?daddr=${point || words}`;
  return `geo:${point || "0,0"}?q=${point || words}`;
}

export function links(stop) {
  const phone = caller(stop);
  return [
    phone && h("a", { class: "btn", href: `tel:${phone.replace(/[^+\d]/g, "")}` }, icon("phone"), t("call")),
    (stop.dealer.latitude !== null || stop.dealer.address) &&
      h("a", { class: "btn", href: mapAddress(stop.dealer) }, icon("navigation"), t("navigate")),
  ];
}

function card({ stop, state }, place) {
  const { dealer } = stop;
  return h("article", { class: "panel m-card", "data-stop": stop.key },
    h("h2", {}, tier(dealer.tier), " ", dealer.name),
    h("p", { class: "muted" }, [dealer.second, dealer.city].filter(Boolean).join(" · ")),
    h("p", { class: "m-tags" }, stop.why?.map(tag)),
    h("p", {}, whenAndHow(stop, place)),
    stop.base?.objective && h("p", {}, icon("target"), " ", stop.base.objective),
    h("div", { class: "m-actions" }, links(stop),
      h("a", { class: "btn btn-primary m-wide", href: `#/visit/${stop.key}` }, ...wayIn(stop, state))));
}

function wayIn(stop, state) {
  if (stop.along) return [icon("eye"), t("look")];
  return state === "UNDER_WAY" ? [icon("pencil"), t("go_on")] : [icon("player-play"), t("open_visit")];
}

function row({ stop, state, waiting }) {
  const said = waiting ? (waiting.state === "attention" ? t("needs_attention") : t("waits")) : state === "PLANNED" ? "" : label("VisitState", state);
  const tone = waiting?.state === "attention" ? "red" : state === "DONE" ? "green" : state === "UNDER_WAY" ? "accent" : "";
  return h("li", {}, h("a", { class: "m-row", href: waiting ? "#/queue" : `#/visit/${stop.key}`, "data-stop": stop.key },
    tier(stop.dealer.tier) || h("span", { class: "tier tier-none" }, "–"),
    h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, stop.dealer.name),
      h("span", { class: "second" }, [stop.fixed || stop.arrives, stop.along ? t("with", { name: stop.along }) : stop.why?.[0]?.[0] || stop.dealer.city].filter(Boolean).join(" · "))),
    said ? tag([said, tone]) : icon("chevron-right")));
}

function dueList() {
  const due = known.data.due || [];
  if (!due.length) return null;
  return h("details", { class: "m-box" }, h("summary", {}, t("due_not_planned"), " ", h("span", { class: "muted" }, due.length)),
    h("ol", { class: "m-rows" }, due.map(({ dealer, why }) =>
      h("li", {}, h("a", { class: "m-row", href: `#/start/${dealer.id}` }, tier(dealer.tier) || h("span", { class: "tier tier-none" }, "–"),
        h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, dealer.name), h("span", { class: "second" }, why[0]?.[0] || dealer.city)),
        icon("chevron-right"))))));
}

/** Days of which the log was not written, each a way to write it. */
const forgotten = () => known.data.forgotten?.length > 0 && h("div", { class: "notice notice-yellow", "data-forgotten": true }, h("div", {}, h("p", {}, t("day_forgotten")),
  h("p", { class: "m-chips" }, known.data.forgotten.map(([on]) => h("a", { class: "chip", href: `#/day/${on}` }, dayText(on))))));

function tasks() {
  const open = known.data.tasks || [];
  const now = today();
  const due = open.filter((task) => task.due_on && task.due_on <= now).length;
  return h("p", {}, h("a", { class: "btn m-wide", href: "#/day" }, icon("clipboard-list"), t("day_and_tasks"),
    due > 0 && tag([t("due_today_count", { count: due }), "yellow"])));
}

/** The line that always tells whether all is well: what waits, since when the data are. */
export function statusLine() {
  const attention = entriesIn("attention").length;
  const waiting = known.outbox.size - attention;
  const returned = known.drafts.filter((draft) => draft.returned);
  const parts = [];
  if (attention) parts.push(h("a", { class: "tag tag-red m-status", href: "#/queue" }, icon("alert-triangle"), t("attention_count", { count: attention })));
  if (waiting) parts.push(h("a", { class: "tag tag-yellow m-status", href: "#/queue" }, icon("upload"), t("waiting_count", { count: waiting })));
  if (returned.length) {
    parts.push(h("a", { class: "tag tag-red m-status", href: `#/visit/${returned[0].key}` }, icon("pencil"), t("returned_count", { count: returned.length })));
  }
  if (known.connection === "offline") parts.push(h("span", { class: "tag m-status" }, icon("wifi-off"), t("no_signal")));
  if (known.connection === "online" && !attention && !waiting && !returned.length && !known.writing) parts.push(h("span", { class: "tag tag-green m-status" }, icon("check"), t("all_sent")));
  if (known.fetchedAt) parts.push(h("span", { class: "muted m-status" }, t("as_of", { time: clockText(known.fetchedAt) })));
  return parts;
}


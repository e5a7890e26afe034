// The day beside the visits: tasks, stones before sand, and the eight questions of the time survey.
import { button, chips, h, icon, tag, textField, yesField } from "./dom.js";
import { activities, clockOf, sumUp } from "./hours.js";
import { dayField } from "./sections.js";
import { entriesIn, handIn, known, today } from "./state.js";
import { choices, dayText, number, t } from "./words.js";

const weight = (task) => (task.important ? 2 : 0) + (task.urgent ? 1 : 0);

/** Whether something unimportant stands before something important that is due as early. */
export const isReversed = (tasks) => tasks.some((task, index) => !task.important && tasks.slice(index + 1).some((later) => later.important));

/** The day and its tasks; with `on` the log alone of a day that was not written down. */
export function dayPage(go, on = "") {
  if (on && on !== today()) return [h("h1", {}, dayText(on)), log(go, on, { open: true })];
  const tasks = known.data?.tasks || [];
  const ordered = [...tasks].sort((one, other) => weight(other) - weight(one) || (one.due_on || "9").localeCompare(other.due_on || "9"));
  return [
    h("h1", {}, t("day_and_tasks")),
    h("section", {}, h("h2", {}, t("tasks")),
      isReversed(tasks) && h("p", { class: "notice notice-yellow" }, t("stones_first")),
      h("ol", { class: "m-rows" }, ordered.map((task) => taskRow(task, go))),
      newTask(go)),
    log(go, today()),
    week(),
  ];
}

function taskRow(task, go) {
  return h("li", { class: "m-row", "data-task": task.key },
    h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, task.title),
      h("span", { class: "second" }, [task.due_on ? t("by_day", { day: dayText(task.due_on) }) : "", task.dealer_name].filter(Boolean).join(" · "))),
    task.important && tag([t("important"), "accent"]), task.urgent && tag([t("urgent"), "yellow"]),
    h("button", { type: "button", class: "btn btn-icon", "aria-label": t("task_done", { title: task.title }), onclick: async () => {
      await handIn("task", { ...task, dealer: task.dealer || null, state: "DONE" }, task.title, {
        about: task.key, edit: (data) => (data.tasks = data.tasks.filter((each) => each.key !== task.key)),
      });
      go("#/day", { again: true });
    } }, icon("check")));
}

function newTask(go) {
  const task = { title: "", important: false, urgent: false, due_on: "", note: "", minutes: null, dealer: null, dealer_name: "" };
  return h("details", { class: "m-box" }, h("summary", {}, t("add_task")), h("section", {},
    textField(t("task"), "", (typed) => (task.title = typed), { name: "title", maxlength: 200 }),
    dayField(t("by"), "", (day) => (task.due_on = day)),
    yesField(t("important"), false, (yes) => (task.important = yes)),
    yesField(t("urgent"), false, (yes) => (task.urgent = yes)),
    button(t("save"), async () => {
      if (!task.title.trim()) return;
      const made = { ...task, key: crypto.randomUUID() };
      await handIn("task", made, made.title, { about: made.key, edit: (data) => data.tasks.push(made) });
      go("#/day", { again: true });
    }, { look: "btn-primary m-wide" })));
}

/** Nothing need be answered that the check-ins tell by themselves. */
function log(go, on, { open = false } = {}) {
  // Kept since another day, it is another day's.
  const there = (known.data?.today === on && known.data.day) || {};
  const day = { started: "", first_departure: "", last_leave: "", meal_minutes: "", paperwork_minutes: "", travel_minutes: "", meeting_minutes: "", note: "", ...there, robbers: there.robbers || [], time: (there.time || []).map((row) => [...row]) };
  const sums = h("div", {});
  const drawSums = () => sums.replaceChildren(...daySums(sumUp(day, on)));
  const put = (name) => (typed) => {
    day[name] = typed;
    drawSums();
    placeholders();
  };
  const clock = (name) => textField(t(name), day[name], put(name), { type: "time", name });
  const minutes = (name) => textField(t(name), day[name] ?? "", put(name), { type: "text", inputmode: "numeric", name });
  const travel = minutes("travel_minutes");
  const proposal = h("p", { class: "muted m-help" });
  travel.append(proposal);
  /** What the check-ins tell stands where the representative would type it. */
  const placeholders = () => {
    const { proposed } = sumUp(day, on);
    travel.querySelector("input").placeholder = proposed ?? "";
    proposal.textContent = proposed === null ? "" : t("travel_proposed", { minutes: proposed });
  };
  const outside = activities().map(([category, text]) => textField(text, day.time.find(([, each]) => each === category)?.[2] ?? "", (typed) => {
    const row = day.time.find(([, each]) => each === category);
    if (row) row[2] = typed;
    else day.time.push([crypto.randomUUID(), category, typed]);
    drawSums();
    placeholders();
  }, { type: "text", inputmode: "numeric", name: `outside-${category}` }));
  const { firstCheckIn, lastLeave } = sumUp(day, on);
  drawSums();
  placeholders();
  return h("details", { class: "m-box", "data-day-log": on, open }, h("summary", {}, t("day_log")), h("section", {},
    h("p", { class: "muted m-help" }, t("day_log_help")),
    firstCheckIn !== null && h("p", { class: "muted m-help" }, t("day_by_check_ins", { first: clockOf(firstCheckIn), last: clockOf(lastLeave) })),
    ["started", "first_departure", "last_leave"].map(clock),
    travel, ["meal_minutes", "paperwork_minutes", "meeting_minutes"].map(minutes),
    h("details", {}, h("summary", {}, t("outside_visits")), outside),
    h("h3", {}, t("day_sum")), sums,
    chips(t("robbers"), choices("TimeRobber"), day.robbers, (chosen) => (day.robbers = chosen), { many: true }),
    textField(t("note"), day.note, put("note"), { long: true, name: "note", maxlength: 1000 }),
    button(t("save"), async () => {
      const time = day.time.filter(([, , spent]) => Number(spent) > 0).map(([key, category, spent]) => [key, category, Number(spent)]);
      const rows = time.map(([key, category, spent]) => ({ key, category, minutes: spent, note: "" }));
      await handIn("day", { on, ...day, time: rows }, dayText(on), { edit: (data) => {
        if (data.today === on) data.day = { ...day, time };
        data.forgotten = (data.forgotten || []).filter(([each]) => each !== on);
      } });
      go("#/");
    }, { look: "btn-primary m-wide" })));
}

/** What was achieved on each day of this week, and together; what waits here does not count yet. */
function week() {
  const rows = known.data?.week || [];
  const made = entriesIn("waiting").filter(({ kind, gist }) => kind === "visit" && gist?.state === "DONE").length;
  const sum = rows.reduce((all, [, ...figures]) => figures.map((figure, index) => Number(figure) + (all[index] || 0)), []);
  const line = (title, [planned, done, ordered, orders, payments], look = "") => h("tr", { class: look },
    h("th", { scope: "row" }, title), [`${done}/${planned}`, ordered, number(orders), number(payments)].map((text) => h("td", { class: "num" }, text)));
  return h("details", { class: "m-box", "data-week": true }, h("summary", {}, t("week_record")), h("section", {},
    rows.length > 0 && h("table", { class: "m-figures" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("week_day")), ["week_made", "week_ordered", "week_orders", "week_paid"].map((key) => h("th", { scope: "col", class: "num" }, t(key))))),
      h("tbody", {}, rows.map(([on, ...figures]) => line(dayText(on), figures))),
      h("tfoot", {}, line(t("week_sum"), sum))),
    rows.length > 0 && h("p", { class: "muted m-help" }, t("week_money", { currency: known.data.currency })),
    !rows.length && h("p", { class: "muted" }, t("week_nothing")),
    made > 0 && h("p", { class: "muted m-help" }, t("week_waits", { count: made }))));
}

const hours = (minutes) => t("hours_minutes", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });

/** Each category's time, their sum, and what of the day is not told. */
function daySums({ sums, all, span }) {
  const rows = choices("TimeCategory").filter(([category]) => sums.get(category) > 0);
  const apart = sums.get("PAPERWORK");
  const open = span === null ? 0 : span - (all - apart);
  return [
    h("ul", { class: "m-sums" }, rows.map(([category, text]) => h("li", { "data-category": category }, h("span", {}, text), h("span", { class: "num" }, hours(sums.get(category))))),
      h("li", { class: "is-sum" }, h("span", {}, t("sum_of_day")), h("span", { class: "num" }, hours(all)))),
    open > 0 && h("p", { class: "muted m-help" }, t("day_open", { time: hours(open) })),
    open < 0 && h("p", { class: "muted m-help" }, t("day_beyond", { time: hours(-open) })),
  ].filter(Boolean);
}

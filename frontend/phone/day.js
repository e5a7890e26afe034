// The day beside the visits: tasks, stones before sand, and the eight questions of the time survey.
import { button, chips, h, icon, tag, textField, yesField } from "./dom.js";
import { enqueue } from "./outbox.js";
import { dayField } from "./sections.js";
import { database, known, queued, today, user } from "./state.js";
import { choices, dayText, t } from "./words.js";

const weight = (task) => (task.important ? 2 : 0) + (task.urgent ? 1 : 0);

/** Whether something unimportant stands before something important that is due as early. */
export const isReversed = (tasks) => tasks.some((task, index) => !task.important && tasks.slice(index + 1).some((later) => later.important));

export function dayPage(go) {
  const tasks = known.data?.tasks || [];
  const ordered = [...tasks].sort((one, other) => weight(other) - weight(one) || (one.due_on || "9").localeCompare(other.due_on || "9"));
  return [
    h("h1", {}, t("day_and_tasks")),
    h("section", {}, h("h2", {}, t("tasks")),
      isReversed(tasks) && h("p", { class: "notice notice-yellow" }, t("stones_first")),
      h("ol", { class: "m-rows" }, ordered.map((task) => taskRow(task, go))),
      newTask(go)),
    log(go),
  ];
}

async function keepData(edit) {
  const db = await database();
  const transaction = db.transaction("kept", "readwrite");
  const data = await transaction.store.get("data");
  if (data) {
    edit(data);
    await transaction.store.put(data, "data");
  }
  await transaction.done;
}

function taskRow(task, go) {
  return h("li", { class: "m-row", "data-task": task.key },
    h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, task.title),
      h("span", { class: "second" }, [task.due_on ? t("by_day", { day: dayText(task.due_on) }) : "", task.dealer_name].filter(Boolean).join(" · "))),
    task.important && tag([t("important"), "accent"]), task.urgent && tag([t("urgent"), "yellow"]),
    h("button", { type: "button", class: "btn btn-icon", "aria-label": t("task_done", { title: task.title }), onclick: async () => {
      await enqueue(user, "task", { ...task, dealer: task.dealer || null, state: "DONE" }, task.title);
      await keepData((data) => (data.tasks = data.tasks.filter((each) => each.key !== task.key)));
      await queued();
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
      await enqueue(user, "task", made, made.title);
      await keepData((data) => data.tasks.push(made));
      await queued();
      go("#/day", { again: true });
    }, { look: "btn-primary m-wide" })));
}

/** Nothing need be answered that the check-ins tell by themselves. */
function log(go) {
  // Kept since another day, it is another day's.
  const there = (known.data?.today === today() && known.data.day) || {};
  const day = { started: "", first_departure: "", last_leave: "", meal_minutes: "", paperwork_minutes: "", travel_minutes: "", meeting_minutes: "", note: "", ...there, robbers: there.robbers || [] };
  const put = (name) => (typed) => (day[name] = typed);
  const clock = (name) => textField(t(name), day[name], put(name), { type: "time", name });
  const minutes = (name) => textField(t(name), day[name] ?? "", put(name), { type: "text", inputmode: "numeric", name });
  return h("details", { class: "m-box" }, h("summary", {}, t("day_log")), h("section", {},
    h("p", { class: "muted m-help" }, t("day_log_help")),
    ["started", "first_departure", "last_leave"].map(clock),
    ["meal_minutes", "paperwork_minutes", "travel_minutes", "meeting_minutes"].map(minutes),
    chips(t("robbers"), choices("TimeRobber"), day.robbers, (chosen) => (day.robbers = chosen), { many: true }),
    textField(t("note"), day.note, put("note"), { long: true, name: "note", maxlength: 1000 }),
    button(t("save"), async () => {
      const on = today();
      await enqueue(user, "day", { on, ...day }, dayText(on));
      await keepData((data) => (data.day = day));
      await queued();
      go("#/");
    }, { look: "btn-primary m-wide" })));
}

// Where the day went, by the same rules as visits/use_of_time.py, which has the last word: what was typed, and the time on
// the way that check-ins tell.
import { known, today } from "./state.js";
import { travelMinutes } from "./travel.js";
import { choices, isoDay } from "./words.js";

// Minutes that the day's log tells itself, by its fields; the other five activities are told by visits, or typed.
export const BY_FIELD = { travel_minutes: "TRAVEL", paperwork_minutes: "PAPERWORK", meeting_minutes: "MEETING", meal_minutes: "MEAL" };
const OF_LOG = new Set(Object.values(BY_FIELD));
const BY_PURPOSE = { COLLECT: "COLLECTING", STOCK: "IN_STORE", PROMOTION: "IN_STORE" };

export const activities = () => choices("TimeCategory").filter(([category]) => !OF_LOG.has(category));

/** Minutes since midnight of "08:30"; null for nothing. */
export const minutesOf = (clock) => (clock ? Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5)) : null);

/** The visits made on a day, sent or not: from when to when in minutes since midnight, and their minutes by category. */
function visitsOf(on) {
  const midnight = new Date(`${on}T00:00:00`);
  const made = new Map();
  const put = (key, began, ended, time, purpose) => {
    if (!began || !ended || isoDay(new Date(began)) !== on) return;
    const span = [began, ended].map((moment) => (new Date(moment) - midnight) / 60_000);
    made.set(key, { span, time: ofVisit(span, time || [], purpose) });
  };
  for (const visit of known.data?.forgotten?.find(([day]) => day === on)?.[1] || []) put(...visit);
  for (const stop of known.data?.stops || []) {
    if (stop.state === "DONE" && !stop.along && stop.span?.length === 2) put(stop.key, ...stop.span, stop.time, stop.base.purpose);
  }
  const told = [...known.answers.values(), ...[...known.outbox.values()].map(({ about, kind, gist }) => ({ key: about, kind, gist }))];
  for (const { key, kind, gist } of told) {
    if (kind === "visit" && gist?.state === "DONE") put(key, gist.started_at, gist.ended_at, gist.time, gist.purpose);
  }
  return [...made.values()];
}

/** What was said of a visit's time; what is left of it went where the purpose says. */
function ofVisit([began, ended], time, purpose) {
  const said = new Map(time);
  const main = BY_PURPOSE[purpose] || "SELLING";
  const left = Math.max(1, Math.round(ended - began)) - [...said.values()].reduce((sum, minutes) => sum + minutes, 0);
  if (!said.has(main) && left > 0) said.set(main, left);
  return [...said];
}

/**
 * The day in minutes by category, `proposed` on the way by the check-ins, the sum, and the `span` from the start of work to
 * the last customer (null when it is not known). `day` is the log of the day `on` as it is being written.
 */
export function sumUp(day, on = today()) {
  const visits = visitsOf(on);
  const number = (typed) => Number(typed) || 0;
  const outside = (day.time || []).map(([, category, minutes]) => [category, number(minutes)]);
  const started = minutesOf(day.started);
  const leftForFirst = minutesOf(day.first_departure);
  const proposed = travelMinutes(visits.map(({ span }) => span), {
    started, left_for_first: leftForFirst, meals: number(day.meal_minutes), meetings: number(day.meeting_minutes),
    elsewhere: outside.reduce((sum, [, minutes]) => sum + minutes, 0),
  });
  const isTyped = (field) => ![undefined, null, ""].includes(day[field]);
  const sums = new Map(choices("TimeCategory").map(([category]) => [category, 0]));
  const add = ([category, minutes]) => sums.set(category, (sums.get(category) || 0) + minutes);
  visits.forEach(({ time }) => time.forEach(add));
  outside.forEach(add);
  for (const [field, category] of Object.entries(BY_FIELD)) {
    add([category, isTyped(field) ? number(day[field]) : field === "travel_minutes" ? proposed || 0 : 0]);
  }
  const lastLeave = minutesOf(day.last_leave) ?? (visits.length ? Math.max(...visits.map(({ span }) => span[1])) : null);
  const from = started ?? leftForFirst ?? (visits.length ? Math.min(...visits.map(({ span }) => span[0])) : null);
  return {
    sums, proposed, firstCheckIn: visits.length ? Math.min(...visits.map(({ span }) => span[0])) : null, lastLeave,
    all: [...sums.values()].reduce((sum, minutes) => sum + minutes, 0),
    span: from !== null && lastLeave !== null && lastLeave > from ? Math.round(lastLeave - from) : null,
  };
}

/** Minutes since midnight as "08:30". */
export const clockOf = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(Math.floor(minutes % 60)).padStart(2, "0")}`;

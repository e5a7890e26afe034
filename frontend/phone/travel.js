// The time on the way, by the same rule and the same rows of tests as visits/use_of_time.py.
const DAY = 1440;

/**
 * What the stays ([from, until] in minutes since midnight) leave for the way between them; null without any. `started` and
 * `left_for_first` are minutes since midnight or null; `elsewhere` are activities outside visits.
 */
export function travelMinutes(stays, { started = null, left_for_first = null, meals = 0, meetings = 0, elsewhere = 0 } = {}) {
  const [first, ...later] = [...stays].sort(([one, end], [other, otherEnd]) => one - other || end - otherEnd);
  if (!first) return null;
  const left = left_for_first ?? started;
  let away = 0;
  if (left !== null) {
    away = Math.max(0, first[0] - left);
    if (left_for_first === null) away = Math.max(0, away - meetings);
  }
  let [, until] = first;
  for (const [began, ended] of later) {
    away += Math.max(0, began - until);
    until = Math.max(until, ended);
  }
  return Math.min(DAY, Math.round(Math.max(0, away - meals - elsewhere)));
}

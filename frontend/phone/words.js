// Texts, choices and notations of the reader's language. The page brings them along; nothing here is a sentence.
const page = typeof document === "undefined" ? null : document.getElementById("phone");
export const phone = page ? JSON.parse(page.textContent) : { words: {}, choices: {}, urls: {} };

const language = phone.language || "en";

/** The text of a key, its %(name)s filled in. */
export function t(key, values = {}) {
  const text = phone.words[key];
  if (text === undefined) throw new Error(`no such text: ${key}`);
  return text.replace(/%\((\w+)\)s/g, (_all, name) => String(values[name] ?? ""));
}

/** `a, b, c` as the language writes it. */
export const listed = (texts) => texts.join(t("list_separator"));

/** `label: text`, with the colon that the language has. */
export const labelled = (label, text) => t("labelled", { label, text });

/** [value, label] pairs of a choice. */
export const choices = (name) => phone.choices[name] || [];

export const label = (name, value) => (choices(name).find(([each]) => each === value) || ["", ""])[1];

const day = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** A date without a clock ("2026-01-31"), as a local day. */
export const asDate = (iso) => new Date(`${iso}T12:00:00`);
export const dayText = (iso) => (iso ? day.format(asDate(iso)) : "");
export const clockText = (moment) => clock.format(new Date(moment));
/** With at most so many digits behind the point, or always so many, as money is written. */
export const number = (value, digits = 0, always = false) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: always ? digits : 0, maximumFractionDigits: digits }).format(Number(value));

const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
export const percent = (part) => share.format(part);

/** The local date of a moment, as the server writes dates. */
export function isoDay(moment = new Date()) {
  const two = (part) => String(part).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function inDays(days, from = new Date()) {
  const later = new Date(from);
  later.setDate(later.getDate() + days);
  return isoDay(later);
}

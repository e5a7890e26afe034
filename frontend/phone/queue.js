// What waits to be sent, and what the server refused: nothing goes away unless somebody corrects it or gives it up.
import { ask, button, chips, h, icon, tag } from "./dom.js";
import { copyAsOwn, settle, takeBack } from "./drafts.js";
import { LIES_IN, remove } from "./outbox.js";
import { database, entriesIn, known, queued, reach, writing } from "./state.js";
import { choices, clockText, dayText, isoDay, labelled, listed, number, phone, t } from "./words.js";

const KIND_ICONS = { visit: "map-pin", photo: "photo", task: "clipboard-list", day: "clock", consent: "current-location", expense: "receipt" };
// Rows of what simply waits; the number of the others stands below.
const SHOWN = 30;

export function queuePage(go) {
  const attention = entriesIn("attention");
  const waiting = entriesIn("waiting");
  if (!known.outbox.size) {
    return h("div", { class: "empty-state" }, icon("circle-check"), h("p", { class: "empty-state-title" }, t("all_sent")), h("p", {}, t("all_sent_help")));
  }
  return [
    attention.length > 0 && h("section", {}, h("h2", {}, t("needs_attention")), attention.map((entry) => refused(entry, go))),
    waiting.length > 0 && h("section", {}, h("h2", {}, t("waits")),
      known.connection === "sign-in" && h("p", { class: "notice notice-yellow" }, t("sign_in_help"), " ", h("a", { href: phone.urls.sign_in }, t("sign_in"))),
      h("ol", { class: "m-rows" }, waiting.slice(0, SHOWN).map((entry) => h("li", { class: "m-row", "data-entry": entry.key }, icon(KIND_ICONS[entry.kind] || "upload"),
        h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, entry.title), h("span", { class: "second" }, told(entry)))))),
      waiting.length > SHOWN && h("p", { class: "muted" }, t("more_waiting", { count: number(waiting.length - SHOWN) })),
      button(t("send_now"), () => reach({ now: true }), { iconName: "upload", look: "m-wide" })),
  ];
}

const told = (entry) => [t(`kind_${entry.kind}`), `${dayText(isoDay(new Date(entry.written_at)))} ${clockText(entry.written_at)}`,
  entry.tries ? t("tries", { tries: entry.tries }) : ""].filter(Boolean).join(" · ");

function refused(entry, go) {
  const { error } = entry;
  const faults = error.code === "conflict" ? [] : Object.entries(error.fields || {});
  return h("article", { class: "panel m-card", "data-entry": entry.key },
    h("h3", {}, icon(KIND_ICONS[entry.kind] || "upload"), " ", entry.title),
    h("p", { class: "second" }, told(entry)),
    h("p", { class: "notice notice-red" }, error.text || t("refused")),
    faults.length > 0 && h("ul", {}, faults.map(([name, text]) => h("li", {}, labelled(fieldName(name), text)))),
    error.code === "conflict" ? conflict(entry, go) : actions(entry, go));
}

/** "fields.order_amount" as the form names it, as far as it does. */
function fieldName(path) {
  const name = path.split(".").at(-1);
  return phone.words[`field_${name}`] || phone.words[name] || name;
}

function actions(entry, go) {
  return h("div", { class: "m-actions" },
    entry.kind === "expense" && button(t("correct"), () => go(`#/expenses/${entry.about}`), { iconName: "pencil", look: "btn-primary" }),
    entry.kind === "visit" && entry.error.can_copy && button(t("save_as_own"), async () => {
      const draft = await copyAsOwn(entry);
      if (draft) go(`#/visit/${draft.key}`);
    }, { iconName: "copy", look: "btn-primary" }),
    entry.kind === "visit" && button(t("correct"), async () => {
      const draft = await takeBack(entry);
      if (draft) go(`#/visit/${draft.key}`);
    }, { iconName: "pencil", look: entry.error.can_copy ? "" : "btn-primary" }),
    button(t("send_again"), () => again(entry), { iconName: "reload" }),
    button(t("give_up"), () => giveUp(entry), { iconName: "trash" }));
}

function change(entry, edit) {
  return writing(async () => {
    const transaction = (await database()).transaction(LIES_IN, "readwrite");
    const there = await transaction.objectStore("outbox").get(entry.seq);
    if (there) await edit(transaction, there);
    await transaction.done;
    await queued(entry.seq);
  });
}

const again = (entry) => change(entry, (transaction, there) =>
  transaction.objectStore("outbox").put({ ...there, state: "waiting", error: null, tries: 0, next_at: 0 }));

async function giveUp(entry) {
  const answer = await ask(t("give_up_title", { name: entry.title }), h("p", {}, t("give_up_help")), [["yes", t("give_up"), "btn-danger"], ["", t("cancel")]]);
  if (answer === "yes") await change(entry, (transaction, there) => remove(transaction, there.seq));
}

/** What was chosen of each conflict: news draw the page anew while somebody chooses. */
const choicesOf = new Map();

/** Both values of each field side by side; nothing is sent before all are chosen. */
function conflict(entry, go) {
  const chosen = choicesOf.get(entry.seq) || {};
  choicesOf.set(entry.seq, chosen);
  const shown = (name, value) => {
    if (value === null || value === undefined || value === "") return "–";
    const label = { purpose: "Purpose", result: "Result", means: "Means" }[name];
    const found = label && choices(label).find(([each]) => each === value);
    return found ? found[1] : typeof value === "object" ? listed(Object.values(value)) : String(value);
  };
  return h("div", {},
    Object.entries(entry.error.fields).map(([name, { yours, theirs }]) => h("div", { class: "m-conflict", "data-field": name },
      h("p", { class: "form-label" }, fieldName(name)),
      h("p", {}, tag([t("yours"), "accent"]), " ", shown(name, yours)),
      h("p", {}, tag([t("theirs"), ""]), " ", shown(name, theirs)),
      chips(t("which_stands"), [["yours", t("keep_yours")], ["theirs", t("keep_theirs")]], chosen[name] || "", (which) => (chosen[name] = which)))),
    h("div", { class: "m-actions" }, button(t("send_chosen"), async () => {
      const open = Object.keys(entry.error.fields).find((name) => !chosen[name]);
      if (open) return void document.querySelector(`[data-field="${open}"]`)?.scrollIntoView({ block: "center" });
      const draft = await takeBack(entry, (each) => settle(each, entry.error, chosen));
      choicesOf.delete(entry.seq);
      if (draft) go(`#/visit/${draft.key}/end`);
    }, { iconName: "check", look: "btn-primary" })));
}

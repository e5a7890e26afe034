// Expenses with the photo of the receipt. What is written waits in the outbox like a visit; until it is sent, and on the day
// on which it was written, it can be changed: another message about the same expense, which the server takes after the first.
import { ask, button, chips, field, h, icon, tag, textField } from "./dom.js";
import { typedNumber } from "./sections.js";
import { LIES_IN, add, enqueue, remove } from "./outbox.js";
import { shrink } from "./photos.js";
import { database, known, queued, today, user, writing } from "./state.js";
import { choices, dayText, label, labelled, number, percent, t } from "./words.js";

const PAUSE_MS = 150;
/** Where a half-written expense lies among the kept things. */
const draftName = ({ isNew, row }) => (isNew ? "expense_draft" : `expense_draft ${row.key}`);
const NEEDS_PURPOSE = new Set(["ENTERTAINMENT", "GIFT"]);

/** As it stands on this phone: what the server has, what it was told since, and what waits to be sent. Newest first. */
export function expenses() {
  const found = new Map((known.data?.expenses?.rows || []).map((row) => [row.key, row]));
  const meet = (key, gist, more = {}) => {
    if (gist.deleted) found.delete(key);
    else found.set(key, { ...found.get(key), ...gist, ...more, key });
  };
  for (const { key, kind, gist } of known.answers.values()) if (kind === "expense") meet(key, gist);
  for (const { about, kind, gist, ...entry } of known.outbox.values()) if (kind === "expense") meet(about, gist, { entry });
  return [...found.values()].sort((one, other) => other.on.localeCompare(one.on) || (other.written_at || "").localeCompare(one.written_at || ""));
}

const mayChange = (row) => Boolean(row.entry) || (row.state === "SUBMITTED" && row.written_on === today());

const digitsOf = (currency) => Math.min(2, Object.fromEntries(known.data?.expenses?.currencies || [])[currency] ?? 2);

const money = (amount, currency) => t("money", { amount: number(amount, digitsOf(currency), true), currency });

export function expensesPage() {
  const rows = expenses();
  const days = Map.groupBy ? Map.groupBy(rows, (row) => row.on) : rows.reduce((all, row) => all.set(row.on, [...(all.get(row.on) || []), row]), new Map());
  return [
    h("h1", {}, t("expenses")),
    share(rows),
    rows.length ? [...days].map(([on, of]) => h("section", {}, h("h2", {}, dayText(on)), h("ol", { class: "m-rows" }, of.map(rowOf))))
      : h("div", { class: "empty-state" }, icon("receipt"), h("p", { class: "empty-state-title" }, t("no_expenses")), h("p", {}, t("no_expenses_help"))),
    h("div", { class: "thumb-bar" }, h("a", { class: "btn btn-primary", href: "#/expenses/new" }, icon("plus"), t("add_expense"))),
  ];
}

/** The running month's entertainment against all expenses, those of this phone among them. */
function share(rows) {
  const { month, cap } = known.data?.expenses || {};
  const unsent = rows.filter((row) => row.entry && row.on.slice(0, 7) === today().slice(0, 7));
  const currency = month?.[2] || unsent[0]?.currency;
  if (!currency) return null;
  const told = new Map((known.data.expenses.rows || []).map((row) => [row.key, row]));
  // What the server counts already is counted by its new amount.
  const change = (counts) => unsent.reduce((sum, row) => sum + counts(row) - (told.has(row.key) ? counts(told.get(row.key)) : 0), 0);
  const of = (test) => (row) => (row.currency === currency && test(row) ? Number(row.amount) : 0);
  const entertainment = Number(month?.[0] || 0) + change(of((row) => row.category === "ENTERTAINMENT"));
  const total = Number(month?.[1] || 0) + change(of(() => true));
  if (total <= 0) return null;
  const beyond = entertainment / total > cap;
  return h("div", { class: "m-share" },
    h("p", {}, t("expenses_month", { sum: money(total, currency) })),
    h("p", {}, tag([labelled(label("ExpenseCategory", "ENTERTAINMENT"), percent(entertainment / total)), beyond ? "yellow" : ""]), " ",
      h("span", { class: "second" }, beyond ? t("entertainment_beyond", { cap: percent(cap) }) : t("entertainment_cap", { cap: percent(cap) }))));
}

function rowOf(row) {
  const state = row.entry ? (row.entry.state === "attention" ? [t("needs_attention"), "red"] : [t("waits"), "yellow"])
    : row.state === "REFUSED" ? [label("ExpenseState", row.state), "red"] : row.state === "APPROVED" ? [label("ExpenseState", row.state), "green"] : null;
  const what = [row.dealer_name, row.purpose, row.decision_note].filter(Boolean).join(" · ");
  const inside = [
    row.thumb ? h("img", { class: "m-thumb", src: row.thumb, alt: t("receipt"), width: 44, height: 44 }) : icon(row.receipt ? "receipt" : "coin"),
    h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, label("ExpenseCategory", row.category)), what && h("span", { class: "second" }, what)),
    h("span", { class: "m-figure num" }, money(row.amount, row.currency), state && tag(state)),
  ];
  const change = mayChange(row);
  return h("li", { "data-expense": row.key }, change || row.receipt
    ? h("a", { class: "m-row", href: change ? `#/expenses/${row.key}` : row.receipt }, inside, icon("chevron-right"))
    : h("div", { class: "m-row" }, inside));
}

// --- One of them ---

const blank = () => {
  const [currency] = known.data?.expenses?.currencies?.[0] || [known.data?.currency || ""];
  return { key: crypto.randomUUID(), on: today(), category: "", amount: "", currency, dealer: null, dealer_name: "", visit: "", guests: "", purpose: "", thumb: "" };
};

/** The half-written one that lies here; of the visit it was begun from, if that is asked for. */
async function draftFor(key, visit) {
  const isNew = key === "new";
  const kept = await (await database()).get("kept", draftName({ isNew, row: { key } }));
  if (kept) return kept;
  if (isNew) {
    const at = visit && placesOfToday().find(({ key: each }) => each === visit);
    return { isNew: true, row: { ...blank(), ...(at ? { dealer: at.dealer.id, dealer_name: at.dealer.name, visit } : {}) }, blob: null };
  }
  const row = expenses().find((each) => each.key === key);
  return row && mayChange(row) ? { isNew: false, row: { ...blank(), ...row, guests: row.guests ?? "" }, blob: null } : null;
}

/** Visits of today and those under way, to choose from. */
function placesOfToday() {
  const now = today();
  const planned = (known.data?.stops || []).filter((stop) => stop.on <= now);
  const begun = known.drafts.map(({ stop }) => stop).filter((stop) => !planned.some(({ key }) => key === stop.key));
  return [...begun, ...planned];
}

/** The page of one expense; `leave()` keeps what was not saved. Nothing when it cannot be changed any more. */
export async function expensePage(key, visit, go) {
  const draft = await draftFor(key, visit);
  if (!draft) return { content: h("p", { class: "notice" }, t("expense_gone")), leave() {} };
  return new ExpensePage(draft, go);
}

class ExpensePage {
  constructor(draft, go) {
    this.draft = draft;
    this.go = go;
    this.timer = null;
    this.writing = Promise.resolve();
    this.hide = () => document.visibilityState === "hidden" && this.now();
    document.addEventListener("visibilitychange", this.hide);
    addEventListener("pagehide", this.hide);
    this.problem = h("p", { class: "m-problem", role: "alert" });
    this.saved = h("p", { class: "m-saved", role: "status" });
    this.picture = h("div", { class: "m-photos" });
    this.draw();
  }

  get row() {
    return this.draft.row;
  }

  change(edit) {
    edit(this.row);
    this.problem.textContent = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  /** Keep it as it is, so that a tab that is thrown away takes nothing along. */
  now() {
    clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.writing.then(async () => {
      if (this.closed) return;
      await (await database()).put("kept", { ...this.draft, row: { ...this.row, entry: undefined } }, draftName(this.draft));
      this.saved.replaceChildren(icon("check"), t("kept_here"));
    }).catch(() => this.saved.replaceChildren(icon("alert-triangle"), t("not_saved")));
    return this.writing;
  }

  async leave() {
    if (this.timer) await this.now();
    await this.writing;
    this.close();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.hide);
    removeEventListener("pagehide", this.hide);
  }

  draw() {
    const { row } = this;
    const put = (name) => (typed) => this.change((each) => (each[name] = typed));
    const currencies = known.data?.expenses?.currencies || [[row.currency, 2]];
    const guests = textField(t("guests"), row.guests, put("guests"), { type: "text", inputmode: "numeric", name: "guests" });
    const purpose = textField("", row.purpose, put("purpose"), { name: "purpose", maxlength: 200 });
    const follow = () => {
      guests.hidden = row.category !== "ENTERTAINMENT";
      purpose.querySelector("label").textContent = t(NEEDS_PURPOSE.has(row.category) ? "expense_for" : "expense_note");
    };
    follow();
    const places = placesOfToday();
    const options = places.some(({ key }) => key === row.visit) || !row.visit ? places : [{ key: row.visit, dealer: { id: row.dealer, name: row.dealer_name } }, ...places];
    this.content = [
      h("h1", {}, t(this.draft.isNew ? "add_expense" : "expense")), this.saved, this.problem,
      chips(t("category"), choices("ExpenseCategory"), row.category, (chosen) => {
        put("category")(chosen);
        follow();
      }, { name: "category" }),
      h("div", { class: "m-pair" },
        textField(t("amount"), row.amount, (typed) => put("amount")(typedNumber(typed)), { type: "text", inputmode: "decimal", name: "amount" }),
        field(t("currency"), (id) => h("select", { id, name: "currency", class: "form-select", onchange: (event) => put("currency")(event.target.value) },
          currencies.map(([code]) => h("option", { value: code, selected: code === row.currency }, code))))),
      this.receipt(),
      field(t("day"), (id) => h("input", { id, name: "on", type: "date", class: "form-control", value: row.on, max: today(), oninput: (event) => put("on")(event.target.value) })),
      options.length > 0 && field(t("expense_visit"), (id) => h("select", { id, name: "visit", class: "form-select", onchange: (event) => {
        const at = options.find(({ key }) => key === event.target.value);
        this.change((each) => Object.assign(each, at ? { visit: at.key, dealer: at.dealer.id, dealer_name: at.dealer.name } : { visit: "", dealer: null, dealer_name: "" }));
      } }, h("option", { value: "" }, t("no_visit")), options.map(({ key, dealer }) => h("option", { value: key, selected: key === row.visit }, dealer.name)))),
      guests, purpose,
      h("div", { class: "thumb-bar" },
        button(t(this.draft.isNew ? "discard" : "delete"), () => (this.draft.isNew ? this.discard() : this.remove()), { iconName: "trash" }),
        button(t("save"), () => this.save(), { iconName: "check", look: "btn-primary" })),
    ];
    this.drawPicture();
  }

  receipt() {
    const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "m-file", "aria-label": t("photo_receipt"), name: "receipt", onchange: async () => {
      const [file] = input.files;
      input.value = "";
      if (!file) return;
      try {
        const { blob, thumb } = await shrink(file);
        this.draft.blob = blob;
        this.change((row) => (row.thumb = thumb));
        this.drawPicture();
      } catch {
        await ask(t("no_picture"), h("p", {}, t("no_picture_help")), [["ok", t("close")]]);
      }
    } });
    return h("div", { class: "m-field" }, this.picture, h("label", { class: "btn m-wide" }, icon("photo"), t("photo_receipt"), input));
  }

  drawPicture() {
    const { thumb, receipt } = this.row;
    this.picture.replaceChildren(...(thumb ? [h("img", { src: thumb, alt: t("receipt"), width: 96, height: 96 })]
      : receipt ? [h("a", { class: "btn", href: receipt }, icon("receipt"), t("receipt"))] : []));
  }

  /** What is wrong with it, and in which field; nothing when all is well. */
  fault() {
    const { row } = this;
    const amount = String(row.amount).trim();
    if (!row.category) return [t("category_needed"), "[data-name=category] button"];
    if (!(Number(amount) > 0)) return [t("amount_needed"), "[name=amount]"];
    if ((amount.split(".")[1] || "").length > digitsOf(row.currency)) return [t("amount_digits", { currency: row.currency }), "[name=amount]"];
    if (!row.on) return [t("day_needed"), "[name=on]"];
    if (NEEDS_PURPOSE.has(row.category) && !row.purpose.trim()) return [t("purpose_needed"), "[name=purpose]"];
    return null;
  }

  async save() {
    const fault = this.fault();
    if (fault) {
      const [text, where] = fault;
      this.problem.textContent = text;
      document.querySelector(where)?.focus();
      return;
    }
    const { key, on, category, amount, currency, dealer, dealer_name, visit, guests, purpose, thumb } = this.row;
    const said = { key, on, category, amount: String(amount).trim(), currency, dealer, visit, guests: category === "ENTERTAINMENT" ? guests : "", purpose: purpose.trim() };
    await this.send(said, { ...said, dealer_name, thumb, state: "SUBMITTED", written_on: today() });
  }

  async remove() {
    const answer = await ask(t("delete_expense"), h("p", {}, money(this.row.amount, this.row.currency)), [["yes", t("delete"), "btn-danger"], ["", t("cancel")]]);
    if (answer !== "yes") return;
    this.draft.blob = null;
    await this.send({ key: this.row.key, deleted: true }, { deleted: true });
  }

  async discard() {
    this.close();
    await this.writing;
    await (await database()).delete("kept", draftName(this.draft));
    this.go("#/expenses");
  }

  /** The message, its picture, and the end of the draft, all or nothing. */
  send(said, gist) {
    return writing(() => this.sendNow(said, gist));
  }

  async sendNow(said, gist) {
    this.close();
    await this.writing;
    const { key } = said;
    const written_at = new Date().toISOString();
    const title = labelled(t("expense"), money(this.row.amount, this.row.currency));
    const transaction = (await database()).transaction(["kept", ...LIES_IN], "readwrite");
    const seqs = [];
    for (const head of await transaction.objectStore("outbox").index("about").getAll(key)) {
      // What was refused was not carried out; a picture that is not sent is not needed when there is another, or no expense.
      const isRefused = head.kind === "expense" && head.state === "attention";
      const isOld = head.kind === "photo" && (this.draft.blob || said.deleted);
      if (!isRefused && !isOld) continue;
      await remove(transaction, head.seq);
      seqs.push(head.seq);
    }
    seqs.push(await enqueue(user, "expense", { ...said, written_at }, title, { about: key, gist: { ...gist, written_at }, transaction }));
    if (this.draft.blob) {
      const photo = { key: crypto.randomUUID(), expense: key, section: "", caption: "", taken_at: written_at, user };
      seqs.push(await add(transaction, { key: photo.key, kind: "photo", title, about: key, photo, blob: this.draft.blob }));
    }
    await transaction.objectStore("kept").delete(draftName(this.draft));
    await transaction.done;
    await queued(...seqs);
    this.go("#/expenses");
  }
}

/** How many half-written expenses lie here. */
export const countDrafts = async () => (await (await database()).getAllKeys("kept")).filter((name) => name.startsWith("expense_draft")).length;

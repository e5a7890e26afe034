// The parts of a visit's form, each by its key. A part gets the draft's keeper and draws itself; what is typed is kept at once.
import { ask, button, chips, field, h, icon, tag, textField, yesField } from "./dom.js";
import { LISTS, value } from "./drafts.js";
import { shrink } from "./photos.js";
import { database, known } from "./state.js";
import { choices, dayText, inDays, label, labelled, number, phone, t } from "./words.js";

const add = (label, onclick) => button(label, onclick, { iconName: "plus", look: "m-wide" });

/** A list of the draft with a small form for each row; `make()` is a new row, `form(row, change)` its controls. */
function list(keeper, name, { make, form, addLabel, filter = () => true }) {
  const box = h("div", { class: "m-list" });
  const rows = h("div", {});
  const draw = (row) => {
    const item = h("div", { class: "m-item", "data-row": row.key },
      form(row, (edit) => keeper.change(() => edit(row))),
      button(t("remove"), () => {
        keeper.change((draft) => (draft[name] = draft[name].filter((each) => each !== row)));
        item.remove();
      }, { iconName: "trash" }));
    return item;
  };
  rows.append(...keeper.draft[name].filter(filter).map(draw));
  box.append(rows, add(addLabel, () => {
    const row = { key: crypto.randomUUID(), ...make() };
    keeper.change((draft) => draft[name].push(row));
    rows.append(draw(row));
    rows.lastChild.querySelector("textarea, input")?.focus();
  }));
  return box;
}

const rowText = (row, name, text, change, more = {}) => textField(text, row[name], (typed) => change((each) => (each[name] = typed)), { name, ...more });
const rowChips = (row, name, text, pairs, change) => chips(text, pairs, row[name], (chosen) => change((each) => (each[name] = chosen)), { name });

/** A day, by chips for the usual distances and by a date field. */
export function dayField(text, iso, change, { name = "" } = {}) {
  const input = field(text, (id) => h("input", {
    id, name: name || null, type: "date", class: "form-control", value: iso || "", oninput: (event) => change(event.target.value),
  }));
  const row = h("div", { class: "m-chips" }, [1, 3, 7, 14, 30].map((days) => h("button", {
    type: "button", class: "chip", onclick: () => {
      const day = inDays(days);
      input.querySelector("input").value = day;
      change(day);
    },
  }, t(days === 1 ? "tomorrow" : "in_days", { days }))));
  return h("div", {}, input, row);
}

const rowDay = (row, name, text, change) => dayField(text, row[name], (day) => change((each) => (each[name] = day)), { name });

const findings = (kind, addLabel, problem) => (keeper) => list(keeper, "findings", {
  filter: (row) => row.kind === kind,
  make: () => ({ kind, area: "OTHER", text: "", cause: "", due_on: "" }),
  addLabel: t(addLabel),
  form: (row, change) => [
    rowText(row, "text", t(problem), change, { long: true, maxlength: 1000 }),
    rowChips(row, "area", t("area"), choices("Area"), change),
    h("details", {}, h("summary", {}, t("cause_and_date")),
      rowText(row, "cause", t("cause"), change, { maxlength: 500 }), rowDay(row, "due_on", t("solve_by"), change)),
  ],
});

const visitText = (keeper, name, text, more = {}) => textField(text, value(keeper.draft, name), (typed) => keeper.set(name, typed), { name, ...more });
const visitChips = (keeper, name, text, pairs) => chips(text, pairs, value(keeper.draft, name), (chosen) => keeper.set(name, chosen), { name });
const amountInput = { type: "text", inputmode: "decimal" };

/** "1 234,50" as people type it: digits and one point. */
export function typedNumber(typed) {
  const clean = typed.replace(/[\s  '’]/g, "");
  const comma = clean.lastIndexOf(",");
  const point = clean.lastIndexOf(".");
  if (comma > point) {
    // A comma with three digits behind it divides thousands, unless there is a point before it.
    return point < 0 && /^\d{1,3}(,\d{3})+$/.test(clean) ? clean.replaceAll(",", "") : clean.replaceAll(".", "").replace(",", ".");
  }
  return clean.replaceAll(",", "");
}

const DRAW = {
  stated: (keeper) => [
    visitText(keeper, "summary", t("in_the_dealers_words"), { long: true, rows: 5 }),
    talkedTo(keeper),
    findings("STATED", "add_problem", "problem")(keeper),
    yesField(t("venting"), value(keeper.draft, "venting"), (yes) => keeper.set("venting", yes), { name: "venting" }),
  ],
  latent: (keeper) => findings("LATENT", "add_latent", "latent_problem")(keeper),
  rivals: (keeper) => [
    visitText(keeper, "main_brand", t("main_brand"), { maxlength: 120 }),
    visitText(keeper, "rivals", t("rivals"), { long: true, maxlength: 1000 }),
  ],
  stock,
  display: (keeper) => visitChips(keeper, "display_score", t("display_score"), [1, 2, 3, 4, 5].map((each) => [each, String(each)])),
  payment,
  order: (keeper) => [
    textField(t("order_amount", { currency: known.data?.currency }), value(keeper.draft, "order_amount"), (typed) => keeper.set("order_amount", typedNumber(typed)), { name: "order_amount", ...amountInput }),
    textField(t("order_lines"), value(keeper.draft, "order_lines"), (typed) => keeper.set("order_lines", typed), { name: "order_lines", type: "text", inputmode: "numeric" }),
    h("div", { class: "m-chips" }, h("button", { type: "button", class: "chip", onclick: (event) => {
      keeper.set("order_amount", "0");
      event.target.closest("section").querySelector("[name=order_amount]").value = "0";
    } }, t("no_order"))),
  ],
  promises,
  conveyed,
  advice: (keeper) => list(keeper, "advice", {
    make: () => ({ topic: "", text: "" }), addLabel: t("add_advice"),
    form: (row, change) => [rowText(row, "topic", t("topic"), change, { maxlength: 120 }), rowText(row, "text", t("advice"), change, { long: true, maxlength: 1000 })],
  }),
  photos,
  mood: (keeper) => visitChips(keeper, "mood", t("mood"), [[-2, t("mood_2")], [-1, t("mood_1")], [0, t("mood0")], [1, t("mood1")], [2, t("mood2")]]),
  next: (keeper) => [
    visitText(keeper, "next_step", t("next_step"), { maxlength: 300 }),
    dayField(t("next_on"), value(keeper.draft, "next_on"), (day) => keeper.set("next_on", day), { name: "next_on" }),
    h("h4", {}, t("tasks")),
    list(keeper, "tasks", {
      make: () => ({ title: "", note: "", important: false, urgent: false, due_on: "" }), addLabel: t("add_task"),
      form: (row, change) => [
        rowText(row, "title", t("task"), change, { maxlength: 200 }), rowDay(row, "due_on", t("by"), change),
        yesField(t("important"), row.important, (yes) => change((each) => (each.important = yes))),
        yesField(t("urgent"), row.urgent, (yes) => change((each) => (each.urgent = yes))),
      ],
    }),
    time(keeper),
  ],
};

function talkedTo(keeper) {
  const people = keeper.draft.stop.contacts || [];
  return people.length ? visitChips(keeper, "contact", t("talked_to"), people.map(({ id, name }) => [id, name])) : null;
}

function stock(keeper) {
  const { draft } = keeper;
  const counted = draft.stop.counted || [];
  const others = (known.data?.products || []).filter(([id]) => !counted.some(([each]) => each === id));
  const rows = h("div", {});
  const put = (id, name, last) => {
    const there = draft.stock[id];
    const change = (key, typed) => keeper.change((each) => {
      each.stock[id] ||= { key: crypto.randomUUID(), product: id, quantity: "", oldest_on: "", facings: "", shelf_price: "" };
      each.stock[id][key] = typed;
    });
    rows.append(h("div", { class: "m-count" },
      textField(name, there?.quantity, (typed) => change("quantity", typedNumber(typed)), { ...amountInput, name: `stock-${id}`, help: last === undefined ? "" : t("last_count", { quantity: number(last) }) }),
      h("details", {}, h("summary", {}, t("age_and_price")),
        dayField(t("oldest_on"), there?.oldest_on, (day) => change("oldest_on", day)),
        textField(t("facings"), there?.facings, (typed) => change("facings", typed), { type: "text", inputmode: "numeric" }),
        textField(t("shelf_price"), there?.shelf_price, (typed) => change("shelf_price", typedNumber(typed)), amountInput))));
  };
  for (const [id, name, last] of counted) put(id, name, last);
  for (const [id, name] of others) if (draft.stock[id]) put(id, name);
  const choose = field(t("other_product"), (id) => h("select", { id, class: "form-select", onchange: (event) => {
    const chosen = event.target.selectedOptions[0];
    if (!chosen?.value) return;
    put(Number(chosen.value), chosen.textContent);
    chosen.remove();
    rows.lastChild.querySelector("input").focus();
  } }, h("option", { value: "" }, "–"), others.filter(([id]) => !draft.stock[id]).map(([id, name]) => h("option", { value: id }, name))));
  return [rows, others.length > 0 && choose,
    yesField(t("all_counted"), draft.all_counted, (yes) => keeper.change((each) => (each.all_counted = yes)), { name: "all_counted" }),
    h("p", { class: "muted m-help" }, t("all_counted_help"))];
}

function payment(keeper) {
  const owed = keeper.draft.stop.owed || [];
  return list(keeper, "collections", {
    make: () => ({ amount: "", method: "TRANSFER", reference: "", items: [] }), addLabel: t("add_payment"),
    form: (row, change) => {
      const amount = textField(t("amount_in", { currency: known.data?.currency }), row.amount, (typed) => change((each) => (each.amount = typedNumber(typed))), { ...amountInput, name: "amount" });
      return [
        amount, rowChips(row, "method", t("method"), choices("PaymentMethod"), change),
        owed.length > 0 && chips(t("for_invoices"), owed.map(([invoice, due, open]) => [invoice, `${invoice} · ${number(open, 2)} · ${dayText(due)}`]),
          row.items.map((item) => item.number), (chosen) => change((each) => {
            each.items = owed.filter(([invoice]) => chosen.includes(invoice)).map(([invoice, , open]) => ({ number: invoice, amount: open }));
            if (!each.amount) {
              each.amount = String(each.items.reduce((sum, item) => sum + Math.round(Number(item.amount) * 100), 0) / 100);
              amount.querySelector("input").value = each.amount;
            }
          }), { many: true }),
        rowText(row, "reference", t("reference"), change, { maxlength: 120 }),
      ];
    },
  });
}

function promises(keeper) {
  const side = (which, text, addLabel) => [
    h("h4", {}, t(text)),
    list(keeper, "commitments", {
      filter: (row) => row.side === which, addLabel: t(addLabel),
      make: () => ({ side: which, kind: which === "OURS" ? "OTHER" : "PURCHASE", text: "", amount: "", quantity: "", due_on: inDays(7), for: lastOurs(keeper, which) }),
      form: (row, change) => [
        rowText(row, "text", t("promise"), change, { maxlength: 300 }),
        which === "THEIRS" && rowChips(row, "kind", t("promise_of"), choices("CommitmentKind"), change),
        which === "THEIRS" && textField(t("amount_in", { currency: known.data?.currency }), row.amount, (typed) => change((each) => (each.amount = typedNumber(typed))), { ...amountInput, name: "amount" }),
        which === "THEIRS" && textField(t("quantity"), row.quantity, (typed) => change((each) => (each.quantity = typedNumber(typed))), { ...amountInput, name: "quantity" }),
        rowDay(row, "due_on", t("by"), change),
      ],
    }),
  ];
  return [side("OURS", "we_promise", "add_ours"), side("THEIRS", "they_promise", "add_theirs")];
}

/** What the dealer promises now answers what we have just promised. */
function lastOurs(keeper, which) {
  return which === "THEIRS" ? keeper.draft.commitments.findLast?.((row) => row.side === "OURS")?.key || "" : "";
}

function conveyed(keeper) {
  const told = { ...(value(keeper.draft, "conveyed") || {}) };
  const ticks = (keeper.draft.stop.brief || []).flatMap((part) => part.items).filter(([, , , tick]) => tick);
  const put = (key, text) => {
    if (text) told[key] = text.slice(0, 200);
    else delete told[key];
    keeper.set("conveyed", { ...told });
  };
  return [
    ticks.map(([text, , , tick]) => yesField(text, tick in told, (yes) => put(tick, yes ? text : ""))),
    textField(t("conveyed_else"), told.else, (typed) => put("else", typed.trim()), { name: "conveyed", maxlength: 200 }),
  ];
}

function photos(keeper) {
  const rows = h("div", { class: "m-photos" });
  const draw = (photo) => {
    const item = h("figure", { class: "m-photo" }, h("img", { src: photo.thumb, alt: photo.caption || t("photo"), width: 96, height: 72 }),
      button(t("remove"), async () => {
        keeper.change((draft) => (draft.photos = draft.photos.filter((each) => each.key !== photo.key)));
        item.remove();
        await (await database()).delete("photos", photo.key);
      }, { iconName: "trash" }));
    return item;
  };
  rows.append(...keeper.draft.photos.map(draw));
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, class: "m-file", "aria-label": t("take_photo"), name: "photo", onchange: async () => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) {
      try {
        const { blob, thumb } = await shrink(file);
        const photo = { key: crypto.randomUUID(), visit: keeper.draft.key, section: "photos", caption: "", taken_at: new Date().toISOString(), thumb };
        await (await database()).put("photos", { key: photo.key, visit: photo.visit, blob });
        keeper.change((draft) => draft.photos.push(photo));
        rows.append(draw(photo));
      } catch {
        await ask(t("no_picture"), h("p", {}, t("no_picture_help")), [["ok", t("close")]]);
      }
    }
  } });
  return [rows, h("label", { class: "btn m-wide" }, icon("photo"), t("take_photo"), input)];
}

function time(keeper) {
  const rows = choices("TimeCategory").slice(0, 5).map(([category, text]) => textField(text, keeper.draft.time[category]?.minutes, (typed) => keeper.change((draft) => {
    draft.time[category] ||= { key: crypto.randomUUID(), category, minutes: "", note: "" };
    draft.time[category].minutes = typed;
  }), { type: "text", inputmode: "numeric", name: `time-${category}` }));
  return h("details", {}, h("summary", {}, t("time_spent")), h("p", { class: "muted m-help" }, t("time_spent_help")), rows);
}

/** What earlier visits left open: the next step of each issue, and whether promises were kept. */
export function openEnds(keeper) {
  const { stop } = keeper.draft;
  const issues = stop.issues || [];
  const promises = stop.promises || [];
  const advice = stop.advice || [];
  if (!issues.length && !promises.length && !advice.length) return null;
  const put = (name, key, row) => keeper.change((draft) => {
    draft[name] ||= {};
    if (row) draft[name][key] = row;
    else delete draft[name][key];
  });
  return h("details", { class: "m-box", "data-section": "open" },
    h("summary", {}, h("span", {}, t("since_last")), tag([issues.length + promises.length + advice.length, "yellow"])),
    h("section", { "aria-label": t("since_last") },
      issues.map(([key, text, seen]) => h("div", { class: "m-item", "data-issue": key },
        h("p", {}, text, " ", tag([label("FindingState", seen), ""])),
        textField(t(`step_${seen}`), keeper.draft.steps?.[key]?.text, (typed) => put("steps", key, typed.trim() && { key, seen, text: typed }), { maxlength: seen === "SOLVED" ? 150 : 500 }))),
      promises.map(([key, text, side, day]) => h("div", { class: "m-item", "data-promise": key },
        h("p", {}, labelled(t(side === "OURS" ? "we_promised" : "they_promised"), text), " ", h("span", { class: "second" }, t("by_day", { day: dayText(day) }))),
        chips(t("was_it_kept"), choices("CommitmentState").filter(([state]) => state !== "OPEN"), keeper.draft.settled?.[key]?.state,
          (state) => put("settled", key, state && { key, state })))),
      advice.map(([key, topic, text]) => h("div", { class: "m-item", "data-advice": key },
        h("p", {}, labelled(t("we_advised"), topic), " ", h("span", { class: "second" }, text)),
        chips(t("what_came_of_advice"), choices("AdviceResult").filter(([result]) => result !== "OPEN"), keeper.draft.advised?.[key]?.result,
          (result) => put("advised", key, { ...keeper.draft.advised?.[key], key, result })),
        textField(t("in_words"), keeper.draft.advised?.[key]?.note, (note) => put("advised", key, { ...keeper.draft.advised?.[key], key, note }), { maxlength: 500 })))));
}

/** A question of the company's own. */
function own(keeper, asked) {
  const answers = { ...(value(keeper.draft, "answers") || {}) };
  const put = (typed) => {
    answers[asked.key] = String(typed);
    keeper.set("answers", { ...answers });
  };
  const there = answers[asked.key];
  if (asked.type === "YES_NO") return chips(asked.label, [["yes", t("yes")], ["no", t("no")]], there, put);
  if (asked.type === "CHOICE") return chips(asked.label, asked.choices.map((each) => (Array.isArray(each) ? each : [each, each])), there, put);
  if (asked.type === "NUMBER") return textField(asked.label, there, (typed) => put(typedNumber(typed)), { ...amountInput, help: bounds(asked) });
  return textField(asked.label, there, put, { long: true, maxlength: 2000 });
}

const bounds = ({ least, most }) =>
  least === undefined && most === undefined ? "" : t(most === undefined ? "at_least" : least === undefined ? "at_most" : "from_to", { least: number(least ?? 0, 6), most: number(most ?? 0, 6) });

/** Whether what was typed is no number, or one beyond the question's bounds. */
export function isBeyond(draft, asked) {
  const typed = asked.type === "NUMBER" ? (value(draft, "answers") || {})[asked.key] : "";
  if (!typed) return false;
  return !(Number(typed) >= (asked.least ?? -Infinity) && Number(typed) <= (asked.most ?? Infinity));
}

const filledLists = (draft, test) => LISTS.some((name) => draft[name].some((row) => test(name, row)));

/** Whether something stands in the part. */
export function isFilled(draft, key) {
  const has = (name) => ![undefined, null, ""].includes(value(draft, name));
  switch (key) {
    case "stated": return has("summary") || filledLists(draft, (name, row) => name === "findings" && row.kind === "STATED" && row.text);
    case "latent": return filledLists(draft, (name, row) => name === "findings" && row.kind === "LATENT" && row.text);
    case "rivals": return has("rivals") || has("main_brand");
    case "stock": return Object.values(draft.stock).some((row) => row.quantity !== "");
    case "display": return has("display_score");
    case "payment": return draft.collections.length > 0;
    case "order": return has("order_amount");
    case "promises": return draft.commitments.length > 0;
    case "conveyed": return Object.keys(value(draft, "conveyed") || {}).length > 0;
    case "advice": return draft.advice.length > 0;
    case "photos": return draft.photos.length > 0;
    case "mood": return has("mood");
    case "next": return has("next_step") || has("next_on");
    default: return Boolean((value(draft, "answers") || {})[key]);
  }
}

export const whyNot = (draft, key) => (value(draft, "not_possible") || {})[key] || "";

/** What is compulsory and neither filled in nor said to be impossible, and numbers that cannot be. */
export const missing = (draft, form) => form.filter((asked) => (asked.use === "REQUIRED" && !isFilled(draft, asked.key) && !whyNot(draft, asked.key)) || isBeyond(draft, asked));

/** A visit under way keeps the form with which it was begun, whatever is published meanwhile. */
export const formOf = (draft) => draft.form?.asked || known.data?.forms[draft.stop.dealer.kind] || [];

/** The form as it is now, with its version, for a visit that begins. */
export const formNow = ({ kind }) => known.data && { version: known.data.form_versions?.[kind] ?? null, asked: known.data.forms[kind] || [] };

export const nameOf = (asked) => asked.label || phone.words[`section_${asked.key}`] || asked.key;

/** A part that opens; compulsory ones say so, and of each it may be said why it was not possible. */
export function section(keeper, asked, { open = false } = {}) {
  const help = asked.help || phone.words[`section_${asked.key}_help`];
  const mark = h("span", { class: "m-mark" });
  const show = () => {
    const done = isFilled(keeper.draft, asked.key);
    mark.replaceChildren(...(isBeyond(keeper.draft, asked) ? [icon("alert-triangle")] : done ? [icon("check")] : whyNot(keeper.draft, asked.key) ? [tag([t("not_possible"), ""])] : asked.use === "REQUIRED" ? [tag([t("needed"), "yellow"])] : []));
  };
  const box = h("details", { class: "m-box", "data-section": asked.key, open }, h("summary", {}, h("span", {}, nameOf(asked)), mark));
  // Drawn when it is first opened: a stock list of two hundred products costs nothing before.
  const draw = () => {
    if (box.children.length > 1) return;
    const reasons = chips("", phone.choices.not_possible, whyNot(keeper.draft, asked.key), (chosen) => {
      const all = { ...(value(keeper.draft, "not_possible") || {}) };
      if (chosen) all[asked.key] = chosen;
      else delete all[asked.key];
      keeper.set("not_possible", all);
      show();
    });
    box.append(h("section", { "aria-label": nameOf(asked) }, help && h("p", { class: "muted m-help" }, help),
      asked.type ? own(keeper, asked) : DRAW[asked.key]?.(keeper),
      h("details", { class: "m-not" }, h("summary", {}, t("not_possible_because")), reasons)));
  };
  box.addEventListener("toggle", () => box.open && draw());
  box.addEventListener("input", show);
  box.addEventListener("click", () => setTimeout(show));
  if (open) draw();
  show();
  return box;
}


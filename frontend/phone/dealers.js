// Another dealer: a search among the user's own on this phone, and a visit off plan.
import { h, icon, textField, tier } from "./dom.js";
import { draftOf } from "./drafts.js";
import { briefOf, database, known, today } from "./state.js";
import { t } from "./words.js";

const SHOWN = 30;
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const asDealer = ([id, name, second, kind, letter, city, phone, latitude, longitude]) =>
  ({ id, name, second, kind, tier: letter, city, address: "", phone, latitude, longitude, hours: "" });

export function dealersPage() {
  const rows = h("ol", { class: "m-rows" });
  const all = (known.dealers || []).map((row) => [folded(`${row[1]} ${row[2]} ${row[5]}`), row]);
  const show = (typed) => {
    const words = folded(typed).split(/\s+/).filter(Boolean);
    const found = all.filter(([text]) => words.every((word) => text.includes(word))).slice(0, SHOWN);
    rows.replaceChildren(...found.map(([, row]) => {
      const dealer = asDealer(row);
      return h("li", {}, h("a", { class: "m-row", href: `#/start/${dealer.id}` }, tier(dealer.tier) || h("span", { class: "tier tier-none" }, "–"),
        h("span", { class: "m-row-text" }, h("span", { class: "m-name" }, dealer.name), h("span", { class: "second" }, [dealer.second, dealer.city].filter(Boolean).join(" · "))),
        icon("chevron-right")));
    }));
    if (!found.length) rows.replaceChildren(h("li", { class: "muted" }, t("no_dealer")));
  };
  show("");
  return [h("h1", {}, t("visit_another")), textField(t("search_dealers"), "", show, { type: "search", name: "dealer" }), rows];
}

const starting = new Map();

/** The draft of a visit to this dealer: the planned one when there is one, else a new one off plan; asked twice, the same. */
export function startOffPlan(id) {
  if (!starting.has(id)) starting.set(id, start(id).finally(() => starting.delete(id)));
  return starting.get(id);
}

async function start(id) {
  const planned = known.data?.stops.find((stop) => stop.dealer.id === id && !stop.along && stop.on <= today() && ["PLANNED", "UNDER_WAY"].includes(stop.state));
  if (planned) return planned.key;
  const begun = known.drafts.find((draft) => draft.stop.dealer.id === id && draft.version === null);
  if (begun) return begun.key;
  const met = known.data?.stops.find((stop) => stop.dealer.id === id);
  const due = known.data?.due.find((each) => each.dealer.id === id);
  const row = known.dealers?.find((each) => each[0] === id);
  const dealer = met?.dealer || due?.dealer || (row && asDealer(row));
  if (!dealer) return "";
  const there = met?.brief ? met : await briefOf(id);
  const key = crypto.randomUUID();
  const draft = draftOf({
    key, dealer, on: today(), state: "PLANNED", why: due?.why || [[t("off_plan"), ""]], base: {}, version: null, minutes: null, short: there.short,
    ...Object.fromEntries(["brief", "contacts", "counted", "owed", "issues", "promises", "advice"].map((name) => [name, there[name] || []])),
  });
  const db = await database();
  await db.put("drafts", { ...draft, rev: 1, saved_at: Date.now() });
  known.drafts = await db.getAll("drafts");
  return key;
}

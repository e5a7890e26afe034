// One visit: the brief before it, objective and check-in at its start, then the form, at the end what was promised.
import { ask, button, chips, h, icon, tag, textField, tier } from "./dom.js";
import { ChangedElsewhere, discard, draftOf, finish, Keeper, readDraft, value } from "./drafts.js";
import { judge, position } from "./place.js";
import { formNow, formOf, missing, nameOf, openEnds, section } from "./sections.js";
import { handIn, known, today, writing } from "./state.js";
import { links } from "./today.js";
import { choices, clockText, dayText, label, listed, number, phone, t } from "./words.js";

/** The page of a stop; `leave()` must be called when another page is shown. */
export async function visitPage(key, go) {
  const stop = known.data?.stops.find((each) => each.key === key);
  const kept = await readDraft(key);
  if (stop?.along) return { content: along(stop), leave() {} };
  if (!stop && !kept) return { content: h("p", { class: "notice" }, t("visit_gone")), leave() {} };
  if (!kept && stop && ["DONE", "SKIPPED", "MISSED"].includes(stop.state)) return { content: made(stop), leave() {} };
  const draft = kept || draftOf(stop);
  return new VisitPage(draft, go);
}

function made(stop) {
  return [
    head(stop), h("p", { class: "notice" }, label("VisitState", stop.state)),
    stop.base.summary && h("p", {}, stop.base.summary), stop.base.next_step && h("p", {}, icon("arrow-right"), " ", stop.base.next_step),
    brief(stop, true),
  ];
}

/** Somebody else makes this visit; who goes along reads the same brief. */
const along = (stop) => [
  head(stop), h("p", { class: "notice" }, icon("users"), " ", t("along_with", { name: stop.along })),
  stop.base.objective && h("p", {}, icon("target"), " ", stop.base.objective),
  stop.state !== "PLANNED" && h("p", {}, label("VisitState", stop.state)),
  stop.base.summary && h("p", {}, stop.base.summary), stop.base.next_step && h("p", {}, icon("arrow-right"), " ", stop.base.next_step),
  brief(stop, true),
];

const head = (stop) => h("header", { class: "m-head" },
  h("h1", {}, tier(stop.dealer.tier), " ", stop.dealer.name),
  h("p", { class: "muted" }, [stop.dealer.second, stop.dealer.city, stop.dealer.address].filter(Boolean).join(" · ")),
  h("p", { class: "m-tags" }, stop.why?.map(tag)),
  h("div", { class: "m-actions" }, links(stop)));

function brief(stop, open) {
  if (!stop.brief?.length) return null;
  return h("details", { class: "m-box", open, "data-brief": true }, h("summary", {}, t("brief")),
    stop.short && h("p", { class: "muted m-help m-part" }, t("brief_short")),
    stop.brief.map((part) => h("section", { class: "m-part" }, h("h3", {}, part.label),
      h("ul", { class: "m-story" }, part.items.map(([text, detail, tone]) =>
        h("li", { class: tone ? `m-tone-${tone}` : null }, h("span", {}, text), detail && h("span", { class: "second" }, detail)))))));
}

class VisitPage {
  constructor(draft, go) {
    this.go = go;
    this.saved = h("p", { class: "m-saved", role: "status" }, draft.saved_at ? t("saved_at", { time: clockText(draft.saved_at) }) : "");
    this.keeper = new Keeper(draft, {
      saved: ({ saved_at }) => this.saved.replaceChildren(icon("check"), t("saved_at", { time: clockText(saved_at) })),
      failed: (error) => this.notSaved(error),
    });
    this.body = h("div", {});
    this.content = [head(draft.stop), this.saved, this.body];
    this.draw();
  }

  get draft() {
    return this.keeper.draft;
  }

  leave() {
    return this.keeper.close();
  }

  async notSaved(error) {
    if (!(error instanceof ChangedElsewhere)) {
      this.saved.replaceChildren(icon("alert-triangle"), t("not_saved"));
      return;
    }
    this.keeper.closed = true;
    await ask(t("changed_elsewhere"), h("p", {}, t("changed_elsewhere_help")), [["ok", t("look")]]);
    this.go(location.hash, { again: true });
  }

  draw() {
    this.body.replaceChildren(...(this.draft.started_at ? this.underWay() : this.before()).flat(3).filter(Boolean));
  }

  // --- before ---

  before() {
    const { stop } = this.draft;
    const problem = h("p", { class: "m-problem", role: "alert" });
    return [
      this.ready(problem),
      brief(stop, true),
      h("div", { class: "thumb-bar" },
        // What nobody planned need not be skipped.
        this.draft.version === null
          ? button(t("discard"), () => this.discard(), { iconName: "trash" })
          : button(t("skip"), () => this.skip(), { iconName: "x" }),
        button(t("start"), () => this.start(problem), { iconName: "player-play", look: "btn-primary" })),
    ];
  }

  /** Objective, purpose and means: without the first two no visit begins. */
  ready(problem) {
    const set = (name) => (typed) => {
      this.keeper.set(name, typed);
      problem.textContent = "";
    };
    return h("section", { class: "panel m-ready" },
      h("h2", {}, t("ready")),
      problem,
      textField(t("objective"), value(this.draft, "objective"), set("objective"), { name: "objective", maxlength: 300, help: t("objective_help") }),
      chips(t("purpose"), choices("Purpose"), value(this.draft, "purpose"), set("purpose"), { name: "purpose" }),
      chips(t("means"), choices("Means"), value(this.draft, "means") || "IN_PERSON", set("means"), { name: "means" }),
      h("ul", { class: "m-check-list" }, phone.choices.kit.map(([, text]) => h("li", {}, icon("checklist"), text))));
  }

  async start(problem) {
    if (!(value(this.draft, "objective") || "").trim() || !value(this.draft, "purpose")) {
      problem.textContent = t("objective_needed");
      this.body.querySelector((value(this.draft, "objective") || "").trim() ? "[data-name=purpose] button" : "[name=objective]").focus();
      return;
    }
    const byPhone = value(this.draft, "means") === "PHONE";
    if (!byPhone && known.data && known.data.consent === null) await this.askConsent();
    this.keeper.change((draft) => Object.assign(draft, { started_at: new Date().toISOString(), form: formNow(draft.stop.dealer) }));
    await this.keeper.now();
    this.draw();
    scrollTo(0, 0);
    if (!byPhone && known.data?.consent) this.locate();
  }

  async askConsent() {
    const answer = await ask(t("consent"), h("p", {}, t("consent_help", { metres: number(known.data.rules.range_m) })), [
      ["yes", t("consent_yes"), "btn-primary"], ["no", t("consent_no")],
    ]);
    // Closed without an answer: asked again next time.
    if (!answer) return;
    await handIn("consent", { given: answer === "yes" }, t("consent"), { edit: (data) => (data.consent = answer === "yes") });
  }

  async locate() {
    this.place?.replaceChildren(t("finding_place"));
    const began = Date.parse(this.draft.started_at);
    const fix = await position();
    if (fix) {
      // How old it was when the visit began; one taken later is as good as new for half a minute.
      fix.age_s = Math.max(0, fix.age_s - (Date.now() - began) / 1000);
      this.keeper.change((draft) => (draft.fix = fix));
    }
    this.showPlace();
  }

  showPlace() {
    if (!this.place) return;
    const { stop, fix, away_because } = this.draft;
    if (value(this.draft, "means") === "PHONE") return this.place.replaceChildren(tag([label("Means", "PHONE"), ""]));
    const { outcome, distance } = judge(fix, stop.dealer, known.data?.rules || { range_m: 300, accuracy_m: 100, age_s: 120 });
    const tone = { IN_RANGE: "green", OUT_OF_RANGE: "orange", UNVERIFIED: "" }[outcome];
    const words = label("CheckInOutcome", outcome) + (outcome === "OUT_OF_RANGE" ? ` · ${t("metres", { metres: number(distance) })}` : "");
    this.place.replaceChildren(tag([words, tone]), ...(outcome === "OUT_OF_RANGE" ? [
      chips(t("away_because"), phone.choices.away, away_because, (chosen) => this.keeper.change((draft) => (draft.away_because = chosen)), { name: "away" }),
    ] : []));
  }

  isAway() {
    const { stop, fix, away_because } = this.draft;
    return value(this.draft, "means") !== "PHONE" && !away_because && known.data && judge(fix, stop.dealer, known.data.rules).outcome === "OUT_OF_RANGE";
  }

  async discard() {
    await this.keeper.close();
    await discard(this.draft);
    this.go("#/");
  }

  async skip() {
    const choose = chips(t("why_not"), choices("SkipReason"), "", (chosen) => (this.skipping = chosen), { name: "skip" });
    const note = textField(t("in_words"), "", (typed) => (this.skipNote = typed), { name: "skip_note", maxlength: 300 });
    const answer = await ask(t("skip_title", { name: this.draft.stop.dealer.name }), h("div", {}, choose, note), [
      ["skip", t("skip"), "btn-primary"], ["", t("cancel")],
    ]);
    if (answer !== "skip" || !this.skipping) return;
    this.keeper.change((draft) => Object.assign(draft, { skip_reason: this.skipping, skip_note: this.skipNote || "" }));
    await this.close("SKIPPED");
  }

  // --- under way ---

  underWay() {
    const { stop, started_at } = this.draft;
    const form = formOf(this.draft);
    this.place = h("div", { class: "m-place" });
    this.showPlace();
    return [
      h("p", { class: "m-lead" }, t("since", { time: clockText(started_at) }), " · ", value(this.draft, "objective")),
      this.place,
      brief(stop, false),
      openEnds(this.keeper),
      form.map((asked, index) => section(this.keeper, asked, { open: index === 0 })),
      h("p", {}, h("a", { class: "btn m-wide", href: `#/expenses/new/${this.draft.key}` }, icon("receipt"), t("add_expense"))),
      h("div", { class: "thumb-bar" }, button(t("to_the_end"), () => this.end(), { iconName: "check", look: "btn-primary" })),
    ];
  }

  // --- the end ---

  /** What came of it, what was promised by whom until when, and what is still missing. */
  end() {
    const { draft } = this;
    const problem = h("p", { class: "m-problem", role: "alert" });
    const lacking = missing(draft, formOf(draft));
    const promised = (which) => draft.commitments.filter((row) => row.side === which && row.text);
    const promises = (title, rows) => rows.length > 0 && [h("h3", {}, title), h("ul", { class: "m-story" }, rows.map((row) =>
      h("li", {}, h("span", {}, row.text, row.amount ? ` · ${number(row.amount, 2)} ${known.data?.currency || ""}` : "", row.quantity ? ` · ${number(row.quantity)}` : ""),
        h("span", { class: "second" }, t("by_day", { day: dayText(row.due_on) })))))];
    const back = button(t("back_to_form"), () => this.draw(), { iconName: "arrow-left" });
    this.body.replaceChildren(...[
      h("h2", {}, t("at_the_end")),
      problem,
      lacking.length > 0 && h("div", { class: "notice notice-yellow" }, h("div", {}, h("p", {}, t("still_missing")),
        lacking.map((asked) => section(this.keeper, asked)))),
      this.isAway() && (this.place = h("div", { class: "m-place" })),
      h("section", { class: "panel m-ready" },
        h("p", {}, icon("target"), " ", value(draft, "objective")),
        chips(t("result"), choices("Result"), value(draft, "result"), (chosen) => this.keeper.set("result", chosen), { name: "result" }),
        textField(t("result_note"), value(draft, "result_note"), (typed) => this.keeper.set("result_note", typed), { name: "result_note", maxlength: 500 })),
      promises(t("we_promised"), promised("OURS")),
      promises(t("they_promised"), promised("THEIRS")),
      value(draft, "next_on") > today() && h("p", {}, icon("calendar-event"), " ", t("next_planned", { day: dayText(value(draft, "next_on")) })),
      draft.commitments.length === 0 && h("p", { class: "muted" }, t("nothing_promised")),
      h("div", { class: "thumb-bar" }, back, button(t("finish"), () => this.finish(problem), { iconName: "check", look: "btn-primary" })),
    ].flat(3).filter(Boolean));
    this.showPlace();
    scrollTo(0, 0);
  }

  async finish(problem) {
    const { draft } = this;
    const lacking = missing(draft, formOf(draft));
    if (!value(draft, "result")) return void (problem.textContent = t("result_needed"));
    if (this.isAway()) return void (problem.textContent = t("away_needed"));
    if (lacking.length) return void (problem.textContent = t("missing_names", { names: listed(lacking.map(nameOf)) }));
    const unfinished = draft.commitments.some((row) => !row.text.trim()) || draft.findings.some((row) => !row.text.trim());
    if (unfinished) this.keeper.change((each) => {
      for (const name of ["commitments", "findings"]) each[name] = each[name].filter((row) => row.text.trim());
    });
    this.keeper.change((each) => (each.ended_at ||= new Date().toISOString()));
    await this.close("DONE");
  }

  /** From the press on, what was written counts as on its way. */
  async close(state) {
    await writing(async () => {
      await this.keeper.close();
      await finish(this.draft, state);
    });
    this.go("#/");
  }
}

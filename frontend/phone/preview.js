// A visit form as the phone draws it, for those who compose it: the same code, with a draft that is kept nowhere.
import { LISTS } from "./drafts.js";
import { h } from "./dom.js";
import { section } from "./sections.js";
import { known } from "./state.js";
import { phone } from "./words.js";

const PAUSE_MS = 300;
const box = document.querySelector("[data-preview]");
const form = document.querySelector("[data-compose]");
const language = document.querySelector("[data-preview-language]");
const wrong = document.querySelector("[data-preview-wrong]");
let timer;
let turn = 0;

function emptyKeeper() {
  const draft = {
    key: "", fields: {}, base: {}, stock: {}, all_counted: false, time: {}, photos: [],
    stop: { dealer: {}, contacts: [], counted: [], owed: [], brief: [] }, ...Object.fromEntries(LISTS.map((name) => [name, []])),
  };
  const change = (edit) => edit(draft);
  return { draft, change, set: (name, value) => change(() => (draft.fields[name] = value)) };
}

function draw(asked) {
  const keeper = emptyKeeper();
  const open = new Set([...box.querySelectorAll("details[data-section][open]")].map((each) => each.dataset.section));
  const parts = asked.map((each, index) => section(keeper, each, { open: open.size ? open.has(each.key) : index === 0 }));
  box.replaceChildren(...(parts.length ? parts : [h("p", { class: "muted" }, box.dataset.empty)]));
  // Nothing is photographed here.
  box.addEventListener("click", (event) => event.target.closest("input[type=file], label:has(input[type=file])") && event.preventDefault());
}

async function ask() {
  const mine = (turn += 1);
  const body = new FormData(form);
  body.set("language", language.value);
  const answer = await fetch(form.dataset.previewUrl, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  // An older answer, or none: what is shown stays.
  if (mine !== turn || !answer?.ok) return;
  const told = await answer.json();
  Object.assign(phone, { words: told.words, choices: told.choices });
  box.lang = told.language;
  wrong.hidden = !told.wrong;
  draw(told.asked);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MS);
}

known.data = { currency: "", products: [], forms: {} };
if (form) {
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  language.addEventListener("change", ask);
  ask();
} else {
  draw(JSON.parse(document.getElementById("preview-asked").textContent));
}

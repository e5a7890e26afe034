// Composing a visit form: rows in their order by dragging, by buttons or by Shift and an arrow key; one language at a time.
// Every row is a part of the page's own form, so that what was typed comes back as it stood when something was wrong.
const form = document.querySelector("[data-compose]");
const list = form.querySelector("[data-compose-rows]");
const said = form.querySelector("[data-said]");
let held;

const rows = () => [...list.querySelectorAll("[data-compose-row]")];
const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

function announce(row) {
  const all = rows();
  const name = row.querySelector("[data-row-name]").textContent;
  said.textContent = form.dataset.moved.replace("%(name)s", name).replace("%(place)s", all.indexOf(row) + 1).replace("%(all)s", all.length);
}

function move(row, by) {
  const all = rows();
  const place = all.indexOf(row);
  const other = all[place + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  announce(row);
  changed();
}

const shown = () => form.dataset.language;

/** What a field falls back to in the language that is edited: English, else any that was written. */
function fallBack(field) {
  const same = [...field.parentElement.querySelectorAll(":scope > [data-falls-back]")];
  const written = (code) => same.find((each) => each.dataset.lang === code)?.value.trim();
  return written("en") || same.map((each) => each.value.trim()).find(Boolean) || "";
}

function tellFallBacks(within) {
  for (const field of within.querySelectorAll("[data-falls-back]")) field.placeholder = field.value ? "" : fallBack(field);
  for (const row of within.matches?.("[data-compose-row]") ? [within] : within.querySelectorAll("[data-compose-row]")) tellRow(row);
}

function tellRow(row) {
  const names = [...row.querySelectorAll("[data-names]")];
  if (!names.length) return;
  const worded = names.filter((each) => each.value.trim());
  const best = worded.find((each) => each.dataset.lang === shown()) || worded.find((each) => each.dataset.lang === "en") || worded[0];
  const name = best ? best.value.trim() : form.dataset.newName;
  row.querySelector("[data-row-name]").textContent = name;
  row.setAttribute("aria-label", name);
  const lacking = names.filter((each) => !each.value.trim()).map((each) => languageName(each.dataset.lang));
  const place = row.querySelector("[data-untold]");
  place.textContent = worded.length && lacking.length ? place.dataset.untoldOf.replace("%(languages)s", lacking.join(", ")) : "";
}

const languageName = (code) => form.querySelector(`[data-edit-language="${code}"]`).textContent;

function tellTypes(row) {
  const type = row.querySelector("[data-type]")?.value;
  for (const part of row.querySelectorAll("[data-for-type]")) part.hidden = part.dataset.forType !== type;
}

const code = () => crypto.getRandomValues(new Uint32Array(2)).reduce((text, each) => text + each.toString(16).padStart(8, "0"), "").slice(0, 12);

/** A copy of a template's row or choice, in which a placeholder of the keys became a key. */
function copy(template, renamed) {
  const made = template.content.firstElementChild.cloneNode(true);
  for (const element of [made, ...made.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      const now = Object.entries(renamed).reduce((text, [old, key]) => text.replaceAll(old, key), value);
      if (now !== value) element.setAttribute(name, now);
    }
  }
  return made;
}

function put(row) {
  list.append(row);
  tellTypes(row);
  tellFallBacks(row);
  const first = [...row.querySelectorAll("[data-names]")].find((each) => each.dataset.lang === shown());
  (first || row).focus();
  row.scrollIntoView({ block: "nearest" });
  announce(row);
  changed();
}

function addChoice(row) {
  const choice = copy(document.getElementById("blank-choice"), { __choice__: code(), "q:__new__": row.dataset.composeRow });
  row.querySelector("[data-choices]").append(choice);
  return choice;
}

const ACTIONS = {
  "data-step": (button, row) => {
    move(row, Number(button.dataset.step));
    button.focus();
  },
  "data-row-remove": (_button, row) => {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    next?.focus();
    changed();
  },
  "data-row-add": () => put(copy(document.getElementById("blank-row"), { "q:__new__": `q:${code()}` })),
  "data-choice-add": (_button, row) => {
    const choice = addChoice(row);
    [...choice.querySelectorAll("[data-lang]")].find((each) => each.dataset.lang === shown()).focus();
    changed();
  },
  "data-choice-up": (button) => {
    const choice = button.closest("[data-choice]");
    choice.previousElementSibling?.before(choice);
    button.focus();
    changed();
  },
  "data-choice-remove": (button, row) => {
    button.closest("[data-choice]").remove();
    row.querySelector("[data-choice-add]").focus();
    changed();
  },
  "data-take": (button) => {
    const line = button.closest("li");
    button.closest("dialog").close();
    put(copy(line.querySelector("template"), {}));
    line.remove();
  },
  "data-edit-language": (button) => {
    form.dataset.language = button.dataset.editLanguage;
    for (const each of form.querySelectorAll("[data-edit-language]")) each.setAttribute("aria-pressed", String(each === button));
    tellFallBacks(list);
    const preview = document.querySelector("[data-preview-language]");
    preview.value = shown();
    preview.dispatchEvent(new Event("change", { bubbles: true }));
  },
};

document.addEventListener("click", (event) => {
  for (const [name, act] of Object.entries(ACTIONS)) {
    const button = event.target.closest(`[${name}]`);
    if (button) {
      act(button, button.closest("[data-compose-row]"));
      return;
    }
  }
});

form.addEventListener("change", ({ target }) => {
  const row = target.closest("[data-compose-row]");
  if ("use" in target.dataset) row.classList.toggle("is-hidden", target.value === "HIDDEN");
  if ("type" in target.dataset) {
    tellTypes(row);
    // A choice without answers is no choice: two lines to begin with.
    if (target.value === "CHOICE") while (row.querySelectorAll("[data-choice]").length < 2) addChoice(row);
    changed();
  }
});

form.addEventListener("input", ({ target }) => {
  const row = target.closest?.("[data-compose-row]");
  if (row) tellFallBacks(row);
});

form.addEventListener("keydown", (event) => {
  // Enter in a field is no wish to publish.
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  const row = event.target.closest("[data-compose-row]");
  if (!row || event.target !== row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const by = event.key === "ArrowUp" ? -1 : 1;
  if (event.shiftKey) {
    move(row, by);
    row.focus();
  } else {
    rows()[rows().indexOf(row) + by]?.focus();
  }
});

// A drag begins at a row's head; in a field the mouse marks text.
list.addEventListener("dragstart", (event) => {
  held = event.target.matches?.("[data-compose-row]") && !event.target.querySelector("input:focus, textarea:focus") ? event.target : undefined;
  if (!held) {
    event.preventDefault();
    return;
  }
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.dataset.composeRow);
  held.classList.add("is-held");
});

list.addEventListener("dragover", (event) => {
  const over = held && event.target.closest("[data-compose-row]");
  for (const each of list.querySelectorAll(".is-over")) if (each !== over) each.classList.remove("is-over");
  if (!over || over === held) return;
  event.preventDefault();
  over.classList.add("is-over");
});

list.addEventListener("drop", (event) => {
  const over = held && event.target.closest("[data-compose-row]");
  if (!over || over === held) return;
  event.preventDefault();
  const all = rows();
  if (all.indexOf(over) < all.indexOf(held)) over.before(held);
  else over.after(held);
  announce(held);
  changed();
});

list.addEventListener("dragend", () => {
  held?.classList.remove("is-held");
  held = undefined;
  for (const each of list.querySelectorAll(".is-over")) each.classList.remove("is-over");
});

for (const row of rows()) tellTypes(row);
tellFallBacks(list);
document.getElementById("form-errors")?.focus();

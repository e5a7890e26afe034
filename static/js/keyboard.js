// Keys without a modifier, while nobody is typing. `?` lists what the page offers:
//   data-key="n" data-key-label="..."   on a link, button or field: the key clicks or focuses it
//   data-rows                           a list: j and k walk over its [data-row], Enter opens the row's first link
//   data-search                         the field that `/` focuses; the last one in the page wins
const shortcuts = document.getElementById("shortcuts");

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function isShown(element) {
  return element.getClientRects().length > 0;
}

function keyed() {
  return [...document.querySelectorAll("[data-key]")].filter(isShown);
}

function rows() {
  const list = [...document.querySelectorAll("[data-rows]")].find(isShown);
  return list ? [...list.querySelectorAll("[data-row]")].filter(isShown) : [];
}

function rowLink(row) {
  return row.matches("a[href]") ? row : row.querySelector("a[href]");
}

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
  all[now]?.classList.remove("is-current");
  all[next].classList.add("is-current");
  all[next].scrollIntoView({ block: "nearest" });
  (rowLink(all[next]) ?? all[next]).focus({ preventScroll: true });
}

function openRow() {
  const row = rows().find((each) => each.classList.contains("is-current"));
  const link = row && rowLink(row);
  if (link) link.click();
  return Boolean(link);
}

function focusSearch() {
  const field = [...document.querySelectorAll("[data-search]")].filter(isShown).pop();
  field?.focus();
  field?.select();
  return Boolean(field);
}

function entry(key, label) {
  const term = document.createElement("dt");
  const kbd = document.createElement("kbd");
  kbd.textContent = key;
  term.append(kbd);
  const words = document.createElement("dd");
  words.textContent = label;
  return [term, words];
}

function listShortcuts() {
  const list = shortcuts.querySelector("[data-shortcuts]");
  const words = shortcuts.dataset;
  const found = new Map();
  for (const element of keyed()) found.set(element.dataset.key, element.dataset.keyLabel || element.textContent.trim());
  if (rows().length) {
    found.set("j", words.nextRowLabel).set("k", words.previousRowLabel).set("Enter", words.openRowLabel);
  }
  found.set("?", words.helpLabel);
  list.replaceChildren(...[...found].flatMap(([key, label]) => entry(key, label)));
}

function showShortcuts() {
  listShortcuts();
  shortcuts.showModal();
}

function press(element) {
  if (isTyping(element)) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches?.("[data-search]")) event.target.blur();
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  let done = true;
  if (event.key === "/") done = focusSearch();
  else if (event.key === "?" && shortcuts) showShortcuts();
  else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "Enter" && event.target === document.body) done = openRow();
  else {
    const element = keyed().find((each) => each.dataset.key === event.key);
    if (element) press(element);
    done = Boolean(element);
  }
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-dialog=shortcuts]")) listShortcuts();
});

// A row opens wherever it is clicked, but not when a control in it was meant or text was marked.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] [data-row]");
  if (!row || event.target.closest("a, button, input, select, label, summary, details") || String(window.getSelection())) {
    return;
  }
  const link = rowLink(row);
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

if (new URLSearchParams(window.location.search).get("focus") === "search") focusSearch();

// Nothing typed is lost unseen. A form with data-guard:
//   - marks itself data-dirty once a value differs, and the browser asks before the page is left;
//   - keeps its values in this tab until they are sent, and puts them back when the page is opened again
//     (data-guard="key"; without a key nothing is kept). Passwords, files and hidden fields are never kept.
const PREFIX = "crm:draft:";
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type),
  );
}

function values(form) {
  return fields(form).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    if (field.type === "select-multiple") return [field.name, null, [...field.selectedOptions].map((each) => each.value)];
    return [field.name, null, field.value];
  });
}

function restore(form, kept) {
  const all = fields(form);
  for (const [name, value, state] of kept) {
    for (const field of all.filter((each) => each.name === name)) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.value === value) field.checked = state;
      } else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = state.includes(option.value);
      } else field.value = state;
    }
  }
}

function guard(form) {
  if (form.dataset.guarded) return;
  form.dataset.guarded = "true";
  const key = form.dataset.guard ? PREFIX + form.dataset.guard : "";
  const first = JSON.stringify(values(form));
  // A form that came back with errors holds what was typed: newer than any draft.
  const hasErrors = form.querySelector(".is-invalid, .alert-danger") !== null;
  const draft = key ? JSON.parse(window.sessionStorage.getItem(key) ?? "null") : null;
  const check = () => form.toggleAttribute("data-dirty", hasErrors || JSON.stringify(values(form)) !== first);

  if (draft && !hasErrors && draft.first === first && Date.now() - draft.at < KEPT_FOR_MS) restore(form, draft.values);
  check();
  form.addEventListener("input", () => {
    check();
    if (!key) return;
    if (form.hasAttribute("data-dirty")) {
      window.sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), first, values: values(form) }));
    } else window.sessionStorage.removeItem(key);
  });
  form.addEventListener("submit", () => {
    form.removeAttribute("data-dirty");
    if (key) markSent(key);
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) forget(form);
    else check();
  });
  form.addEventListener("reset", () => {
    if (key) window.sessionStorage.removeItem(key);
    window.setTimeout(check);
  });
}

function markSent(key) {
  const draft = JSON.parse(window.sessionStorage.getItem(key) ?? "null");
  if (draft) window.sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: true }));
}

/** A page that answers a submit means that the draft arrived. Without an answer one comes back by "back" or "reload". */
function forgetSent() {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  for (const key of Object.keys(window.sessionStorage).filter((each) => each.startsWith(PREFIX))) {
    if (JSON.parse(window.sessionStorage.getItem(key)).sent) window.sessionStorage.removeItem(key);
  }
}

/** The server has it: the draft is no longer needed. */
function forget(form) {
  if (form.dataset.guard) window.sessionStorage.removeItem(PREFIX + form.dataset.guard);
}

function guardAll(root) {
  for (const form of root.querySelectorAll("form[data-guard]")) guard(form);
}

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});
document.addEventListener("htmx:load", (event) => guardAll(event.detail.elt.parentElement ?? document));
forgetSent();
guardAll(document);

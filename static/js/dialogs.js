// <dialog> opened by [data-open-dialog="id"], closed by a click beside it; and the confirmation that htmx and forms ask for.
//   hx-confirm="What will happen, and to how many" (htmx)    data-confirm="..." (plain form or link button)
//   data-confirm-title, data-confirm-button: heading and the words on the button
const confirmation = document.getElementById("confirm");
const standard = confirmation.querySelector("[data-confirm-button]").textContent;

function ask(element, text, proceed) {
  const title = element.dataset.confirmTitle ?? "";
  const heading = confirmation.querySelector("[data-confirm-title]");
  heading.textContent = title || text;
  const words = confirmation.querySelector("[data-confirm-text]");
  words.textContent = title ? text : "";
  words.hidden = !title;
  confirmation.querySelector("[data-confirm-button]").textContent = element.dataset.confirmButton ?? standard;
  confirmation.returnValue = "no";
  confirmation.addEventListener("close", () => confirmation.returnValue === "yes" && proceed(), { once: true });
  confirmation.showModal();
}

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.elt, event.detail.question, () => event.detail.issueRequest(true));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asker.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asker, asker.dataset.confirm, () => {
    form.dataset.confirmed = "true";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  });
}, true);

// A double click sends a form once. After a moment it may be sent again: a file is fetched without leaving the page.
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  const now = Date.now();
  if (now - (sent.get(event.target) ?? 0) < 2000) event.preventDefault();
  else sent.set(event.target, now);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  const closer = event.target.closest("[data-close-dialog]");
  if (closer) closer.closest("dialog")?.close("no");
  if (event.target instanceof HTMLDialogElement) event.target.close("no");
  // An open figure or menu closes when something else is pointed at.
  for (const open of document.querySelectorAll("details.explain[open], details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// A box that would leave the page on the right opens to the left.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.explain[open], details.menu[open]")) return;
  event.target.classList.remove("opens-left");
  const box = event.target.lastElementChild.getBoundingClientRect();
  event.target.classList.toggle("opens-left", box.right > document.documentElement.clientWidth - 8);
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest("details.explain[open], details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

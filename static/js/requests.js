// What a person sees of htmx requests: a line on top while one runs, and a plain word when one fails.
const line = document.getElementById("request-line");
const session = document.getElementById("session");
let running = 0;
let timer;

function started() {
  running += 1;
  // Quick answers need no line.
  timer ??= window.setTimeout(() => (line.hidden = false), 150);
}

function ended() {
  running = Math.max(0, running - 1);
  if (running) return;
  window.clearTimeout(timer);
  timer = undefined;
  line.hidden = true;
}

function failed(kind) {
  document.dispatchEvent(new CustomEvent("crm:failed", { detail: { kind } }));
}

function signedOut() {
  if (!session.open) session.showModal();
}

/** True when the answer is the sign-in page, where a redirect led because the session is over. */
function isSignInPage(xhr) {
  if (!session || !xhr.responseURL) return false;
  return new URL(xhr.responseURL).pathname === new URL(session.dataset.signInUrl, window.location.href).pathname;
}

document.addEventListener("htmx:beforeRequest", started);
document.addEventListener("htmx:afterRequest", ended);

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isSignInPage(event.detail.xhr)) {
    event.detail.shouldSwap = false;
    signedOut();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 && session) signedOut();
  else if (status === 403) failed("refused");
  else if (status === 404 || status === 410) failed("gone");
  else if (status === 429) failed("busy");
  else failed("failed");
});
document.addEventListener("htmx:sendError", () => failed("offline"));
document.addEventListener("htmx:timeout", () => failed("offline"));

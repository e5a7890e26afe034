// The dealer list's forms outside of the results (export, columns, saved views) speak of the list that is shown now.
function follow() {
  const query = document.querySelector("#results [data-query]")?.dataset.query;
  if (query === undefined) return;
  for (const field of document.querySelectorAll("[data-list-query]")) field.value = query;
}

// A search shows its first dealers before anybody has counted all of them: how many they are is asked for when nobody
// types on. Where there is no answer, "more than" stays.
const PAUSE_MS = 300;
let counting;
let pause;

function count() {
  window.clearTimeout(pause);
  counting?.abort();
  const address = document.querySelector("#results [data-count-url]")?.dataset.countUrl;
  if (address) pause = window.setTimeout(() => ask(address), PAUSE_MS);
}

async function ask(address) {
  counting = new AbortController();
  const { signal } = counting;
  try {
    const answer = await fetch(address, { signal });
    if (!answer.ok || answer.redirected) return;
    const words = await answer.text();
    if (signal.aborted) return;
    for (const place of document.querySelectorAll("#results .list-count, #results .paging-summary")) place.textContent = words;
  } catch (error) {
    // Typed on, or offline.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "results") return;
  follow();
  count();
});
follow();
count();

// The dealer list's forms outside of the results (export, columns, saved views) speak of the list that is shown now.
function follow() {
  const query = document.querySelector("#results [data-query]")?.dataset.query;
  if (query === undefined) return;
  for (const field of document.querySelectorAll("[data-list-query]")) field.value = query;
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "results") follow();
});
follow();

// The account menu: the theme changes at once and is saved behind it; signing out takes the phone pages from this device.
// The side bar remembers its width in a cookie.
const root = document.documentElement;

document.querySelector("[data-theme-form]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const before = root.dataset.theme;
  const theme = event.submitter.value;
  const press = (value) => {
    root.dataset.theme = value;
    for (const button of form.querySelectorAll("[name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
  };
  press(theme);
  const body = new FormData(form);
  body.set("theme", theme);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    press(before);
    document.dispatchEvent(new CustomEvent("crm:failed"));
  }
});

document.querySelector("[data-sidebar-toggle]")?.addEventListener("click", (event) => {
  const width = root.dataset.sidebar === "compact" ? "wide" : "compact";
  root.dataset.sidebar = width;
  event.currentTarget.setAttribute("aria-pressed", String(width === "compact"));
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `sidebar=${width}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  window.dispatchEvent(new Event("resize"));
});

// Without it the pages for the field would still open without a signal. What was written there and not sent stays for its writer.
document.querySelector("[data-sign-out]")?.addEventListener("submit", async (event) => {
  if (!window.caches) return;
  event.preventDefault();
  const form = event.currentTarget;
  try {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("phone-")).map((name) => caches.delete(name)));
  } finally {
    form.submit();
  }
});

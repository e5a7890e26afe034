// Runs in the head, before anything is drawn: AUTO follows the device, also when that changes during the visit.
(() => {
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");

  const apply = () => {
    const wanted = root.dataset.theme;
    const theme = wanted === "DARK" || (wanted === "AUTO" && device.matches) ? "dark" : "light";
    if (root.dataset.bsTheme !== theme) {
      root.dataset.bsTheme = theme;
      document.dispatchEvent(new CustomEvent("crm:theme", { detail: { theme } }));
    }
  };

  device.addEventListener("change", apply);
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme"] });
  apply();
})();

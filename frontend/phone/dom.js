// Building elements without text ever being read as markup.
import { phone, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** `h("p", { class: "muted", onclick: act }, "text", child, [children])`; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (name === "checked" || name === "selected") element[name] = Boolean(value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${phone.urls.icons}#${name}`);
  svg.append(use);
  return svg;
}

export const button = (label, onclick, { iconName = "", look = "", ...more } = {}) =>
  h("button", { type: "button", class: `btn ${look}`.trim(), onclick, ...more }, iconName ? icon(iconName) : null, label);

export function tier(letter) {
  if (!letter) return null;
  return h("span", { class: `tier tier-${letter.toLowerCase()}`, title: t("tier", { tier: letter }) }, letter);
}

export const tag = ([text, tone]) => h("span", { class: `tag ${tone ? `tag-${tone}` : ""}`.trim() }, text);

let fields = 0;

/** A labelled control; `make(id)` makes it. */
export function field(label, make, { help = "", ...more } = {}) {
  const id = `f${(fields += 1)}`;
  return h("div", { class: "m-field", ...more },
    h("label", { class: "form-label", for: id }, label), make(id), help && h("p", { class: "muted m-help" }, help));
}

export function textField(label, value, change, { long = false, type = "text", name = "", help = "", ...more } = {}) {
  return field(label, (id) => h(long ? "textarea" : "input", {
    id, name: name || null, class: "form-control", type: long ? null : type, rows: long ? 3 : null, value: value ?? "",
    autocomplete: "off", oninput: (event) => change(event.target.value), ...more,
  }), { help });
}

/** Chips of which one is pressed, none after a second press; `pairs` are [value, label]. */
export function chips(label, pairs, value, change, { many = false, name = "" } = {}) {
  const chosen = () => (many ? new Set(value) : new Set(value === null || value === undefined || value === "" ? [] : [String(value)]));
  const row = h("div", { class: "m-chips", role: "group", "aria-label": label, "data-name": name || null });
  const draw = () => {
    for (const each of row.children) each.setAttribute("aria-pressed", String(chosen().has(each.dataset.value)));
  };
  for (const [each, text] of pairs) {
    row.append(h("button", {
      type: "button", class: "chip", "data-value": String(each), onclick: () => {
        if (many) {
          const next = chosen();
          if (!next.delete(String(each))) next.add(String(each));
          value = [...next];
        } else {
          value = chosen().has(String(each)) ? "" : each;
        }
        draw();
        change(value);
      },
    }, text));
  }
  draw();
  return h("div", { class: "m-field" }, label && h("p", { class: "form-label", "aria-hidden": "true" }, label), row);
}

export function yesField(label, value, change, { name = "" } = {}) {
  const id = `f${(fields += 1)}`;
  return h("div", { class: "form-check m-check" },
    h("input", { id, name: name || null, type: "checkbox", class: "form-check-input", checked: value, onchange: (event) => change(event.target.checked) }),
    h("label", { class: "form-check-label", for: id }, label));
}

/** Asks in a dialog; `actions` are [value, label, look]. Answers the value, or null when it was closed. */
export function ask(title, content, actions) {
  return new Promise((answer) => {
    const dialog = h("dialog", { class: "dialog m-dialog", "aria-label": title },
      h("h2", {}, title), content,
      h("div", { class: "m-actions" }, actions.map(([value, label, look]) =>
        button(label, () => dialog.close(value), { look: look || "" }))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue || null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

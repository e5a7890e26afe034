// Cuts Tabler's style sheet down to the classes in css-keep.txt.
// node stylesheet.mjs IN.css KEEP.txt OUT.css CUT.json
import { readFile, writeFile } from "node:fs/promises";
import { PurgeCSS } from "purgecss";

const [input, keepFile, output, cutFile] = process.argv.slice(2);
const css = await readFile(input, "utf8");
const patterns = (await readFile(keepFile, "utf8"))
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => new RegExp(`^(?:${line})$`));

const classes = [...new Set(Array.from(css.matchAll(/\.(-?[a-zA-Z_][\w-]*)/g), (match) => match[1]))];
const isKept = (name) => patterns.some((pattern) => pattern.test(name));
const selectors = css.replace(/\{[^{}]*\}/g, " ");
// Elements, attributes and their values are kept whatever they are: only classes are worth cutting.
const words = new Set(selectors.replace(/\.-?[a-zA-Z_][\w-]*/g, " ").match(/[a-zA-Z][\w-]*/g));
const kept = [...new Set([...classes.filter(isKept), ...words])].filter((name) => !classes.includes(name) || isKept(name));

const [result] = await new PurgeCSS().purge({
  content: [{ raw: kept.join(" "), extension: "txt" }],
  css: [{ raw: css }],
  defaultExtractor: (text) => text.split(" "),
  // A date picker that Tabler styles by attribute.
  blocklist: [/data-vc/],
  safelist: { standard: ["*", /^:/, "html", "body"] },
  keyframes: true,
  variables: true,
});
const cut = classes.filter((name) => !isKept(name)).sort();
await writeFile(output, result.css);
await writeFile(cutFile, JSON.stringify(cut));

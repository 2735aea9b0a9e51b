// The table of scores, to be sorted by any of its columns.
import { find, isMissing, number } from "./text.js";

const score = (name) => (entry) => entry.scores[name]?.value;
// Title, the value to sort by, the text shown of it, and whether a phone has no room for it.
const COLUMNS = [
  ["generator", (entry) => entry.name, (name) => name],
  ["trained on", (entry) => entry.data, (name) => name],
  ["parameters", (entry) => entry.parameters, number, true],
  ["kB", (entry) => entry.bytes / 1000, number, true],
  ["ms", (entry) => entry.milliseconds, (value) => number(value, 2), true],
  ["feature network", (entry) => entry.feature_network, (name) => name, true],
  ["Frechet distance", score("frechet_distance"), (value) => number(value, 1)],
  ["precision", score("precision"), (value) => number(value, 2), true],
  ["recall", score("recall"), (value) => number(value, 2), true],
  ["labels right, %", score("label_accuracy"), (value) => number(100 * value, 1)],
  ["PSNR, dB", score("psnr"), (value) => number(value, 1)],
  [
    "kernel distance x 1,000, imagenet",
    (entry) => entry.by_imagenet && 1000 * entry.by_imagenet.value,
    (value) => number(value, 1),
    true,
  ],
];

function cellOf(entry, [, valueOf, textOf, isMinor], index) {
  const cell = document.createElement(index ? "td" : "th");
  cell.classList.toggle("minor", Boolean(isMinor));
  const value = valueOf(entry);
  if (index === 0) {
    cell.scope = "row";
    const link = document.createElement("a");
    link.href = `#${entry.name}`;
    link.textContent = entry.name;
    cell.append(link);
  } else {
    cell.textContent = isMissing(value) ? "–" : textOf(value);
  }
  return cell;
}

// What has no value comes last, whichever way the others are sorted.
function compare(a, b, sign) {
  if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
  return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
}

function sortBy(entries, index) {
  const heads = [...find("columns").children];
  const isAscending = heads[index].getAttribute("aria-sort") !== "ascending";
  heads.forEach((head) => head.removeAttribute("aria-sort"));
  heads[index].setAttribute("aria-sort", isAscending ? "ascending" : "descending");
  const [, valueOf] = COLUMNS[index];
  const sorted = [...entries].sort((a, b) =>
    compare(valueOf(a), valueOf(b), isAscending ? 1 : -1),
  );
  find("rows").replaceChildren(
    ...sorted.map((entry) => {
      const row = document.createElement("tr");
      row.append(...COLUMNS.map((column, place) => cellOf(entry, column, place)));
      return row;
    }),
  );
}

export function addTable(entries) {
  COLUMNS.forEach(([title, , , isMinor], index) => {
    const head = document.createElement("th");
    head.classList.toggle("minor", Boolean(isMinor));
    head.scope = "col";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => sortBy(entries, index));
    head.append(button);
    find("columns").append(head);
  });
  sortBy(entries, 0);
}

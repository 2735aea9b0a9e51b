// The gallery: a table of scores, and a live canvas for each generator.
import { Generator, bytesOfValues, draw } from "./generator.js";
import { slerp } from "./latents.js";

const STATIONS = 7; // pictures of a strip
const STAGES = 3; // of an upsampler's: small, painted, as it was
const LAST_SEED = 9007199254740000;
const NEAR = "300px"; // below the screen: from there on a generator is fetched

const find = (id) => document.getElementById(id);
const isMissing = (value) => value === undefined || value === null;
const number = (value, places = 0) =>
  value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });

// --- The table.

const score = (name) => (entry) => entry.scores[name]?.value;
// Title, the value to sort by, and the text shown of it.
const COLUMNS = [
  ["generator", (entry) => entry.name, (name) => name],
  ["trained on", (entry) => entry.data, (name) => name],
  ["parameters", (entry) => entry.parameters, number],
  ["kB", (entry) => entry.bytes / 1000, number],
  ["ms", (entry) => entry.milliseconds, (value) => number(value, 2)],
  ["Frechet distance", score("frechet_distance"), (value) => number(value, 1)],
  ["precision", score("precision"), (value) => number(value, 2)],
  ["recall", score("recall"), (value) => number(value, 2)],
  ["labels right, %", score("label_accuracy"), (value) => number(100 * value, 1)],
];

function cellOf(entry, [, valueOf, textOf], index) {
  const cell = document.createElement(index ? "td" : "th");
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
function compared(a, b, sign) {
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
    compared(valueOf(a), valueOf(b), isAscending ? 1 : -1),
  );
  find("rows").replaceChildren(
    ...sorted.map((entry) => {
      const row = document.createElement("tr");
      row.append(...COLUMNS.map((column, place) => cellOf(entry, column, place)));
      return row;
    }),
  );
}

function addTable(entries) {
  COLUMNS.forEach(([title], index) => {
    const head = document.createElement("th");
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

// --- The generators.

const loaded = new Map();

function load(name) {
  if (!loaded.has(name)) {
    const folder = new URL(`generators/${name}/`, import.meta.url);
    const loading = Generator.load(folder).catch((error) => {
      loaded.delete(name); // the next painting tries again
      throw error;
    });
    loaded.set(name, loading);
  }
  return loaded.get(name);
}

// A generator's latents between a seed's and the next one's.
class Walk {
  constructor(generator) {
    this.generator = generator;
    const { parts } = generator.model.latents;
    // InfoGAN's codes mean something, so its walk is along the last of them.
    this.isOfCode = parts.length > 1 && parts.at(-1).distribution === "uniform";
  }

  said(seed) {
    return this.isOfCode ? "Its last code, from -1 to 1" : `On the way to seed ${seed + 1}`;
  }

  // Where on the walk the seed's own picture is.
  start(seed) {
    if (!this.isOfCode) return 0;
    const latents = this.generator.latents(this.generator.normals(seed));
    return (latents.at(-1) + 1) / 2;
  }

  latents(seed, share) {
    const { generator } = this;
    if (this.isOfCode) {
      const latents = generator.latents(generator.normals(seed));
      latents[latents.length - 1] = 2 * share - 1;
      return latents;
    }
    return generator.latents(
      slerp(generator.normals(seed), generator.normals(seed + 1), share),
    );
  }

  async paint(canvas, seed, label, share) {
    await this.generator.paint(canvas, this.latents(seed, share), label);
  }

  // The strip's pictures, wherever on the way the large one is.
  async station(canvas, index, seed, label) {
    await this.paint(canvas, seed, label, index / (STATIONS - 1));
  }
}

// An upsampler paints what another generator paints, shrunk by half before.
class Enlargement {
  constructor(generator, walk, source) {
    this.generator = generator;
    this.walk = walk;
    this.source = source;
    this.shape = walk.generator.model.image_shape;
  }

  start(seed) {
    return this.walk.start(seed);
  }

  said() {
    return `A picture by ${this.source} at half its size, enlarged, and as it was`;
  }

  // By a generator that takes labels, of the seed's place among them.
  async original(seed, share) {
    const { num_classes: classes } = this.walk.generator.model;
    const label = classes ? seed % classes : undefined;
    return this.walk.generator.run(this.walk.latents(seed, share), label);
  }

  async paint(canvas, seed, label, share) {
    const small = shrunk(await this.original(seed, share), this.shape);
    await this.generator.paint(canvas, small);
  }

  async station(canvas, index, seed, label, share) {
    const original = await this.original(seed, share);
    const [height, width, channels] = this.shape;
    const small = shrunk(original, this.shape);
    if (index === 0) {
      draw(canvas, bytesOfValues(small), [height / 2, width / 2, channels]);
    } else if (index === 1) {
      await this.generator.paint(canvas, small);
    } else {
      draw(canvas, bytesOfValues(original), this.shape);
    }
  }
}

function shrunk(values, [height, width, channels]) {
  const small = new Float32Array(values.length / 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        const place = ((y >> 1) * (width >> 1) + (x >> 1)) * channels + channel;
        small[place] += values[(y * width + x) * channels + channel] / 4;
      }
    }
  }
  return small;
}

async function painterOf(entry) {
  const generator = await load(entry.name);
  if (!entry.source) return new Walk(generator);
  return new Enlargement(generator, new Walk(await load(entry.source)), entry.source);
}

// Of one repeat there is no error, and of some data no training images to compare.
function distanceOf({ value, standard_error: error, training }) {
  const spread = isMissing(error) ? "" : ` ± ${number(error, 2)}`;
  const compared = isMissing(training) ? "" : ` (training images: ${number(training, 1)})`;
  return `Frechet distance ${number(value, 1)}${spread}${compared}.`;
}

function factsOf(entry) {
  const { frechet_distance: frechet } = entry.scores;
  return [
    `${entry.architecture}, ${entry.paper}.`,
    `${number(entry.parameters)} parameters, ${number(entry.bytes / 1000)} kB here.`,
    frechet && distanceOf(frechet),
    `Trained for ${number(entry.minutes)} minutes on ${entry.hardware}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

class Entry {
  constructor(entry) {
    this.entry = entry;
    const article = find("entry").content.firstElementChild.cloneNode(true);
    this.article = article;
    this.part = (selector) => article.querySelector(selector);
    article.id = entry.name;
    this.part("h2").textContent = entry.name;
    this.part(".makes").textContent = entry.makes;
    this.part(".facts").textContent = factsOf(entry);
    this.part("ul").append(
      ...entry.failures.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }),
    );
    this.part(".large").setAttribute("aria-label", `A picture by ${entry.name}`);
    this.part(".strip").setAttribute("aria-label", `A walk through the latents of ${entry.name}`);
    const stations = entry.source ? STAGES : STATIONS;
    for (let station = 0; station < stations; station += 1) {
      this.part(".strip").append(document.createElement("canvas"));
    }
    this.addControls();
    this.painting = Promise.resolve();
    this.wanted = 0;
  }

  addControls() {
    const classes = this.part("select");
    for (const [label, name] of this.entry.class_names.entries()) {
      classes.append(new Option(name, label));
    }
    this.part(".classes").hidden = !this.entry.class_names.length;
    classes.addEventListener("change", () => this.repaint({ isFresh: false }));
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.repaint();
    });
    this.part(".random").addEventListener("click", () => {
      this.part("[type=number]").value = Math.floor(Math.random() * 1e9);
      this.repaint();
    });
    this.part("[type=range]").addEventListener("input", () =>
      this.repaint({ isFresh: false, isAll: false }),
    );
  }

  get seed() {
    const seed = Number(this.part("[type=number]").value || NaN);
    if (Number.isInteger(seed) && seed >= 0 && seed <= LAST_SEED) return seed;
    throw new Error(`The seed must be an integer between 0 and ${LAST_SEED}.`);
  }

  // One painting at a time, and of those that wait the newest alone.
  // A fresh one begins at the seed's own picture; all of it is the strip as well.
  repaint({ isFresh = true, isAll = true } = {}) {
    this.wanted += 1;
    const own = this.wanted;
    const isWanted = () => own === this.wanted;
    this.isStripStale ||= isAll || Boolean(this.entry.source);
    this.isFresh ||= isFresh;
    this.painting = this.painting
      .then(() => (isWanted() ? this.paint(isWanted) : undefined))
      .then(() => this.say(""))
      .catch((error) => this.say(`Error: ${error.message}`));
    return this.painting;
  }

  say(text) {
    this.part(".said").textContent = text;
  }

  // What the large picture shows, for who cannot see it.
  name(seed, label) {
    const { name, class_names: classes } = this.entry;
    const kind = label === undefined ? "" : `, ${classes[label]}`;
    this.part(".large").setAttribute("aria-label", `A picture by ${name}: seed ${seed}${kind}`);
    const slider = this.part("[type=range]");
    slider.setAttribute("aria-valuetext", `${number(100 * slider.value)} %`);
  }

  async paint(isWanted) {
    this.painter ??= await painterOf(this.entry);
    const { seed } = this;
    const label = this.entry.class_names.length ? Number(this.part("select").value) : undefined;
    const slider = this.part("[type=range]");
    if (this.isFresh) slider.value = this.painter.start(seed);
    this.isFresh = false;
    const share = Number(slider.value);
    this.part(".way").textContent = this.painter.said(seed);
    await this.painter.paint(this.part(".large"), seed, label, share);
    this.name(seed, label);
    if (!this.isStripStale) return;
    for (const [station, canvas] of [...this.part(".strip").children].entries()) {
      if (!isWanted()) return;
      await this.painter.station(canvas, station, seed, label, share);
    }
    // One that was asked for meanwhile has another strip.
    this.isStripStale = !isWanted();
  }
}

async function start() {
  find("status").textContent = "Loading…";
  const response = await fetch(new URL("gallery.json", import.meta.url));
  if (!response.ok) throw new Error(`gallery.json could not be read (${response.status}).`);
  const entries = await response.json();
  addTable(entries);
  const shown = entries.map((entry) => new Entry(entry));
  find("generators").append(...shown.map((one) => one.article));
  document.querySelector("main").hidden = false;
  find("status").textContent = "";
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  const observer = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        shown.find((one) => one.article === target).repaint();
      }
    },
    { rootMargin: NEAR },
  );
  shown.forEach((one) => observer.observe(one.article));
  return shown;
}

// For a test, and for a console.
window.tfganZoo = {
  ready: start().catch((error) => {
    find("status").textContent = `Error: ${error.message}`;
    throw error;
  }),
  load,
};

// The gallery: a wall of pictures, a table of scores, and an entry for each generator.
import { addressOf, load, walkOf } from "./loading.js";
import { addTable } from "./table.js";
import { find, isMissing, number } from "./text.js";
import { addWall } from "./wall.js";
import { countStations } from "./walks.js";

const LAST_SEED = 9007199254740000;
const NEAR = "300px"; // below the screen: from there on a generator is fetched

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
    const isWalk = entry.takes === "latents";
    this.part(".strip").setAttribute(
      "aria-label",
      isWalk
        ? `A walk through the latents of ${entry.name}`
        : `What ${entry.name} takes, and what it makes of it`,
    );
    // An example is no walk.
    this.part("[type=range]").hidden = !isWalk && !entry.source;
    this.part(".page").href = addressOf(entry);
    const prompt = isWalk ? "Open" : "Try it on your own images: open";
    this.part(".page").textContent = `${prompt} the page of ${entry.name}`;
    for (let station = 0; station < countStations(entry); station += 1) {
      this.part(".strip").append(document.createElement("canvas"));
    }
    this.addControls();
    this.drawing = Promise.resolve();
    this.wanted = 0;
  }

  addControls() {
    const classes = this.part("select");
    for (const [label, name] of this.entry.class_names.entries()) {
      classes.append(new Option(name, label));
    }
    this.part(".classes").hidden = !this.entry.class_names.length;
    classes.addEventListener("change", () => this.redraw({ isFresh: false }));
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.redraw();
    });
    this.part(".random").addEventListener("click", () => {
      this.part("[type=number]").value = Math.floor(Math.random() * 1e9);
      this.redraw();
    });
    this.part("[type=range]").addEventListener("input", () => {
      this.isFresh = false;
      this.redraw({ isFresh: false, isAll: false });
    });
  }

  get seed() {
    const seed = Number(this.part("[type=number]").value || NaN);
    if (Number.isInteger(seed) && seed >= 0 && seed <= LAST_SEED) return seed;
    throw new Error(`The seed must be an integer between 0 and ${LAST_SEED}.`);
  }

  // One drawing at a time, and of those that wait the newest alone.
  // A fresh one begins at the seed's own picture; all of it is the strip as well.
  redraw({ isFresh = true, isAll = true } = {}) {
    this.wanted += 1;
    const request = this.wanted;
    const isWanted = () => request === this.wanted;
    this.isStripStale ||= isAll || Boolean(this.entry.source);
    this.isFresh ||= isFresh;
    this.drawing = this.drawing
      .then(() => (isWanted() ? this.draw(isWanted) : undefined))
      .then(() => this.say(""))
      .catch((error) => this.say(`Error: ${error.message}`));
    return this.drawing;
  }

  say(text) {
    this.part(".message").textContent = text;
  }

  // What the large picture shows, for those who cannot see it.
  name(seed, label) {
    const { name, class_names: classes } = this.entry;
    const kind = label === undefined ? "" : `, ${classes[label]}`;
    this.part(".large").setAttribute("aria-label", `A picture by ${name}: seed ${seed}${kind}`);
    const slider = this.part("[type=range]");
    slider.setAttribute("aria-valuetext", `${number(100 * slider.value)} %`);
  }

  async draw(isWanted) {
    this.walk ??= await walkOf(this.entry);
    const { seed } = this;
    const label = this.entry.class_names.length ? Number(this.part("select").value) : undefined;
    const slider = this.part("[type=range]");
    if (this.isFresh) slider.value = this.walk.start(seed);
    this.isFresh = false;
    const share = Number(slider.value);
    this.part(".way").textContent = this.walk.caption(seed);
    await this.walk.drawOn(this.part(".large"), seed, label, share);
    this.name(seed, label);
    if (!this.isStripStale) return;
    for (const [station, canvas] of [...this.part(".strip").children].entries()) {
      if (!isWanted()) return;
      await this.walk.drawStation(canvas, station, seed, label, share);
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
  addWall(entries);
  const shown = entries.map((entry) => new Entry(entry));
  find("generators").append(...shown.map((each) => each.article));
  document.querySelector("main").hidden = false;
  find("status").textContent = "";
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  const observer = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        shown.find((each) => each.article === target).redraw();
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

// The wall: a small live picture by each generator, which opens its page.
import { addressOf, walkOf } from "./loading.js";
import { find } from "./text.js";

const PERIOD = 700; // ms from one new picture of the wall to the next

// A name of parts, which lines may break between.
function breakable(name) {
  return name.split(/(?<=[-_])/).flatMap((part) => [document.createElement("wbr"), part]);
}

class Tile {
  // It shows the seeds `first`, `first` + `step`, and so on.
  constructor(entry, first, step) {
    this.entry = entry;
    this.step = step;
    this.seed = first - step;
    this.link = find("tile").content.firstElementChild.cloneNode(true);
    this.link.href = addressOf(entry);
    this.link.querySelector("span").append(...breakable(entry.name));
    this.source = this.link.querySelector(".source");
    this.source.hidden = entry.takes === "latents";
  }

  async drawNext() {
    this.walk ??= await walkOf(this.entry);
    this.seed += this.step;
    const { class_names: classes } = this.entry;
    const label = classes.length ? this.seed % classes.length : undefined;
    const share = this.walk.start(this.seed);
    await this.walk.drawOn(this.link.querySelector(".output"), this.seed, label, share);
    if (!this.source.hidden) {
      await this.walk.drawStation(this.source, 0, this.seed, label, share);
    }
    this.link.title = `Seed ${this.seed}`;
  }
}

class Wall {
  constructor(entries, rows) {
    const firsts = [...Array(rows).keys()];
    this.tiles = firsts.flatMap((first) => entries.map((entry) => new Tile(entry, first, rows)));
    this.visible = new Set();
    this.drawing = Promise.resolve();
    this.failed = new Set();
    find("wall").append(...this.tiles.map(({ link }) => link));
    this.button = find("pause");
    this.button.addEventListener("click", () => this.pause(!this.isPaused));
    this.pause(matchMedia("(prefers-reduced-motion: reduce)").matches);
    const observer = new IntersectionObserver((seen) => this.see(seen));
    this.tiles.forEach(({ link }) => observer.observe(link));
    setInterval(() => this.drawAnother(), PERIOD);
    // When each that is visible at first has been drawn, or has failed.
    this.filled = new Promise((resolve) => {
      this.onIdle = resolve;
    });
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    this.button.textContent = isPaused ? "Play" : "Pause";
  }

  see(changes) {
    for (const { isIntersecting, target } of changes) {
      const tile = this.tiles.find(({ link }) => link === target);
      if (!isIntersecting) {
        this.visible.delete(tile);
        continue;
      }
      this.visible.add(tile);
      if (tile.seed < 0 && !tile.isWaiting) this.draw(tile);
    }
  }

  // One after the other: a device that is slow shows fewer new pictures.
  draw(tile) {
    this.isBusy = true;
    tile.isWaiting = true;
    const drawing = this.drawing
      .then(() => tile.drawNext())
      .then(() => this.failed.delete(tile))
      .catch((error) => {
        this.failed.add(tile); // its entry below says why, once it is seen
        console.warn(`${tile.entry.name}: ${error.message}`);
      })
      .then(() => {
        tile.isWaiting = false;
        if (this.drawing !== drawing) return;
        this.isBusy = false;
        this.onIdle();
      });
    this.drawing = drawing;
  }

  // Of the visible tiles that whose picture is the oldest.
  drawAnother() {
    if (this.isPaused || this.isBusy || document.hidden) return;
    const [tile] = [...this.visible].filter((each) => !this.failed.has(each));
    if (!tile) return;
    this.visible.delete(tile);
    this.visible.add(tile);
    this.draw(tile);
  }
}

// Each generator has a tile in each of the rows.
export function addWall(entries, rows = 1) {
  return new Wall(entries, rows);
}

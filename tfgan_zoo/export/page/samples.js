// The page of a generator that takes latents: seeds, classes, sliders and walks.
import { addChoices, find, redraw, savePng, say, showSpeed } from "./page.js";

const SAMPLES = 16;
const LAST_SEED = Number.MAX_SAFE_INTEGER - SAMPLES;
const WALK_SECONDS = 3;
const REACH = 3;

const state = {
  seed: 0,
  chosen: 0, // which of the samples is shown large
  label: null, // null goes round all classes
  amounts: [],
  share: 0, // of the walk to the next sample
};
let generator;
let isGridStale = true;

const seedOf = (index) => state.seed + index;
const labelOf = (index) =>
  generator.model.num_classes
    ? (state.label ?? seedOf(index) % generator.model.num_classes)
    : undefined;
const classOf = (index) => {
  const label = labelOf(index);
  if (label === undefined) return "";
  const name = generator.model.class_names[label] ?? `${label}`;
  return /^\d+$/.test(name) ? `class ${name}` : name;
};
const nameOf = (index) => {
  const name = classOf(index);
  return `Seed ${seedOf(index)}${name && `, ${name}`}`;
};

async function drawLarge() {
  const next = (state.chosen + 1) % SAMPLES;
  const label = labelOf(state.share < 1 ? state.chosen : next);
  const { share, amounts } = state;
  const latents = generator.latentsOf(seedOf(state.chosen), { to: seedOf(next), share, amounts });
  await generator.drawOn(find("large"), latents, label);
  find("chosen").textContent = nameOf(state.chosen);
  find("walk-end").textContent = `to seed ${seedOf(next)}: ${Math.round(100 * state.share)} %`;
  showSpeed(generator);
}

async function drawGrid(isWanted) {
  const buttons = [...find("grid").children];
  for (const [index, button] of buttons.entries()) {
    if (!isWanted()) return;
    const latents = generator.latentsOf(seedOf(index), { amounts: state.amounts });
    await generator.drawOn(button.firstChild, latents, labelOf(index));
    button.setAttribute("aria-label", nameOf(index));
    button.setAttribute("aria-pressed", String(index === state.chosen));
  }
  isGridStale = false;
  showSpeed(generator);
}

function redrawAll() {
  isGridStale = true;
  return redraw(drawChosen);
}

// And what of the grid an earlier drawing had to leave.
async function drawChosen(isWanted) {
  await drawLarge();
  if (isGridStale && isWanted()) await drawGrid(isWanted);
}

function choose(index) {
  state.chosen = index;
  state.share = 0;
  find("walk").value = 0;
  [...find("grid").children].forEach((button, place) => {
    button.setAttribute("aria-pressed", String(place === index));
  });
  return redraw(drawChosen);
}

function takeSeed(seed) {
  if (!Number.isInteger(seed) || seed < 0 || seed > LAST_SEED) {
    say(`The seed must be an integer between 0 and ${LAST_SEED}.`);
    return undefined;
  }
  say("");
  state.seed = seed;
  state.share = 0;
  find("seed").value = seed;
  find("walk").value = 0;
  return redrawAll();
}

function addSamples() {
  for (let index = 0; index < SAMPLES; index += 1) {
    const button = document.createElement("button");
    button.type = "button";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    button.append(canvas);
    button.addEventListener("click", () => choose(index));
    find("grid").append(button);
  }
}

function addDirections() {
  const group = find("directions");
  generator.model.directions?.forEach(({ name }, index) => {
    state.amounts[index] = 0;
    const label = document.createElement("label");
    label.className = "slider";
    const text = document.createElement("span");
    text.textContent = name;
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: -REACH, max: REACH, step: 0.1, value: 0 });
    slider.addEventListener("input", () => {
      state.amounts[index] = Number(slider.value);
      redrawAll();
    });
    label.append(text, slider);
    group.insertBefore(label, find("reset"));
    group.hidden = false;
  });
  find("reset").addEventListener("click", () => {
    state.amounts.fill(0);
    for (const slider of group.querySelectorAll("input")) slider.value = 0;
    redrawAll();
  });
}

function addWalk() {
  const slider = find("walk");
  const button = find("play");
  let playing = false;
  const stop = () => {
    playing = false;
    button.setAttribute("aria-pressed", "false");
  };
  slider.addEventListener("input", () => {
    stop();
    state.share = Number(slider.value);
    redraw(drawChosen);
  });
  button.addEventListener("click", () => {
    if (playing) {
      stop();
      return;
    }
    playing = true;
    button.setAttribute("aria-pressed", "true");
    const begin = performance.now() - (state.share % 1) * 1000 * WALK_SECONDS;
    const frame = async (now) => {
      if (!playing) return;
      state.share = Math.min(1, Math.max(0, (now - begin) / 1000 / WALK_SECONDS));
      slider.value = state.share;
      await redraw(drawChosen);
      if (state.share < 1) {
        requestAnimationFrame(frame);
        return;
      }
      stop();
      await choose((state.chosen + 1) % SAMPLES);
    };
    requestAnimationFrame(frame);
  });
}

function addClasses() {
  addChoices(generator.model, [["All", null]], (label) => {
    state.label = label;
    redrawAll();
  });
}

export const titleOf = ({ title }) => title;

export function build(loaded) {
  generator = loaded;
  addSamples();
  addClasses();
  addDirections();
  addWalk();
  find("save").addEventListener("click", () =>
    savePng(`${generator.model.architecture}_seed_${seedOf(state.chosen)}.png`),
  );
  find("random").addEventListener("click", () =>
    takeSeed(Math.floor(Math.random() * 1e9)),
  );
  find("seeds").addEventListener("submit", (event) => {
    event.preventDefault();
    takeSeed(Number(find("seed").value || NaN));
  });
}

export const drawFirst = () => redraw(drawLarge);
export const drawRest = () => redraw(drawChosen);

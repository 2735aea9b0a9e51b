// The page of a generator that takes latents: seeds, classes, sliders and walks.
import { addEnds } from "./ends.js";
import * as finding from "./finding.js";
import { slerp } from "./latents.js";
import { addChoices, find, redraw, savePng, say, showSpeed } from "./page.js";
import { Sliders } from "./sliders.js";

const SAMPLES = 16;
const LAST_SEED = Number.MAX_SAFE_INTEGER - SAMPLES;
const WALK_SECONDS = 3;

const state = {
  seed: 0,
  chosen: 0, // which of the samples is shown large
  picture: undefined, // what is shown instead: { normals, label, name }
  label: null, // null goes round all classes
  share: 0, // of the walk to the next sample
};
let generator;
let sliders;
let chooseClass;
let changes = 0; // of what the grid shows
let drawn; // how many of them the whole grid shows
let file; // name under which the large picture is saved
let stopWalk;

const seedOf = (index) => state.seed + index;
const labelOf = (index) =>
  generator.model.num_classes
    ? (state.label ?? seedOf(index) % generator.model.num_classes)
    : undefined;
const titleOfPicture = (name, label) => {
  if (label === undefined) return name;
  const className = generator.model.class_names[label] ?? `${label}`;
  return `${name}, ${/^\d+$/.test(className) ? `class ${className}` : className}`;
};
const nameOf = (index) => titleOfPicture(`Seed ${seedOf(index)}`, labelOf(index));

// A sample, or a picture in its place.
function base() {
  if (state.picture) return state.picture;
  const { chosen } = state;
  const seed = seedOf(chosen);
  return { normals: generator.normalsOf(seed), label: labelOf(chosen), name: `Seed ${seed}` };
}

// What is shown large.
function current() {
  const { share } = state;
  const next = (state.chosen + 1) % SAMPLES;
  const { normals, label, name } = base();
  return {
    normals: share ? slerp(normals, generator.normalsOf(seedOf(next)), share) : normals,
    label: share < 1 ? label : labelOf(next),
    amounts: [...sliders.amounts],
    name: titleOfPicture(name, label),
    next: seedOf(next),
  };
}

const drawOn = (canvas, { normals, label, amounts }) =>
  generator.drawOn(canvas, generator.latentsFrom(normals, amounts), label);

async function drawLarge() {
  const picture = current();
  const { name, next } = picture;
  const own = state.picture ? "picture" : `seed_${seedOf(state.chosen)}`;
  await drawOn(find("large"), picture);
  file = `${generator.model.architecture}_${own}.png`;
  find("chosen").textContent = name;
  find("walk-end").textContent = `to seed ${next}: ${Math.round(100 * state.share)} %`;
  showSpeed(generator);
}

async function drawGrid(isWanted) {
  const begun = changes;
  const buttons = [...find("grid").children];
  for (const [index, button] of buttons.entries()) {
    if (!isWanted()) return;
    const latents = generator.latentsOf(seedOf(index), { amounts: sliders.amounts });
    await generator.drawOn(button.firstChild, latents, labelOf(index));
    button.setAttribute("aria-label", nameOf(index));
    button.setAttribute("aria-pressed", String(index === state.chosen && !state.picture));
  }
  drawn = begun;
  showSpeed(generator);
}

function redrawAll() {
  changes += 1;
  return redraw(drawChosen);
}

// And what of the grid an earlier drawing had to leave.
async function drawChosen(isWanted) {
  await drawLarge();
  if (drawn !== changes && isWanted()) await drawGrid(isWanted);
}

function markChosen() {
  stopWalk();
  state.share = 0;
  find("walk").value = 0;
  [...find("grid").children].forEach((button, place) => {
    button.setAttribute("aria-pressed", String(place === state.chosen && !state.picture));
  });
}

function choose(index) {
  state.chosen = index;
  state.picture = undefined;
  markChosen();
  return redraw(drawChosen);
}

// A picture that is no sample; the sliders go where it was moved to.
function show({ amounts, ...picture }) {
  state.picture = picture;
  markChosen();
  if (sliders.set(amounts)) changes += 1;
  return redraw(drawChosen);
}

// What the encoder found becomes the picture that the sliders move.
async function take({ normals, label }, isWanted) {
  await drawOn(find("made"), { normals, label });
  if (!isWanted()) return;
  if (label !== undefined && label !== state.label) chooseClass(label);
  show({ normals, label, name: "Your picture", amounts: sliders.amounts.map(() => 0) });
}

function takeSeed(seed) {
  if (!Number.isInteger(seed) || seed < 0 || seed > LAST_SEED) {
    say(`The seed must be an integer between 0 and ${LAST_SEED}.`);
    return undefined;
  }
  say("");
  finding.cancel();
  state.seed = seed;
  state.picture = undefined;
  find("seed").value = seed;
  markChosen();
  return redrawAll();
}

function addSamples() {
  for (let index = 0; index < SAMPLES; index += 1) {
    const button = document.createElement("button");
    button.type = "button";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    button.append(canvas);
    button.addEventListener("click", () => {
      say("");
      finding.cancel();
      choose(index);
    });
    find("grid").append(button);
  }
}

function addWalk() {
  const slider = find("walk");
  const button = find("play");
  let playing; // the walk under way
  const stop = () => {
    playing = undefined;
    button.setAttribute("aria-pressed", "false");
  };
  stopWalk = stop;
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
    const own = {};
    playing = own;
    button.setAttribute("aria-pressed", "true");
    const begin = performance.now() - (state.share % 1) * 1000 * WALK_SECONDS;
    const frame = async (now) => {
      if (playing !== own) return;
      state.share = Math.min(1, Math.max(0, (now - begin) / 1000 / WALK_SECONDS));
      slider.value = state.share;
      await redraw(drawChosen);
      if (playing !== own) return;
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
  chooseClass = addChoices(generator.model, [["All", null]], (label) => {
    state.label = label;
    if (state.picture && label !== null) state.picture = { ...state.picture, label };
    redrawAll();
  });
}

export const titleOf = ({ title }) => title;

export function build(loaded) {
  generator = loaded;
  file = `${generator.model.architecture}.png`;
  document.body.style.setProperty("--ratio", generator.width / generator.height);
  sliders = new Sliders(generator, redrawAll);
  addSamples();
  addClasses();
  addWalk();
  addEnds({ current, show, drawOn });
  find("save").addEventListener("click", () => savePng(file));
  find("random").addEventListener("click", () =>
    takeSeed(Math.floor(Math.random() * 1e9)),
  );
  find("seeds").addEventListener("submit", (event) => {
    event.preventDefault();
    takeSeed(Number(find("seed").value || NaN));
  });
}

export const drawFirst = () => redraw(drawLarge);

export async function drawRest() {
  await redraw(drawChosen);
  if (!generator.model.encoder) return;
  // The rest of the page works without.
  await finding.build(generator, take).catch(({ message }) => say(`Error: ${message}`));
}

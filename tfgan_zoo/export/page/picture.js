// The page of a generator that takes an image: a picture of the visitor's, or an example.
import { bytesOfValues, draw } from "./generator.js";
import { addChoices, find, redraw, savePng, say, showSpeed } from "./page.js";
import { readExamples } from "./held_out.js";
import { addFiles, decode, fit, place, valuesOf } from "./pictures.js";

const state = {
  picture: undefined, // a file or a canvas that is to be shown next
  example: undefined, // what is shown until there is one
  values: undefined, // [H, W, C] in [-1, 1], what the generator takes
  box: undefined, // where the picture is in it, in white
  label: 0,
};
let generator;

async function drawPair() {
  const picture = state.picture ?? (state.values ? undefined : state.example);
  if (picture) {
    state.picture = undefined;
    const isFile = picture instanceof File;
    const decoded = isFile ? await decode(picture) : picture;
    const [height, width] = generator.input.shape;
    state.box = fit(decoded, width, height);
    const placed = place(decoded, state.box, width, height);
    state.values = valuesOf(placed, generator.input.shape);
    if (isFile) decoded.close(); // a photo's memory
  }
  if (!state.values) return;
  const { values, label, box } = state;
  document.body.style.setProperty("--ratio", box.width / box.height);
  draw(find("input"), bytesOfValues(values), generator.input.shape, box);
  await generator.drawOn(find("large"), values, label, box);
  showSpeed(generator);
}

function show(picture) {
  say("");
  state.picture = picture;
  return redraw(drawPair);
}

function addExamples(examples) {
  for (const [index, example] of examples.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Example ${index + 1}`);
    button.append(example);
    button.addEventListener("click", () => show(example));
    find("examples").append(button);
  }
}

// A slider over the two pictures: the input left of it, the output right of it.
function addSplit() {
  const slider = find("split");
  const show = () => {
    find("compared").style.setProperty("--split", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} % before`);
  };
  slider.addEventListener("input", show);
  show();
}

export const titleOf = ({ title }) => title;

export function build(loaded) {
  generator = loaded;
  const [height, width] = generator.input.shape;
  find("size").textContent = `${width} x ${height}`;
  addChoices(generator.model, [], (label) => {
    state.label = label;
    redraw(drawPair);
  });
  addSplit();
  addFiles([find("file"), find("camera")], show);
  find("save").addEventListener("click", () =>
    savePng(`${generator.model.architecture}.png`),
  );
}

export async function drawFirst() {
  const examples = await readExamples(generator);
  addExamples(examples);
  [state.example] = examples;
  await redraw(drawPair);
}

// The page of a generator that takes an image: a picture of the visitor's, or an example.
import { bytesOfValues, draw } from "./generator.js";
import { addChoices, datasetName, find, redraw, savePng, say, showSpeed } from "./page.js";
import { addFiles, decode, drawExample, fit, valuesOf } from "./pictures.js";

const state = {
  picture: undefined, // a file or a canvas that is to be shown next
  values: undefined, // [H, W, C] in [-1, 1], what the generator takes
  label: 0,
};
let generator;

async function drawPair() {
  const { picture } = state;
  if (picture) {
    state.picture = undefined;
    const isFile = picture instanceof File;
    const decoded = isFile ? await decode(picture) : picture;
    const [height, width] = generator.input.shape;
    state.values = valuesOf(fit(decoded, width, height), generator.input.shape);
    if (isFile) decoded.close(); // a photo's memory
  }
  draw(find("input"), bytesOfValues(state.values), generator.input.shape);
  await generator.drawOn(find("large"), state.values, state.label);
  showSpeed(generator);
}

function show(picture) {
  say("");
  state.picture = picture;
  return redraw(drawPair);
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

export const titleOf = ({ architecture, task, dataset }) =>
  `${architecture}: ${task} images like those of ${datasetName(dataset)}`;

export function build(loaded) {
  generator = loaded;
  const [height, width] = generator.input.shape;
  document.body.style.setProperty("--ratio", generator.width / generator.height);
  find("size").textContent = `${width} x ${height}`;
  addChoices(generator.model, [], (label) => {
    state.label = label;
    redraw(drawPair);
  });
  addSplit();
  addFiles([find("file"), find("camera")], show);
  find("example").addEventListener("click", () => show(drawExample()));
  find("save").addEventListener("click", () =>
    savePng(`${generator.model.architecture}.png`),
  );
}

export const drawFirst = () => show(drawExample());

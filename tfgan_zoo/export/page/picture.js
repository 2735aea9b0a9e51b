// The page of a generator that takes an image: a picture of the visitor's, or an example.
import { bytesOfValues, draw } from "./generator.js";
import { addChoices, find, redraw, savePng, say, showSpeed } from "./page.js";

const EXAMPLE_PX = 256;
const LUMA = [0.299, 0.587, 0.114];

const state = {
  picture: undefined, // a file or a canvas that is to be shown next
  values: undefined, // [H, W, C] in [-1, 1], what the generator takes
  label: 0,
};
let generator;

// Ground, disc, square and triangle: edges and colours for any task.
function drawExample() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = EXAMPLE_PX;
  const context = canvas.getContext("2d");
  const ground = context.createLinearGradient(0, 0, 0, EXAMPLE_PX);
  ground.addColorStop(0, "#101a3c");
  ground.addColorStop(1, "#2f5f86");
  context.fillStyle = ground;
  context.fillRect(0, 0, EXAMPLE_PX, EXAMPLE_PX);
  context.fillStyle = "#ffd75e";
  context.beginPath();
  context.arc(184, 72, 44, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#e8ebe4";
  context.fillRect(48, 136, 112, 96);
  context.fillStyle = "#d2513f";
  context.beginPath();
  context.moveTo(28, 140);
  context.lineTo(104, 68);
  context.lineTo(180, 140);
  context.fill();
  return canvas;
}

async function decode(picture) {
  if (picture instanceof HTMLCanvasElement) return picture;
  try {
    return await createImageBitmap(picture);
  } catch {
    throw new Error(`A picture must be one that this browser reads. Received: ${picture.name}.`);
  }
}

// The middle of a picture, scaled to the size of the input; white behind what is transparent.
function valuesOf(picture, [height, width, channels]) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const scale = Math.max(width / picture.width, height / picture.height);
  const [across, down] = [scale * picture.width, scale * picture.height];
  context.drawImage(picture, (width - across) / 2, (height - down) / 2, across, down);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Float32Array(height * width * channels);
  for (let place = 0; place < height * width; place += 1) {
    const color = data.subarray(4 * place, 4 * place + 3);
    const grey = LUMA.reduce((sum, weight, index) => sum + weight * color[index], 0);
    for (let channel = 0; channel < channels; channel += 1) {
      const value = channels === 1 ? grey : color[channel];
      values[channels * place + channel] = value / 127.5 - 1;
    }
  }
  return values;
}

async function drawPair() {
  const { picture } = state;
  if (picture) {
    state.picture = undefined;
    const decoded = await decode(picture);
    state.values = valuesOf(decoded, generator.input.shape);
    decoded.close?.(); // a photo's memory
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

function addDrop() {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) show(file);
  });
}

export const titleOf = ({ architecture, task, dataset }) =>
  `${architecture}: ${task} images like those of ${dataset}`;

export function build(loaded) {
  generator = loaded;
  const [height, width] = generator.input.shape;
  find("input").style.aspectRatio = `${width} / ${height}`;
  find("large").style.aspectRatio = `${generator.width} / ${generator.height}`;
  find("size").textContent = `${width} x ${height}`;
  addChoices(generator.model, [], (label) => {
    state.label = label;
    redraw(drawPair);
  });
  addDrop();
  find("file").addEventListener("change", ({ target }) => {
    if (target.files.length) show(target.files[0]);
  });
  find("example").addEventListener("click", () => {
    find("file").value = "";
    show(drawExample());
  });
  find("save").addEventListener("click", () =>
    savePng(`${generator.model.architecture}.png`),
  );
}

export const drawFirst = () => show(drawExample());

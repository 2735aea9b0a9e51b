// Finds the visitor's picture, a file or a drawing, in the latents of the generator.
import { Encoder } from "./encoder.js";
import { bytesOf } from "./fetching.js";
import { find, nextFrame, say, showBusy } from "./page.js";
import { addKeys, addPointer } from "./pens.js";
import { addFiles, decode, valuesOf } from "./pictures.js";
import { fill } from "./scaling.js";
import { Drawing, Sheet, makeStroke } from "./strokes.js";

const PAD_PX = 448; // about the pad's longer side, for screens of high resolution
const PEN_WIDTH = 2.6 / 28; // of the shorter side, like the strokes of MNIST's digits
const MIDDLE = 127.5;

const state = {
  stroke: undefined, // the one under way
  photo: undefined, // the last one
  begin: undefined, // when the photo was chosen, until it is found
};
const drawing = new Drawing();
let encoder;
let pen;
let sheets; // of the pad, and of the encoder's input
let use; // what becomes of what was found
let isStale = false;
let version = 0; // of the picture; a stroke that grows is the same picture
let reads = 0; // of files
let searching;

// Whether the generator's images have a dark edge, as digits in white on black.
function isDark({ width, height, channels, model }) {
  const pixels = bytesOf(model.test_vector.pixels_base64);
  let [sum, count] = [0, 0];
  for (let place = 0; place < width * height; place += 1) {
    const [x, y] = [place % width, Math.floor(place / width)];
    if (x && y && x < width - 1 && y < height - 1) continue;
    for (let channel = 0; channel < channels; channel += 1, count += 1) {
      sum += pixels[channels * place + channel];
    }
  }
  return sum / count < MIDDLE;
}

// One search at a time, of the newest picture.
function refresh() {
  sheets.pad.show(state.stroke);
  isStale = true;
  searching ??= showBusy(
    search()
      .catch((error) => say(`Error: ${error.message}`))
      .finally(() => {
        searching = undefined;
        if (isStale) refresh(); // after an error
      }),
  );
  return searching;
}

async function search() {
  while (isStale) {
    await nextFrame();
    if (!isStale) return;
    isStale = false;
    const begin = state.begin ?? performance.now();
    state.begin = undefined;
    sheets.input.show(state.stroke);
    const values = valuesOf(sheets.input.context.canvas, encoder.shape);
    const own = version;
    const isWanted = () => own === version;
    const found = await encoder.encode(values);
    if (isWanted()) await use(found, isWanted);
    if (!isWanted()) continue;
    find("took").textContent = `Found in ${Math.round(performance.now() - begin)} ms.`;
  }
}

function endSearch() {
  version += 1;
  isStale = false;
  state.begin = undefined;
}

// What is being read or searched is not wanted any more: something else was chosen.
export function cancel() {
  reads += 1;
  endSearch();
}

function renderAll() {
  Object.values(sheets).forEach((sheet) => sheet.render(drawing.content));
  return refresh();
}

const strokes = {
  begin(x, y) {
    if (state.stroke) return false;
    say("");
    state.stroke = makeStroke(pen, [x, y]);
    refresh();
    return true;
  },
  move(...places) {
    state.stroke.points.push(...places);
    refresh();
  },
  end() {
    drawing.addStroke(state.stroke);
    Object.values(sheets).forEach((sheet) => sheet.add(state.stroke));
    state.stroke = undefined;
  },
};

function invert(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "difference";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
}

// The pixels that the encoder gets are those of the photo, not of the larger pad.
function showPhoto() {
  const picture = fill(state.photo, encoder.shape);
  if (find("negative").checked) invert(picture);
  drawing.start({ picture });
  return renderAll();
}

async function read(file) {
  say("");
  const begin = performance.now();
  reads += 1;
  const own = reads;
  // Meanwhile another picture may be chosen, or the pad cleared.
  const isWanted = () => own === reads;
  try {
    const photo = await decode(file);
    if (!isWanted()) {
      photo.close();
      return;
    }
    state.photo?.close();
    endSearch();
    Object.assign(state, { photo, begin });
    await showPhoto();
  } catch (error) {
    if (isWanted()) say(`Error: ${error.message}`);
  }
}

function clear() {
  if (state.stroke) return;
  cancel();
  state.photo?.close();
  state.photo = undefined;
  find("negative").checked = false;
  find("took").textContent = "";
  drawing.start({});
  Object.values(sheets).forEach((sheet) => sheet.render(drawing.content));
  sheets.pad.show();
}

// `take` is called with the normals and the label of each picture that was found.
export async function build(generator, take) {
  encoder = await Encoder.load(generator);
  use = take;
  const size = encoder.shape.slice(0, 2);
  const ground = isDark(generator) ? "black" : "white";
  pen = { color: ground === "black" ? "white" : "black", width: PEN_WIDTH };
  const scale = Math.max(1, Math.round(PAD_PX / Math.max(...size)));
  sheets = {
    pad: new Sheet(find("pad"), size, scale, ground),
    input: new Sheet(document.createElement("canvas"), size, 1, ground),
  };
  clear();
  addFiles([find("file"), find("camera")], (file) => showBusy(read(file)));
  addPointer(find("pad"), strokes);
  addKeys(find("pad"), size, strokes);
  find("clear").addEventListener("click", () => {
    say("");
    clear();
  });
  find("negative").addEventListener("change", () => state.photo && showPhoto());
  find("finding").hidden = false;
}

// The page of a generator that takes lines: a pad to draw on, and the picture beside it.
import { makeExamples } from "./examples.js";
import { addChoices, find, nextFrame, savePng, say, showSpeed } from "./page.js";
import { findLines } from "./paper.js";
import { addKeys, addPointer } from "./pens.js";
import { addFiles, decode, fit, place, valuesOf } from "./pictures.js";
import { Drawing, PENS, Sheet, makeStroke } from "./strokes.js";

const PAD_PX = 768; // about the pad's longer side, for screens of high resolution
const THUMBNAIL_PX = 96;

const state = {
  pen: "thick",
  stroke: undefined, // the one under way
  isOpening: true, // the first stroke takes the place of the first example
  label: 0,
};
const drawing = new Drawing();
let generator;
let examples;
let sheets; // of the pad, and of the generator's input

let isStale = false;
let generating;
let papers = 0; // photos of drawings that were asked for

// Shows the lines at once; of the images one is generated at a time, of the newest lines.
function refresh() {
  sheets.pad.show(state.stroke);
  isStale = true;
  find("large").setAttribute("aria-busy", "true");
  generating ??= generate()
    .catch((error) => say(`Error: ${error.message}`))
    .finally(() => {
      generating = undefined;
      find("large").setAttribute("aria-busy", "false");
      if (isStale) refresh(); // after an error
    });
  return generating;
}

async function generate() {
  while (isStale) {
    await nextFrame();
    isStale = false;
    const { canvas } = sheets.input.context;
    sheets.input.show(state.stroke);
    const values = valuesOf(canvas, generator.input.shape);
    await generator.drawOn(find("large"), values, state.label);
    showSpeed(generator);
  }
}

function describe() {
  const { picture, strokes } = drawing.content;
  const lines = strokes.length === 1 ? "1 line" : `${strokes.length} lines`;
  const paper = picture ? " over a photo" : "";
  find("pad").setAttribute("aria-label", `Drawing, ${lines}${paper}`);
  // Not `disabled`, which would take the focus from a button that is pressed.
  find("undo").setAttribute("aria-disabled", String(!drawing.canUndo));
  find("redo").setAttribute("aria-disabled", String(!drawing.canRedo));
  find("clear").setAttribute("aria-disabled", String(drawing.isEmpty));
}

function renderAll() {
  const { content } = drawing;
  Object.values(sheets).forEach((sheet) => sheet.render(content));
  describe();
  return refresh();
}

// Has a button or a key change the drawing, unless a stroke is under way.
const edit = (change) => () => {
  if (state.stroke) return undefined;
  say("");
  state.isOpening = false;
  change();
  return renderAll();
};
const undo = edit(() => drawing.undo());
const redo = edit(() => drawing.redo());
const empty = () => {
  if (!drawing.isEmpty) drawing.start({});
};
const clear = edit(() => {
  papers += 1; // none that is being read
  empty();
});

const strokes = {
  begin(x, y, isEraser) {
    if (state.stroke) return false;
    const pen = isEraser ? PENS.eraser : PENS[state.pen];
    say("");
    if (state.isOpening && pen !== PENS.eraser) edit(empty)();
    state.isOpening = false;
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
    describe();
  },
};

function addTools() {
  const pens = [...document.querySelectorAll("[data-pen]")];
  for (const button of pens) {
    button.addEventListener("click", () => {
      state.pen = button.dataset.pen;
      for (const other of pens) other.setAttribute("aria-pressed", String(other === button));
    });
  }
  find("undo").addEventListener("click", undo);
  find("redo").addEventListener("click", redo);
  find("clear").addEventListener("click", clear);
  find("save").addEventListener("click", () =>
    savePng(`${generator.model.architecture}.png`),
  );
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && key === "z") (event.shiftKey ? redo : undo)();
    else if (isCommand && key === "y") redo();
    else if (key === "delete") clear();
    else return;
    event.preventDefault();
  });
}

function addExamples(shape) {
  for (const example of examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", example.name);
    button.title = example.name;
    const canvas = document.createElement("canvas");
    const sheet = new Sheet(canvas, shape, THUMBNAIL_PX / Math.max(...shape));
    sheet.render(example);
    sheet.show();
    button.append(canvas);
    button.addEventListener("click", edit(() => drawing.start(example)));
    find("examples").append(button);
  }
}

// A drawing on paper becomes the beginning of one here.
async function readPaper(file) {
  say("");
  papers += 1;
  const own = papers;
  const isWanted = () => own === papers; // no other was asked for since
  try {
    const photo = await decode(file);
    const { width, height } = sheets.pad.context.canvas;
    const box = fit(photo, width, height);
    // Without the white, next to which paper would be dark.
    const lines = place(photo, { ...box, left: 0, top: 0 }, box.width, box.height);
    photo.close();
    findLines(lines);
    const picture = place(lines, box, width, height);
    while (state.stroke) await nextFrame();
    if (isWanted()) edit(() => drawing.start({ picture }))();
  } catch (error) {
    if (isWanted()) say(`Error: ${error.message}`);
  }
}

export const titleOf = () => "Draw something";

export function build(loaded) {
  generator = loaded;
  const shape = generator.input.shape.slice(0, 2);
  const scale = Math.max(1, Math.round(PAD_PX / Math.max(...shape)));
  sheets = {
    pad: new Sheet(find("pad"), shape, scale),
    input: new Sheet(document.createElement("canvas"), shape, 1),
  };
  examples = makeExamples(shape);
  document.body.style.setProperty("--ratio", shape[1] / shape[0]);
  addTools();
  addExamples(shape);
  addChoices(generator.model, [], (label) => {
    state.label = label;
    refresh();
  });
  addFiles([find("file"), find("camera")], readPaper);
  addPointer(find("pad"), strokes);
  addKeys(find("pad"), shape, strokes);
}

export function drawFirst() {
  drawing.start(examples[0]);
  return renderAll();
}

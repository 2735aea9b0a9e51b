// A drawing of black lines on white: its steps, which can be taken back, and its pixels.
// Places and widths are in units of the shorter side, so that they fit any resolution.

// Lines are as wide as those of the training images: 1.5 and 3 pixels of 64.
export const PENS = {
  thin: { color: "black", width: 1.5 / 64 },
  thick: { color: "black", width: 3 / 64 },
  eraser: { color: "white", width: 8 / 64 },
};

// A stroke is a pen and the places it went through, [x, y, x, y, ...].
export const makeStroke = (pen, points = []) => ({ pen, points });

const DOT = 1e-3; // length of a dot

// A start wipes the paper; a picture or strokes may be on the new one.
const EMPTY = { picture: undefined, strokes: [] };

export class Drawing {
  constructor() {
    this.steps = [EMPTY]; // each a start or a stroke
    this.count = 1; // of the steps that are not undone
  }

  get canUndo() {
    return this.count > 1;
  }

  get canRedo() {
    return this.count < this.steps.length;
  }

  start(content) {
    this.addStroke({ ...EMPTY, ...content });
  }

  addStroke(stroke) {
    this.steps.splice(this.count, Infinity, stroke);
    this.count += 1;
  }

  undo() {
    if (this.canUndo) this.count -= 1;
  }

  redo() {
    if (this.canRedo) this.count += 1;
  }

  // What is on the paper: a picture or none, and strokes.
  get content() {
    const done = this.steps.slice(0, this.count);
    const first = done.findLastIndex((step) => step.strokes);
    const { picture, strokes } = done[first];
    return { picture, strokes: [...strokes, ...done.slice(first + 1)] };
  }

  get isEmpty() {
    const { picture, strokes } = this.content;
    return !picture && !strokes.length;
  }
}

// A curve through the middles of a stroke's segments; a dot where the pen did not move.
function trace(context, points) {
  const [x, y] = points;
  context.beginPath();
  context.moveTo(x, y);
  let place = 2;
  for (; place + 2 < points.length; place += 2) {
    const [x0, y0, x1, y1] = points.slice(place, place + 4);
    context.quadraticCurveTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2);
  }
  // Some browsers draw no line of length 0.
  context.lineTo(...(points.length > 2 ? points.slice(place) : [x + DOT, y]));
}

// A canvas that shows a drawing. Finished strokes stay on a copy of their own, so that
// the stroke under way, which changes with each move, is always drawn whole.
export class Sheet {
  constructor(canvas, [height, width], scale, ground = "white") {
    this.ground = ground;
    canvas.width = width * scale;
    canvas.height = height * scale;
    this.unit = Math.min(canvas.width, canvas.height);
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    this.finished = copy.getContext("2d");
  }

  // All of a drawing's content, from the paper up.
  render({ picture, strokes }) {
    const { canvas } = this.finished;
    this.finished.resetTransform();
    this.finished.fillStyle = this.ground;
    this.finished.fillRect(0, 0, canvas.width, canvas.height);
    this.finished.imageSmoothingQuality = "high";
    if (picture) this.finished.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const stroke of strokes) this.add(stroke);
  }

  // A finished stroke, over what is there.
  add(stroke) {
    this.drawStroke(this.finished, stroke);
  }

  // The finished strokes, and over them the one that is under way.
  show(stroke) {
    this.context.resetTransform();
    this.context.drawImage(this.finished.canvas, 0, 0);
    if (stroke) this.drawStroke(this.context, stroke);
  }

  drawStroke(context, { pen, points }) {
    context.setTransform(this.unit, 0, 0, this.unit, 0, 0);
    context.strokeStyle = pen.color;
    context.lineWidth = pen.width;
    context.lineCap = context.lineJoin = "round";
    trace(context, points);
    context.stroke();
    context.resetTransform();
  }
}

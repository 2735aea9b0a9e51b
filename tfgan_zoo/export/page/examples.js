// Line drawings to begin with, made of circles and corners in a square of side 1.
import { PENS, makeStroke } from "./strokes.js";

const STEP = 0.015; // between places of a line, so that corners stay sharp
const PIECES = 48; // of a circle

function line(...corners) {
  const points = corners.slice(0, 2);
  for (let place = 2; place < corners.length; place += 2) {
    const [x0, y0, x1, y1] = corners.slice(place - 2, place + 2);
    const pieces = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / STEP);
    for (let piece = 1; piece <= pieces; piece += 1) {
      const share = piece / pieces;
      points.push(x0 + share * (x1 - x0), y0 + share * (y1 - y0));
    }
  }
  return points;
}

// Part of an ellipse; turns begin at the right and go clockwise.
function arc(x, y, across, down = across, from = 0, to = 1) {
  const points = [];
  const pieces = Math.ceil(PIECES * Math.abs(to - from));
  for (let piece = 0; piece <= pieces; piece += 1) {
    const angle = 2 * Math.PI * (from + (piece / pieces) * (to - from));
    points.push(x + across * Math.cos(angle), y + down * Math.sin(angle));
  }
  return points;
}

function heart() {
  const points = [];
  for (let piece = 0; piece <= 2 * PIECES; piece += 1) {
    const angle = (piece / PIECES) * Math.PI;
    const height =
      13 * Math.cos(angle) -
      5 * Math.cos(2 * angle) -
      2 * Math.cos(3 * angle) -
      Math.cos(4 * angle);
    points.push(0.5 + 0.023 * 16 * Math.sin(angle) ** 3, 0.46 - 0.023 * height);
  }
  return [points];
}

const LINES = {
  Heart: heart(),
  Face: [
    arc(0.5, 0.5, 0.4),
    arc(0.36, 0.42, 0.035, 0.06),
    arc(0.64, 0.42, 0.035, 0.06),
    arc(0.5, 0.55, 0.2, 0.18, 0.03, 0.47),
  ],
  Cat: [
    [
      ...arc(0.5, 0.56, 0.36, 0.33, -0.056, 0.556),
      ...line(0.162, 0.447, 0.2, 0.1, 0.348, 0.261),
      ...arc(0.5, 0.56, 0.36, 0.33, 0.68, 0.82),
      ...line(0.652, 0.261, 0.8, 0.1, 0.838, 0.447),
    ],
    arc(0.37, 0.5, 0.03, 0.05),
    arc(0.63, 0.5, 0.03, 0.05),
    line(0.46, 0.62, 0.54, 0.62, 0.5, 0.67, 0.46, 0.62),
    arc(0.43, 0.68, 0.07, 0.06, 0, 0.5),
    arc(0.57, 0.68, 0.07, 0.06, 0, 0.5),
  ],
  Fish: [
    arc(0.43, 0.5, 0.33, 0.24),
    line(0.74, 0.44, 0.93, 0.26, 0.93, 0.74, 0.74, 0.56),
    arc(0.26, 0.44, 0.03),
    arc(0.33, 0.5, 0.08, 0.15, -0.18, 0.18),
  ],
  House: [
    line(0.2, 0.52, 0.2, 0.88, 0.8, 0.88, 0.8, 0.52),
    line(0.1, 0.52, 0.5, 0.12, 0.9, 0.52, 0.1, 0.52),
    line(0.42, 0.88, 0.42, 0.64, 0.58, 0.64, 0.58, 0.88),
  ],
  Tree: [
    line(
      ...[0.5, 0.06, 0.68, 0.32, 0.6, 0.32, 0.76, 0.56, 0.66, 0.56, 0.84, 0.8],
      ...[0.16, 0.8, 0.34, 0.56, 0.24, 0.56, 0.4, 0.32, 0.32, 0.32, 0.5, 0.06],
    ),
    line(0.43, 0.8, 0.43, 0.94, 0.57, 0.94, 0.57, 0.8),
  ],
};

// The strokes of each example by its name, in the middle of paper of that shape.
export function makeExamples([height, width]) {
  const unit = Math.min(height, width);
  const offset = [(width / unit - 1) / 2, (height / unit - 1) / 2];
  return Object.entries(LINES).map(([name, lines]) => ({
    name,
    strokes: lines.map((points) =>
      makeStroke(
        PENS.thick,
        points.map((value, place) => value + offset[place % 2]),
      ),
    ),
  }));
}

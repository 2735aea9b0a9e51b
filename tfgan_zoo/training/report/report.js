"use strict";

// The curves, by uPlot: a cursor at the same step in all of them, whose values
// stand in the legends. Dragging zooms, a double click shows all steps again.

document.documentElement.classList.add("script");
const main = document.querySelector("main");
const first = Number(main.dataset.first);
const last = Math.max(Number(main.dataset.last), first + 1);
const dashes = { 4: [6, 3], 5: [2, 3] };
const sync = uPlot.sync("steps");

function number(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e3 && size < 1e9) {
    return Math.round(value).toLocaleString("en-US");
  }
  if (size >= 1e-3 && size < 1e3) return String(+value.toPrecision(4));
  return value.toExponential(2);
}

function shortNumber(value) {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return value.toExponential(0);
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${+(value / 1e3).toPrecision(3)}k`;
  return String(+value.toPrecision(4));
}

// Of a logarithmic axis 1, 2 and 5 times a power of ten, for want of room.
function roundNumber(value) {
  const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  const isRound = [1, 2, 5].some((one) => Math.abs(digit - one) < 1e-6);
  return isRound ? shortNumber(value) : "";
}

// A function, as the system may go from light to dark at any time.
function color(name, opacity = 1) {
  return () => {
    const hue = getComputedStyle(main).getPropertyValue(`--${name}`).trim();
    const part = Math.round(255 * opacity);
    return hue + part.toString(16).padStart(2, "0");
  };
}

function aligned(plot) {
  const tables = [
    ...plot.bands.flatMap((band) => band.edges),
    ...plot.lines.map((line) => line.table),
  ];
  const [steps, ...values] = uPlot.join(tables);
  // The ends of all plots, so that each shows the same steps.
  for (const [end, add] of [[first, "unshift"], [last, "push"]]) {
    if (steps.includes(end)) continue;
    steps[add](end);
    for (const column of values) column[add](undefined);
  }
  const [low] = plot.limits;
  const raised = (value) =>
    plot.log && typeof value === "number" ? Math.max(value, low) : value;
  return [steps, ...values.map((column) => column.map(raised))];
}

function shade(drawn, spans) {
  const { ctx, bbox } = drawn;
  ctx.save();
  for (const [from, to, isSure] of spans) {
    const left = Math.max(drawn.valToPos(from, "x", true), bbox.left);
    const right = Math.min(
      drawn.valToPos(to, "x", true),
      bbox.left + bbox.width,
    );
    if (right < left) continue;
    ctx.fillStyle = color("ill", isSure ? 0.09 : 0.05)();
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = color("ill", 0.5)();
    ctx.fillRect(left, bbox.top, devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

function markNotFinite(drawn) {
  const { ctx, bbox } = drawn;
  ctx.save();
  ctx.fillStyle = color("ill")();
  const [steps, ...columns] = drawn.data;
  const { min, max } = drawn.scales.x;
  for (const column of columns) {
    column.forEach((value, index) => {
      const step = steps[index];
      if (value !== null || step < min || step > max) return;
      const x = drawn.valToPos(step, "x", true) - devicePixelRatio;
      const height = 0.08 * bbox.height;
      const top = bbox.top + bbox.height - height;
      ctx.fillRect(x, top, 2 * devicePixelRatio, height);
    });
  }
  ctx.restore();
}

function axis(format, size) {
  return {
    stroke: color("quiet"),
    font: "11.5px system-ui, sans-serif",
    grid: { stroke: color("faint"), width: 1 },
    ticks: { show: false },
    gap: 4,
    size,
    space: 36,
    values: (drawn, splits) =>
      splits.map((split) => (split === null ? "" : format(split))),
  };
}

function options(plot, box, outputs) {
  const [low, high] = plot.limits;
  const edge = { stroke: null, width: 0, points: { show: false } };
  const bands = plot.bands.map((band, place) => ({
    series: [2 * place + 2, 2 * place + 1],
    fill: color(`c${band.hue}`, 0.16),
  }));
  const firstLine = 1 + 2 * bands.length;
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    padding: [6, 16, 0, 0],
    cursor: {
      y: false,
      sync: { key: sync.key, scales: ["x", null] },
      points: { size: 7 },
    },
    scales: {
      x: { time: false },
      y: { distr: plot.log ? 3 : 1, range: [low, high] },
    },
    axes: [
      { ...axis(shortNumber, 22), space: 60 },
      axis(plot.log ? roundNumber : shortNumber, 46),
    ],
    series: [
      {},
      ...bands.flatMap(() => [edge, edge]),
      ...plot.lines.map((line) => ({
        stroke: color(`c${line.hue}`),
        width: 1.75,
        dash: dashes[line.hue],
      })),
    ],
    bands,
    hooks: {
      drawClear: [(drawn) => shade(drawn, plot.spans)],
      draw: [markNotFinite],
      setCursor: [
        (drawn) => {
          setStep(drawn);
          outputs.forEach((output, place) => {
            const index = drawn.cursor.idxs[firstLine + place];
            output.textContent =
              drawn.cursor.left < 0 || index === null
                ? output.dataset.last
                : valueAt(drawn, firstLine + place, index, plot);
          });
        },
      ],
    },
  };
}

function valueAt(drawn, series, index, plot) {
  const value = drawn.data[series][index];
  if (value === null) return "not finite";
  const isLowest = plot.log && value <= plot.limits[0];
  return `${isLowest ? "≤ " : ""}${number(value)}`;
}

// The shares of the classes, which are no curves, follow.
function setStep(drawn) {
  if (drawn.cursor.left < 0) {
    delete main.dataset.cursor;
    return;
  }
  const step = drawn.posToVal(drawn.cursor.left, "x");
  main.style.setProperty("--at", (step - first) / (last - first));
  main.dataset.cursor = Math.round(step).toLocaleString("en-US");
}

const drawings = new Map();
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const { clientWidth: width, clientHeight: height } = target;
    drawings.get(target).setSize({ width, height });
  }
});

function draw(box) {
  if (drawings.has(box)) return;
  const plot = JSON.parse(box.dataset.plot);
  const outputs = [...box.closest("figure").querySelectorAll("output")];
  const settings = options(plot, box, outputs);
  const drawing = new uPlot(settings, aligned(plot), box);
  drawings.set(box, drawing);
  resized.observe(box);
  // uPlot follows a mouse, and a finger does not move one.
  drawing.over.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") return;
    const { clientX, clientY } = event;
    const move = new MouseEvent("mousemove", { clientX, clientY });
    drawing.over.dispatchEvent(move);
  });
}

// Long before they are seen: a hundred canvases at once would be too many.
const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "600px" },
);
const boxes = document.querySelectorAll("[data-plot]");
for (const box of boxes) seen.observe(box);
addEventListener("beforeprint", () => boxes.forEach(draw));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const drawing of drawings.values()) drawing.redraw();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drawing of drawings.values()) {
    drawing.setCursor({ left: -10, top: -10 });
  }
});

// The slider through the grids.

const FRAME_MS = 350;
const slider = document.getElementById("slider");
const play = document.getElementById("play");
const frames = [...document.querySelectorAll(".frames img")];
let timer = null;

function show() {
  const shown = frames[Number(slider.value)];
  for (const frame of frames) frame.hidden = frame !== shown;
  const step = Number(shown.dataset.step);
  const label = step.toLocaleString("en-US");
  document.getElementById("shown").textContent = label;
  slider.setAttribute("aria-valuetext", `Step ${label}`);
}

function stop() {
  clearInterval(timer);
  timer = null;
  play.textContent = "Play";
}

function next() {
  slider.value = Number(slider.value) + 1;
  show();
  if (slider.value === slider.max) stop();
}

if (slider !== null) {
  slider.closest(".controls").hidden = false;
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  play.addEventListener("click", () => {
    if (timer !== null) {
      stop();
      return;
    }
    if (slider.value === slider.max) slider.value = 0;
    show();
    play.textContent = "Pause";
    timer = setInterval(next, FRAME_MS);
  });
  // A browser may have kept its place from before the page was loaded again.
  show();
}

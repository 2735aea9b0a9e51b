"use strict";

// A cursor at the same step in all plots, and the values there.

const main = document.querySelector("main");
const first = Number(main.dataset.first);
const width = Math.max(Number(main.dataset.last) - first, 1);
const HEIGHT = 1000;

function number(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e3 && size < 1e9) {
    return Math.round(value).toLocaleString("en-US");
  }
  if (size >= 1e-3 && size < 1e3) return String(+value.toPrecision(4));
  return value.toExponential(2);
}

function readers(plot) {
  const low = Number(plot.dataset.low);
  const high = Number(plot.dataset.high);
  const isLog = plot.dataset.log === "1";
  const outputs = plot.parentElement.querySelectorAll("output");
  return [...plot.querySelectorAll(".line")].map((line, place) => ({
    output: outputs[place],
    points: line
      .getAttribute("d")
      .split(/[M ]|h0/)
      .filter(Boolean)
      .map((point) => point.split(",").map(Number)),
    value: (y) => {
      const up = 1 - y / HEIGHT;
      if (!isLog) return number(low + up * (high - low));
      const value = number(low * (high / low) ** up);
      return y >= HEIGHT ? `≤ ${value}` : value;
    },
  }));
}

function nearest(points, step) {
  let [from, to] = [0, points.length - 1];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (points[middle][0] <= step) from = middle;
    else to = middle;
  }
  const isFirst = step - points[from][0] <= points[to][0] - step;
  return points[isFirst ? from : to];
}

let all = null;

function moveTo(step) {
  all ??= [...document.querySelectorAll(".plot[data-low]")].flatMap(readers);
  main.style.setProperty("--at", (step - first) / width);
  main.dataset.cursor = Math.round(step).toLocaleString("en-US");
  for (const area of document.querySelectorAll(".cursor")) {
    area.dataset.step = main.dataset.cursor;
  }
  for (const { output, points, value } of all) {
    output.textContent = value(nearest(points, step)[1]);
  }
}

function leave() {
  if (main.dataset.cursor === undefined) return;
  delete main.dataset.cursor;
  for (const { output } of all) output.textContent = output.dataset.last;
}

function pointed(event) {
  const area = event.target.closest(".area");
  if (area === null) {
    leave();
    return;
  }
  const box = area.getBoundingClientRect();
  const share = (event.clientX - box.left) / box.width;
  moveTo(first + width * Math.min(Math.max(share, 0), 1));
}

document.addEventListener("pointermove", pointed);
document.addEventListener("pointerdown", pointed);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave();
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

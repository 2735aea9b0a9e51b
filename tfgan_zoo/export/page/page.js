// What the pages of all generators share.
export const find = (id) => document.getElementById(id);
export const say = (text) => {
  find("status").textContent = text;
};

const busy = new Set();

// Says of the page that it draws, for as long as one of these jobs does.
export function showBusy(job) {
  busy.add(job);
  const main = document.querySelector("main");
  main.ariaBusy = "true";
  job.finally(() => {
    busy.delete(job);
    main.ariaBusy = String(busy.size > 0);
  });
  return job;
}

let drawing = Promise.resolve();
let wanted = 0;

// One drawing at a time, and of those that wait the newest alone.
export function redraw(draw) {
  wanted += 1;
  const number = wanted;
  drawing = drawing
    .then(() => (number === wanted ? draw(() => number === wanted) : undefined))
    .catch((error) => say(`Error: ${error.message}`));
  return showBusy(drawing);
}

export function showSpeed({ accelerator, milliseconds, reason }) {
  const where = accelerator === "webgpu" ? "on the GPU, by WebGPU" : "on the CPU, by wasm";
  const why = reason ? `: ${reason}` : "";
  find("speed").textContent = `${milliseconds.toFixed(1)} ms an image ${where}${why}.`;
}

// Buttons of the classes, behind other choices [text, value]; the first is pressed.
// Returns a function that chooses a value as if its button were pressed.
export function addChoices(model, others, choose) {
  const { num_classes: count, class_names: names } = model;
  if (!count) return () => {};
  const group = find("classes");
  const choices = [...others];
  for (let label = 0; label < count; label += 1) {
    choices.push([names[label] ?? String(label), label]);
  }
  const buttons = choices.map(([name, label], index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.setAttribute("aria-pressed", String(index === 0));
    button.addEventListener("click", () => press(label));
    group.append(button);
    return button;
  });
  const press = (label) => {
    for (const [index, button] of buttons.entries()) {
      button.setAttribute("aria-pressed", String(choices[index][1] === label));
    }
    choose(label);
  };
  group.hidden = false;
  return press;
}

// Saves the large picture.
export function savePng(name) {
  find("large").toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

// Until the browser has shown what was drawn last.
export const nextFrame = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });

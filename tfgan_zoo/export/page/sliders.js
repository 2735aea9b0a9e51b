// Sliders that move pictures along directions: those with names, and others, folded away.
import { find } from "./page.js";

const REACH = 3; // steps to either side
const STEP = 0.1;

const textOf = (amount) => (amount > 0 ? `+${amount}` : String(amount));

function makeSlider({ name }, index, change) {
  const box = document.createElement("div");
  box.className = "slider";
  const label = document.createElement("label");
  const output = document.createElement("output");
  const slider = document.createElement("input");
  const id = `direction-${index}`;
  label.htmlFor = output.htmlFor = id;
  label.textContent = name;
  Object.assign(slider, { id, type: "range", min: -REACH, max: REACH, step: STEP, value: 0 });
  const show = (amount) => {
    output.textContent = textOf(Math.round(amount * 10) / 10);
    slider.setAttribute("aria-valuetext", `${output.textContent} steps`);
  };
  slider.addEventListener("input", () => {
    show(Number(slider.value));
    change(Number(slider.value));
  });
  show(0);
  box.append(label, output, slider);
  const set = (amount) => {
    slider.value = amount;
    show(amount);
  };
  return { box, set };
}

export class Sliders {
  // `change` is called after each move.
  constructor({ directions }, change) {
    this.amounts = directions.map(() => 0);
    this.change = change;
    this.sliders = directions.map((direction, index) =>
      makeSlider(direction, index, (amount) => {
        this.amounts[index] = amount;
        this.offerReset();
        change();
      }),
    );
    this.place(directions);
  }

  place(directions) {
    const named = directions.map(({ isNamed }) => isNamed);
    const [above, further] = [find("named"), find("further")];
    this.sliders.forEach(({ box }, index) => (named[index] ? above : further).append(box));
    above.hidden = !named.includes(true);
    further.hidden = !named.includes(false);
    if (above.hidden) Object.assign(further, { open: true }).firstElementChild.textContent = "Change";
    const reset = find("reset");
    reset.hidden = !directions.length;
    (above.hidden ? further : above).append(reset);
    reset.addEventListener("click", () => {
      this.set(this.amounts.map(() => 0));
      this.change();
    });
    this.offerReset();
  }

  // Nothing is to be set back where nothing has moved.
  offerReset() {
    const isReset = this.amounts.every((amount) => amount === 0);
    find("reset").ariaDisabled = String(isReset);
  }

  // Returns whether any has moved.
  set(amounts) {
    const isMoved = amounts.some((amount, index) => amount !== this.amounts[index]);
    this.amounts = [...amounts];
    this.sliders.forEach(({ set }, index) => set(amounts[index]));
    this.offerReset();
    return isMoved;
  }
}

// What draws on a pad: a finger, a pen, a mouse, or the keys of a keyboard.
import { find } from "./page.js";

const NEAR_PX = 1; // on the screen: places that near to the last one are left out
const KEY_STEP = 1 / 32; // units that a key moves the pen, a quarter of it with Shift
const KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const ERASER_BUTTON = 32; // of a pen that is held upside down

// Calls begin(x, y, isEraser), move(x, y) and end() of `stroke`, in units of the shorter side.
// `begin` returns false, and nothing follows, while another stroke is under way.
export function addPointer(pad, stroke) {
  let active; // the pointer that draws, of several fingers the first
  let last;
  const place = ({ clientX, clientY }) => {
    const box = pad.getBoundingClientRect();
    const unit = Math.min(box.width, box.height);
    return [(clientX - box.left) / unit, (clientY - box.top) / unit];
  };
  const isNear = ({ clientX, clientY }) =>
    Math.hypot(clientX - last.clientX, clientY - last.clientY) < NEAR_PX;
  const end = (event) => {
    if (event.pointerId !== active) return;
    active = undefined;
    stroke.end();
  };
  pad.addEventListener("pointerdown", (event) => {
    const isEraser = Boolean(event.buttons & ERASER_BUTTON);
    if (active !== undefined || (event.button !== 0 && !isEraser)) return;
    if (!stroke.begin(...place(event), isEraser)) return;
    active = event.pointerId;
    last = event;
    pad.setPointerCapture(active);
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== active) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const places = [];
    for (const each of events.length ? events : [event]) {
      if (isNear(each)) continue;
      last = each;
      places.push(...place(each));
    }
    if (places.length) stroke.move(...places);
  });
  pad.addEventListener("pointerup", end);
  pad.addEventListener("pointercancel", end);
}

// The same of keys: arrows move the pen, Space sets it down and lifts it.
// A cursor shows the pen's place until it is put away.
export function addKeys(pad, [height, width], stroke) {
  const unit = Math.min(height, width);
  const show = (place) => {
    const cursor = find("cursor");
    cursor.hidden = !place;
    if (!place) return;
    cursor.style.left = `${(100 * place[0] * unit) / width}%`;
    cursor.style.top = `${(100 * place[1] * unit) / height}%`;
  };
  const limits = [width / unit, height / unit];
  let pen = limits.map((limit) => limit / 2);
  let isDown = false;
  const lift = () => {
    if (isDown) stroke.end();
    isDown = false;
  };
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in KEYS) {
      const step = KEY_STEP / (event.shiftKey ? 4 : 1);
      pen = pen.map((value, axis) =>
        Math.min(limits[axis], Math.max(0, value + step * KEYS[event.key][axis])),
      );
      show(pen);
      if (isDown) stroke.move(...pen);
    } else if (event.key === " ") {
      show(pen);
      if (isDown) lift();
      else isDown = stroke.begin(...pen, false);
    } else return;
    event.preventDefault(); // the page does not scroll
  });
  const putAway = () => {
    lift();
    show();
  };
  pad.addEventListener("blur", putAway);
  pad.addEventListener("pointerdown", putAway, { capture: true }); // before a pointer begins
}

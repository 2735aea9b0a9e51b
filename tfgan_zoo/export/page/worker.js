// Calls functions of runtime.js for the page, which stays responsive while a file runs.
// LiteRT loads its wasm by importScripts, so that this is a classic worker, no module.
self.addEventListener("message", async ({ data: { number, name, values } }) => {
  let runtime;
  try {
    runtime = await import("./runtime.js");
  } catch (error) {
    // Not every browser imports again what could not be read once.
    self.postMessage({ number, error: error.message, isOver: true });
    return;
  }
  try {
    self.postMessage({ number, result: await runtime[name](...values) });
  } catch (error) {
    self.postMessage({ number, error: error.message });
  }
});

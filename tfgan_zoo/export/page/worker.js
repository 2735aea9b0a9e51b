// Calls functions of runtime.js for the page, which stays responsive while a file runs.
// LiteRT loads its wasm by importScripts, so that this is a classic worker, no module.
self.addEventListener("message", async ({ data: { number, name, values } }) => {
  try {
    const runtime = await import("./runtime.js");
    self.postMessage({ number, result: await runtime[name](...values) });
  } catch (error) {
    self.postMessage({ number, error: error.message });
  }
});

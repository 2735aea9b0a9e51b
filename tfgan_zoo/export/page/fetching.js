// Files beside the page.
export async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be read (${response.status}).`);
  return response.arrayBuffer();
}

// Elements by name, and numbers as people read them.
export const find = (id) => document.getElementById(id);
export const isMissing = (value) => value === undefined || value === null;
export const number = (value, places = 0) =>
  value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });

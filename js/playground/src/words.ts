// Numbers as text, the same everywhere on the page.

export const number = (value: number, digits: number) => value.toFixed(digits);

/** With a sign, and a true minus. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

export const percent = (fraction: number, digits = 0) => `${(fraction * 100).toFixed(digits)}\u00a0%`;

const UNITS = ['bytes', 'kB', 'MB', 'GB'];

export function fileSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}

export const pictureSize = (width_px: number, height_px: number) => `${width_px} × ${height_px}`;

export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** e.g. "26 Nov 2026" */
export const day = (date: Date) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(date);

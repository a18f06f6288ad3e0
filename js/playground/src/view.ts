// Where a picture lies in its viewport: zoom and position, and nothing of the page.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `zoom` 1 fits the picture; `center` is the point of the picture (0 to 1) in the middle of the viewport. */
export interface View {
  readonly zoom: number;
  readonly center: Point;
}

export interface Box extends Point, Size {}

export const FITTING: View = { zoom: 1, center: { x: 0.5, y: 0.5 } };

/** A small picture is not blown up to fill a large screen, but a little. */
const MAX_FIT = 1.5;
/** CSS pixels that one pixel of the picture may become. */
const MAX_SCALE = 8;

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

const fit = (viewport: Size, picture: Size) =>
  Math.min(viewport.width / picture.width, viewport.height / picture.height, MAX_FIT);

/** Where the middle may be so that no side shows the ground while it need not. */
function bounded(center: number, shown: number, room: number): number {
  if (shown <= room) return 0.5;
  const margin = room / 2 / shown;
  return clamp(center, margin, 1 - margin);
}

/** The view, with what it asks for made possible. */
export function settled({ zoom, center }: View, viewport: Size, picture: Size): View {
  const scale = fit(viewport, picture);
  const possible = clamp(zoom, 1, Math.max(1, MAX_SCALE / scale));
  return {
    zoom: possible,
    center: {
      x: bounded(center.x, picture.width * scale * possible, viewport.width),
      y: bounded(center.y, picture.height * scale * possible, viewport.height),
    },
  };
}

/** The picture's box in the viewport. @param view settled */
export function place({ zoom, center }: View, viewport: Size, picture: Size): Box {
  const scale = fit(viewport, picture) * zoom;
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: viewport.width / 2 - center.x * width, y: viewport.height / 2 - center.y * height, width, height };
}

/** Zoom by `factor` so that what is at `point` stays there. */
export function zoomedAt(view: View, factor: number, point: Point, viewport: Size, picture: Size): View {
  const before = place(view, viewport, picture);
  const zoom = settled({ ...view, zoom: view.zoom * factor }, viewport, picture).zoom;
  const grown = zoom / view.zoom;
  const x = point.x - (point.x - before.x) * grown;
  const y = point.y - (point.y - before.y) * grown;
  const center = {
    x: (viewport.width / 2 - x) / (before.width * grown),
    y: (viewport.height / 2 - y) / (before.height * grown),
  };
  return settled({ zoom, center }, viewport, picture);
}

export function panned(view: View, dx: number, dy: number, viewport: Size, picture: Size): View {
  const { width, height } = place(view, viewport, picture);
  const center = { x: view.center.x - dx / width, y: view.center.y - dy / height };
  return settled({ ...view, center }, viewport, picture);
}

/** The part of the viewport, from left to right, in which the picture is seen. */
export function visible(box: Box, viewport: Size): { readonly left: number; readonly right: number } {
  return { left: clamp(box.x, 0, viewport.width), right: clamp(box.x + box.width, 0, viewport.width) };
}

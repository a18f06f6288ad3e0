// Pointers on the stage: one drags the divider or the picture, two pinch.

import type { Point } from './view.js';

export interface Gestures {
  /** Whether a drag at this place moves the picture, not the divider. */
  readonly pans: (event: PointerEvent) => boolean;
  readonly divide: (x: number) => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (factor: number, at: Point) => void;
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

/** A notch of a wheel, of whatever unit. */
const WHEEL_STEP = 0.0016;

function wheelFactor({ deltaY, deltaMode }: WheelEvent): number {
  const pixels = deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * 33 : deltaY;
  return Math.exp(-Math.max(-300, Math.min(300, pixels)) * WHEEL_STEP);
}

/** A page that scrolls keeps its wheel; then zooming takes Ctrl, as pinching on a touchpad sends it. */
const pageScrolls = () => document.documentElement.scrollHeight > document.documentElement.clientHeight + 1;

/** @returns what ends it */
export function listen(stage: HTMLElement, gestures: Gestures): () => void {
  const down = new Map<number, Point>();
  let panning = false;
  const end = new AbortController();
  const { signal } = end;

  const placeOf = (event: MouseEvent): Point => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const move = (event: PointerEvent) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = placeOf(event);
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    down.set(event.pointerId, now);
    const other = others[0];
    if (other) {
      const [from, to] = [middle(before, other), middle(now, other)];
      gestures.pan(to.x - from.x, to.y - from.y);
      gestures.zoom(distance(now, other) / Math.max(1, distance(before, other)), to);
    } else if (panning) {
      gestures.pan(now.x - before.x, now.y - before.y);
    } else {
      gestures.divide(now.x);
    }
  };

  stage.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || (event.target as Element).closest('button')) return;
      stage.setPointerCapture(event.pointerId);
      down.set(event.pointerId, placeOf(event));
      panning = gestures.pans(event);
      if (down.size === 1 && !panning) gestures.divide(placeOf(event).x);
    },
    { signal },
  );
  stage.addEventListener('pointermove', move, { signal });
  for (const name of ['pointerup', 'pointercancel'] as const) {
    stage.addEventListener(name, (event) => down.delete(event.pointerId), { signal });
  }
  stage.addEventListener(
    'wheel',
    (event) => {
      if (pageScrolls() && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      gestures.zoom(wheelFactor(event), placeOf(event));
    },
    { signal, passive: false },
  );
  return () => end.abort();
}

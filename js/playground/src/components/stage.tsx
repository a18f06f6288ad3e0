// The photograph, before and after, under a divider; zoom and pan.

import { useSignalEffect } from '@preact/signals';
import { type Pixels, type Preview, toImageData } from 'limpid';
import { useEffect, useRef, useState } from 'preact/hooks';
import { listen } from '../gestures.js';
import { AS_DECIDED, type Photo, type Settings } from '../photo.js';
import { magnified, shown } from '../follow.js';
import { FITTING, panned, place, type Size, settled, type View, visible, zoomedAt } from '../view.js';
import { percent, pictureSize } from '../words.js';
import { FitIcon, MinusIcon, PlusIcon } from './icons.js';

const ZOOM_STEP = 1.5;
const PAN_STEP_PX = 60;
/** From here on pixels are shown as squares. */
const SQUARES_FROM = 3;

const px = (length: number) => `${length}px`;

function draw(canvas: HTMLCanvasElement, pixels: Pixels): void {
  if (canvas.width !== pixels.width_px) canvas.width = pixels.width_px;
  if (canvas.height !== pixels.height_px) canvas.height = pixels.height_px;
  // Kept in main memory, where the pixels come from: they are put there often, and never drawn upon.
  canvas.getContext('2d', { willReadFrequently: true })?.putImageData(toImageData(pixels), 0, 0);
}

/** The size of an element, as it changes. */
function useSize(element: { current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: current.clientWidth, height: current.clientHeight }));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

const DIVIDER_KEYS: Record<string, (at: number) => number> = {
  ArrowLeft: (at) => at - 0.02,
  ArrowDown: (at) => at - 0.02,
  ArrowRight: (at) => at + 0.02,
  ArrowUp: (at) => at + 0.02,
  PageDown: (at) => at - 0.1,
  PageUp: (at) => at + 0.1,
  Home: () => 0,
  End: () => 1,
};

export function Stage({ photo, preview }: { photo: Photo; preview: Preview }) {
  const stage = useRef<HTMLDivElement>(null);
  /** What is on the canvas of the original. */
  const drawn = useRef<Pixels | undefined>(undefined);
  const before = useRef<HTMLCanvasElement>(null);
  const after = useRef<HTMLCanvasElement>(null);
  const viewport = useSize(stage);
  const [wanted, setView] = useState<View>(FITTING);
  const [divider, setDivider] = useState(0.5);
  const [timing, setTiming] = useState<{ settings: Settings; ms: number }>();

  const picture = { width: preview.original.width_px, height: preview.original.height_px };
  const measured = viewport.width > 0;
  const view = measured ? settled(wanted, viewport, picture) : wanted;
  const box = measured ? place(view, viewport, picture) : { x: 0, y: 0, width: 0, height: 0 };
  const seen = visible(box, viewport);
  const [top, bottom] = [Math.max(0, box.y), Math.min(viewport.height, box.y + box.height)];
  const dividerX = seen.left + divider * (seen.right - seen.left);
  const zoomed = box.width > viewport.width + 1 || box.height > viewport.height + 1;

  // Listeners are set once and must see what is current.
  const current = useRef({ viewport, picture, seen, zoomed });
  current.current = { viewport, picture, seen, zoomed };

  const zoom = (factor: number, at = { x: viewport.width / 2, y: viewport.height / 2 }) =>
    setView((last) => {
      const now = current.current;
      return zoomedAt(settled(last, now.viewport, now.picture), factor, at, now.viewport, now.picture);
    });
  const pan = (dx: number, dy: number) =>
    setView((last) => {
      const now = current.current;
      return panned(settled(last, now.viewport, now.picture), dx, dy, now.viewport, now.picture);
    });

  useEffect(() => {
    if (!stage.current) return undefined;
    return listen(stage.current, {
      pans: (event) => current.current.zoomed && !(event.target as Element).closest('.divider'),
      divide: (x) => {
        const { left, right } = current.current.seen;
        setDivider(Math.max(0, Math.min(1, (x - left) / Math.max(1, right - left))));
      },
      pan,
      zoom,
    });
  }, []);

  useEffect(() => {
    if (!before.current) return;
    draw(before.current, preview.original);
    drawn.current = preview.original;
  }, [preview]);

  // A little larger than its pixels a picture may be shown before it gets blurred.
  useEffect(() => {
    magnified.value = box.width * devicePixelRatio > picture.width * 1.2;
  }, [box.width, picture.width]);

  useSignalEffect(() => {
    const rendering = shown.value;
    if (!rendering || !before.current || !after.current) return;
    if (drawn.current !== rendering.before) draw(before.current, rendering.before);
    drawn.current = rendering.before;
    draw(after.current, rendering.after);
    // What comes later is the same, only larger.
    setTiming((last) =>
      last?.settings === rendering.settings
        ? last
        : { settings: rendering.settings, ms: performance.now() - rendering.askedAt },
    );
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const actions: Record<string, () => void> = {
      '+': () => zoom(ZOOM_STEP),
      '=': () => zoom(ZOOM_STEP),
      '-': () => zoom(1 / ZOOM_STEP),
      '0': () => setView(FITTING),
      ArrowLeft: () => pan(PAN_STEP_PX, 0),
      ArrowRight: () => pan(-PAN_STEP_PX, 0),
      ArrowUp: () => pan(0, PAN_STEP_PX),
      ArrowDown: () => pan(0, -PAN_STEP_PX),
    };
    const arrows = event.key.startsWith('Arrow');
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || (arrows && event.target !== stage.current)) return;
    event.preventDefault();
    action();
  };

  const onDividerKey = (event: KeyboardEvent) => {
    const next = DIVIDER_KEYS[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    setDivider((at) => Math.max(0, Math.min(1, next(at))));
  };

  // Said only of what is on the screen, and only while it is what the sliders ask for.
  const now = shown.value;
const current_ms = now && timing?.settings === photo.settings.value ? timing.ms : undefined;
  const frame = { left: px(box.x), top: px(box.y), width: px(box.width), height: px(box.height) };
  // The first rendering comes with the opening; what a move takes is told.
  const moved = timing !== undefined && timing.settings !== AS_DECIDED ? timing : undefined;
  const shownSize = now?.before ?? preview.original;
  const squares = box.width / shownSize.width_px >= SQUARES_FROM ? 'squares' : undefined;
  return (
    <div
      ref={stage}
      class={zoomed ? 'stage zoomed' : 'stage'}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is panned and zoomed with keys
      tabIndex={0}
      role="group"
      aria-label={`${photo.name}, before and after. Plus and minus zoom, arrows pan, 0 fits.`}
      onKeyDown={onKeyDown}
      data-render-ms={current_ms?.toFixed(1)}
    >
      <canvas ref={before} class={squares} style={frame} role="img" aria-label="Before" />
      <canvas
        ref={after}
        class={squares}
        style={{ ...frame, clipPath: `inset(0 0 0 ${px(Math.max(0, dividerX - box.x))})` }}
        role="img"
        aria-label="After"
        hidden={!now}
      />
      <div class="side" style={{ left: px(seen.left), top: px(top) }} aria-hidden="true" hidden={divider < 0.02}>
        Before
      </div>
      <div
        class="side"
        style={{ right: px(viewport.width - seen.right), top: px(top) }}
        aria-hidden="true"
        hidden={divider > 0.98}
      >
        After
      </div>
      <div
        class="divider"
        style={{ left: px(dividerX), top: px(top), height: px(bottom - top) }}
        role="slider"
        tabIndex={0}
        aria-label="Divider between before and after"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(divider * 100)}
        aria-valuetext={`${Math.round(divider * 100)} % of the width shows before`}
        onKeyDown={onDividerKey}
      >
        <span class="grip" />
      </div>
      <div class="stage-facts">
        Preview {pictureSize(shownSize.width_px, shownSize.height_px)}
        {moved && ` · ${moved.ms.toFixed(0)} ms`}
      </div>
      <div class="zoom">
        <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / ZOOM_STEP)} disabled={view.zoom <= 1}>
          <MinusIcon />
        </button>
        <span class="zoom-level">{percent(box.width / preview.full_width_px)}</span>
        <button type="button" aria-label="Zoom in" onClick={() => zoom(ZOOM_STEP)}>
          <PlusIcon />
        </button>
        <button type="button" aria-label="Fit the picture" onClick={() => setView(FITTING)} disabled={view.zoom <= 1}>
          <FitIcon />
        </button>
      </div>
    </div>
  );
}

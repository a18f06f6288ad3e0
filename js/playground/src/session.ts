// The selected photograph, open: its preview follows the sliders.

import { effect, signal, untracked } from '@preact/signals';
import type { Enhancer, ImageInfo, Preview, Stage } from 'limpid';
import { screenEnhancer } from './engine.js';
import { follow, forget, type OtherSizes } from './follow.js';
import type { Photo } from './photo.js';
import { isAbort, type Problem, problemOf } from './problem.js';
import { refuse, selected, waitFor } from './queue.js';
import type { Size } from './view.js';

export type Session =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening'; readonly photo: Photo; readonly stage: Stage | undefined; readonly fraction: number }
  | { readonly kind: 'refused'; readonly photo: Photo; readonly problem: Problem }
  | { readonly kind: 'open'; readonly photo: Photo; readonly preview: Preview };

export const session = signal<Session>({ kind: 'none' });
/** Where the picture is shown, in pixels of the screen. */
export const room = signal<Size>({ width: 0, height: 0 });

/** Sides of previews: no blur on a small window that is made larger, and no delay of a slider on a large one. */
const LEAST_PX = 800;
const MOST_PX = 1600;
/** When somebody zooms in: the sliders stay quick, and this follows when they rest. */
const CLOSER_PX = 3200;
const DRAFT_PX = 640;
/** Less is not worth drawing. */
const LEAST_PROGRESS = 0.1;

/** The longer side of a preview that fills the room. */
function previewSide({ width_px, height_px }: ImageInfo): number {
  const longer = Math.max(width_px, height_px);
  const { width, height } = room.peek();
  const scale = Math.min(width / width_px, height / height_px);
  return Math.round(Math.max(LEAST_PX, Math.min(MOST_PX, scale * longer)));
}

/** Open whatever gets selected, and render whatever is asked of it. */
export function followSelection(): void {
  effect(() => {
    const photo = selected.value;
    const opening = new AbortController();
    const opened = untracked(() => open(photo, opening.signal));
    waitFor(opened);
    return () => {
      opening.abort();
      void opened.then((close) => close?.());
    };
  });
}

/** @returns what closes it again */
async function open(photo: Photo | undefined, signal: AbortSignal): Promise<(() => void) | undefined> {
  forget();
  if (!photo) {
    session.value = { kind: 'none' };
    return undefined;
  }
  session.value = { kind: 'opening', photo, stage: undefined, fraction: 0 };
  try {
    const [enhancer, file] = await Promise.all([screenEnhancer(), photo.read()]);
    if (signal.aborted) return undefined;
    const preview = await enhancer.preview(file, {
      max_side_px: previewSide(await enhancer.inspect(file, { signal })),
      signal,
      onProgress: ({ stage, fraction }) => {
        const now = session.peek();
        const step = now.kind !== 'opening' || now.stage !== stage || fraction - now.fraction >= LEAST_PROGRESS;
        if (step && !signal.aborted) session.value = { kind: 'opening', photo, stage, fraction };
      },
    });
    if (signal.aborted) {
      preview.dispose();
      return undefined;
    }
    session.value = { kind: 'open', photo, preview };
    return follow(photo, preview, otherSizes(enhancer, file, preview));
  } catch (thrown) {
    if (!signal.aborted && !isAbort(thrown)) {
      session.value = { kind: 'refused', photo, problem: problemOf(thrown) };
      refuse(photo, thrown);
    }
    return undefined;
  }
}

function otherSizes(enhancer: Enhancer, file: Blob, preview: Preview): OtherSizes {
  const { full_width_px, full_height_px, original } = preview;
  const side = Math.min(CLOSER_PX, Math.max(full_width_px, full_height_px));
  const larger = side > Math.max(original.width_px, original.height_px);
  return {
    draft: (signal) => enhancer.preview(original, { max_side_px: DRAFT_PX, signal }),
    closer: larger ? (signal) => enhancer.preview(file, { max_side_px: side, signal }) : undefined,
  };
}

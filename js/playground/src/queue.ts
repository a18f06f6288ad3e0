// The photographs on the table, and which of them is looked at.

import { computed, signal } from '@preact/signals';
import { announce } from './announcer.js';
import { fileEnhancer } from './engine.js';
import { type Photo, photoOf } from './photo.js';
import { problemOf } from './problem.js';
import { count } from './words.js';

export const photos = signal<readonly Photo[]>([]);
export const selected = signal<Photo | undefined>(undefined);

/** Those that can be saved. */
export const usable = computed(() => photos.value.filter(({ state }) => state.value.kind !== 'refused'));

/** The small pictures of the queue: every image of up to 16,384 px can be shrunk to this side. */
const THUMBNAIL_PX = 256;

export function add(files: readonly File[]): void {
  if (files.length === 0) {
    announce('No photos there');
    return;
  }
  const added = files.map((file) => photoOf(file.name || 'pasted image', async () => file));
  const kept = photos.value.filter((photo) => {
    if (photo.sample) forget(photo);
    return !photo.sample;
  });
  photos.value = [...kept, ...added];
  selected.value = added[0];
  announce(`${count(added.length, 'photo')} added`);
  lookAtAll();
}

export function addSamples(names: readonly string[]): void {
  const added = names.map((name) => photoOf(name, fetched(`./samples/${name}`), true));
  photos.value = [...photos.value, ...added];
  selected.value ??= added[0];
  lookAtAll();
}

export function remove(photo: Photo): void {
  const at = photos.value.indexOf(photo);
  photos.value = photos.value.filter((other) => other !== photo);
  if (selected.value === photo) selected.value = photos.value[at] ?? photos.value[at - 1];
  forget(photo);
  announce(`${photo.name} removed`);
}

export function removeAll(): void {
  for (const photo of photos.value) forget(photo);
  photos.value = [];
  selected.value = undefined;
  announce('All photos removed');
}

/** Select the photograph `step` places further on. */
export function move(step: number): void {
  const at = selected.value ? photos.value.indexOf(selected.value) + step : 0;
  const next = photos.value[Math.max(0, Math.min(at, photos.value.length - 1))];
  if (next) selected.value = next;
}

function forget(photo: Photo): void {
  if (photo.thumbnail.value) URL.revokeObjectURL(photo.thumbnail.value);
  photo.thumbnail.value = undefined;
}

function fetched(address: string): () => Promise<Blob> {
  let blob: Promise<Blob> | undefined;
  const get = async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} answered with status ${response.status}`);
    return response.blob();
  };
  return () => {
    blob ??= get().catch((thrown) => {
      blob = undefined;
      throw thrown;
    });
    return blob;
  };
}

let looked: Promise<void> | undefined;
let opening: Promise<unknown> = Promise.resolve();

/** The photograph that somebody waits for comes first: the small pictures wait until it is open. */
export function waitFor(opened: Promise<unknown>): void {
  opening = opened;
}

/** When nothing is left to open or to look at. */
export async function atRest(): Promise<void> {
  await opening;
  await looked;
}

/** Look at every photograph that waits, one after the other, the selected one first. */
function lookAtAll(): void {
  looked ??= lookUntilNoneWaits().finally(() => {
    looked = undefined;
  });
}

async function lookUntilNoneWaits(): Promise<void> {
  for (;;) {
    await opening;
    const photo = nextWaiting();
    if (!photo) break;
    await lookAt(photo);
  }
}

function nextWaiting(): Photo | undefined {
  const waits = (photo: Photo | undefined) => photo?.state.peek().kind === 'waiting';
  return waits(selected.peek()) ? selected.peek() : photos.peek().find(waits);
}

async function lookAt(photo: Photo): Promise<void> {
  photo.state.value = { kind: 'looking' };
  try {
    const address = await thumbnailOf(photo);
    if (!photos.peek().includes(photo)) URL.revokeObjectURL(address);
    else photo.thumbnail.value = address;
    // It may be being saved, or have been, by now.
    if (photo.state.peek().kind === 'looking') photo.state.value = { kind: 'ready' };
  } catch (thrown) {
    refuse(photo, thrown);
  }
}

/** The result, small. Decoded by limpid alone: a hostile file reaches no other decoder. */
async function thumbnailOf(photo: Photo): Promise<string> {
  const enhancer = await fileEnhancer();
  const preview = await enhancer.preview(await photo.read(), { max_side_px: THUMBNAIL_PX });
  try {
    const { pixels } = await preview.render(preview.recipe);
    const bytes = await enhancer.encode(pixels, { format: 'webp', quality: 80 });
    return URL.createObjectURL(new Blob([bytes], { type: 'image/webp' }));
  } finally {
    preview.dispose();
  }
}

export function refuse(photo: Photo, thrown: unknown): void {
  if (photo.state.peek().kind === 'refused') return;
  const problem = problemOf(thrown);
  photo.state.value = { kind: 'refused', problem };
  announce(`${photo.name} was refused. ${problem.what}`);
}

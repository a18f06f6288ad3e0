// Whole photographs, written as files.

import { effect, signal } from '@preact/signals';
import type { Enhancer, FileFormat } from 'limpid';
import { announce } from './announcer.js';
import { sha256 } from './digest.js';
import { fileEnhancer } from './engine.js';
import { isAsDecided, type OutputSettings, type Photo, type Saved, type Settings } from './photo.js';
import { isAbort, type Problem, problemOf } from './problem.js';
import { photos, usable } from './queue.js';
import { scaled } from './scaled.js';
import { count } from './words.js';

export const output = signal<OutputSettings>({ format: 'same', quality: 90, metadata: 'minimal' });

/** What is being saved: how many of how many. */
export const saving = signal<{ readonly done: number; readonly total: number } | undefined>(undefined);
/** Why the last one was not. */
export const saveTrouble = signal<Problem | undefined>(undefined);

let running: AbortController | undefined;

export function cancelSaving(): void {
  running?.abort();
}

const ENDINGS: Record<FileFormat, RegExp> = { jpeg: /\.jpe?g$/i, png: /\.png$/i, webp: /\.webp$/i };
const EXTENSIONS: Record<FileFormat, string> = { jpeg: '.jpg', png: '.png', webp: '.webp' };

/** `holiday.jpg` → `holiday-limpid.jpg`, with the ending that the content has. */
export function outputName(name: string, format: FileFormat): string {
  const ending = name.match(ENDINGS[format])?.[0] ?? EXTENSIONS[format];
  return `${name.replace(/\.(jpe?g|png|webp)$/i, '')}-limpid${ending}`;
}

/** What enhance() and the commands are told. */
export function outputOptions({ format, quality, metadata }: OutputSettings) {
  return { ...(format === 'same' ? {} : { format }), quality, metadata };
}

async function recipeOptions(enhancer: Enhancer, file: Blob, settings: Settings, signal: AbortSignal) {
  const { preset, strength, loaded } = settings;
  if (isAsDecided(settings)) return { preset, strength };
  if (loaded) return { recipe: scaled(loaded.recipe, settings) };
  const preview = await enhancer.preview(file, { max_side_px: 256, signal });
  try {
    return { recipe: scaled(await preview.recipeFor(preset, strength), settings) };
  } finally {
    preview.dispose();
  }
}

async function develop(photo: Photo, signal: AbortSignal): Promise<Saved> {
  const [enhancer, file] = await Promise.all([fileEnhancer(), photo.read()]);
  const how = await recipeOptions(enhancer, file, photo.settings.peek(), signal);
  const { bytes, mediaType, report } = await enhancer.enhance(file, {
    ...outputOptions(output.peek()),
    ...how,
    signal,
    onProgress: ({ stage, fraction }) => {
      if (!signal.aborted) photo.state.value = { kind: 'saving', stage, fraction };
    },
  });
  return {
    blob: new Blob([bytes], { type: mediaType }),
    name: outputName(photo.name, mediaType.replace('image/', '') as FileFormat),
    sha256: await sha256(bytes),
    width_px: report.output_width_px,
    height_px: report.output_height_px,
  };
}

type Keep = (saved: Saved) => Promise<void>;

/** A download, as of a link. */
const download: Keep = async ({ blob, name }) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address later, and does not say when it has.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

async function isThere(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch {
    return false;
  }
}

/** Into a folder; nothing that is there is replaced. */
const into =
  (folder: FileSystemDirectoryHandle): Keep =>
  async ({ blob, name }) => {
    let free = name;
    for (let n = 2; await isThere(folder, free); n++) free = name.replace(/(\.\w+)$/, `-${n}$1`);
    const file = await folder.getFileHandle(free, { create: true });
    const stream = await file.createWritable();
    await stream.write(blob);
    await stream.close();
  };

async function saveEach(list: readonly Photo[], keep: Keep): Promise<void> {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  saveTrouble.value = undefined;
  let saved = 0;
  for (const [done, photo] of list.entries()) {
    if (signal.aborted || photo.state.peek().kind === 'refused') continue;
    saving.value = { done, total: list.length };
    const before = photo.state.peek();
    photo.state.value = { kind: 'saving', stage: 'inspect', fraction: 0 };
    try {
      const result = await develop(photo, signal);
      await keep(result);
      photo.state.value = { kind: 'saved', saved: result };
      saved++;
    } catch (thrown) {
      photo.state.value = before.kind === 'saving' ? { kind: 'ready' } : before;
      if (!isAbort(thrown)) saveTrouble.value = problemOf(thrown);
    }
  }
  saving.value = undefined;
  announce(signal.aborted ? 'Saving was cancelled' : `${count(saved, 'photo')} saved`);
}

export const savePhoto = (photo: Photo) => saveEach([photo], download);

type PickDirectory = (options: { mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;

/** All of them, into a folder where browsers offer that, else as one download after the other. */
export async function saveAll(): Promise<void> {
  const pick = (window as { showDirectoryPicker?: PickDirectory }).showDirectoryPicker;
  let keep = download;
  if (pick) {
    try {
      keep = into(await pick.call(window, { mode: 'readwrite' }));
    } catch (thrown) {
      // No folder was chosen.
      if (isAbort(thrown)) return;
      saveTrouble.value = problemOf(thrown);
      return;
    }
  }
  await saveEach(usable.peek(), keep);
}

/** A file that was saved is no longer the photograph once a slider moves. */
export function forgetStaleResults(): void {
  const seen = new WeakMap<Photo, unknown>();
  effect(() => {
    const how = output.value;
    for (const photo of photos.value) {
      const settings = photo.settings.value;
      const last = seen.get(photo) as { settings: Settings; how: OutputSettings } | undefined;
      seen.set(photo, { settings, how });
      const changed = last !== undefined && (last.settings !== settings || last.how !== how);
      if (changed && photo.state.peek().kind === 'saved') photo.state.value = { kind: 'ready' };
    }
  });
}

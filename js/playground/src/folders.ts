// Folders, chosen or dropped: the photographs in them, and in the folders in them.

/** Of a folder nobody means the other files, so here the name decides, before a file is read. */
const isPhotoName = (name: string) => /\.(jpe?g|png|webp)$/i.test(name);

/** More would be a mistake: a disk, or a folder that is in itself. */
const MOST_FILES = 10_000;
const MOST_LEVELS = 16;

const byName = new Intl.Collator('en', { numeric: true }).compare;

/** What a folder picker gives, as a queue shows it. */
export function photosOf(files: readonly File[]): File[] {
  return files
    .filter(({ name }) => isPhotoName(name))
    .sort((a, b) => byName(a.webkitRelativePath, b.webkitRelativePath))
    .slice(0, MOST_FILES);
}

/** Files that were dropped, and those of folders. Call while the drop is being handled: its data is gone afterwards. */
export function dropped(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  if (!entries.some((entry) => entry?.isDirectory)) return Promise.resolve([...data.files]);
  const files: File[] = [];
  return entries
    .filter((entry) => entry !== null)
    .reduce((before, entry) => before.then(() => collect(entry, files, 0)), Promise.resolve())
    .then(() => files);
}

async function collect(entry: FileSystemEntry, files: File[], level: number): Promise<void> {
  if (files.length >= MOST_FILES) return;
  if (entry.isFile) {
    // What was dropped by itself is meant; limpid says what is wrong with it.
    if (level > 0 && !isPhotoName(entry.name)) return;
    const file = await fileOf(entry as FileSystemFileEntry);
    if (file) files.push(file);
  } else if (level < MOST_LEVELS) {
    for (const inside of await entriesOf(entry as FileSystemDirectoryEntry)) await collect(inside, files, level + 1);
  }
}

/** A file that went away meanwhile is left out. */
const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File | undefined>((resolve) => entry.file(resolve, () => resolve(undefined)));

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // It gives a hundred at a time, and none in the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return all.sort((a, b) => byName(a.name, b.name));
    all.push(...some);
    if (all.length >= MOST_FILES) return all;
  }
}

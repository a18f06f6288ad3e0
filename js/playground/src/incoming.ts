// What is dropped or pasted: photographs, recipes, and public keys to trust.

import { add } from './queue.js';
import { offer, offerFile } from './recipe-offer.js';

const isText = ({ name, type }: File) => /\.(json|pub)$/i.test(name) || type === 'application/json';

export async function receive(files: readonly File[]): Promise<void> {
  // Whatever is no text is tried as a photograph: the content decides, and limpid says what is wrong with it.
  const texts = files.filter(isText);
  if (texts.length < files.length || files.length === 0) add(files.filter((file) => !isText(file)));
  // Keys first, so that a recipe that comes with its key verifies.
  for (const file of texts.sort((a, b) => Number(/\.pub$/i.test(b.name)) - Number(/\.pub$/i.test(a.name)))) {
    await offerFile(file);
  }
}

const isField = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;

export async function receivePaste(event: ClipboardEvent): Promise<void> {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length > 0) {
    event.preventDefault();
    await receive(files);
    return;
  }
  const text = event.clipboardData?.getData('text/plain').trim() ?? '';
  if (text.startsWith('{') && !isField(event.target)) {
    event.preventDefault();
    await offer(text);
  }
}

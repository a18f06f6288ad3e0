// Two enhancers, each with a worker of its own: what is shown is never behind what is being saved.

import { createEnhancer, type Enhancer } from 'limpid';

// Threads where the page was served with the headers that they need, else one.
const start = () => createEnhancer({ threads: 'auto' });

let forScreen: Promise<Enhancer> | undefined;
let forFiles: Promise<Enhancer> | undefined;

/** For previews. */
export function screenEnhancer(): Promise<Enhancer> {
  forScreen ??= start();
  return forScreen;
}

/** For whole files, and for the small pictures of the queue. */
export function fileEnhancer(): Promise<Enhancer> {
  forFiles ??= start();
  return forFiles;
}

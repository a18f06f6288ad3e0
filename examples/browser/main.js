// With a bundler this is: import { createEnhancer } from 'limpid';
import { createEnhancer } from '../../js/dist/index.js';

const STAGES = ['inspect', 'decode', 'analyse', 'render', 'encode'];

const input = document.querySelector('input');
const bar = document.querySelector('progress');
const message = document.querySelector('output');
const link = document.querySelector('a');

const enhancer = await createEnhancer({ threads: 'auto' });
let running = new AbortController();

/** Show bytes in an image, and forget what it showed before. */
function show(image, blob) {
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
  return image.src;
}

async function enhance(file) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  bar.hidden = false;
  link.hidden = true;
  try {
    const { bytes, mediaType, recipe } = await enhancer.enhance(file, {
      signal,
      onProgress: ({ stage, fraction }) => {
        bar.value = STAGES.indexOf(stage) + fraction;
      },
    });
    show(document.querySelector('#before'), file);
    link.href = show(document.querySelector('#after'), new Blob([bytes], { type: mediaType }));
    link.download = file.name.replace(/(\.\w+)?$/, (extension) => `-limpid${extension}`);
    link.hidden = false;
    const { version, ...corrections } = recipe;
    message.textContent = Object.values(corrections)
      .map(({ reason }) => reason)
      .join(' ');
  } catch (error) {
    if (error.name === 'AbortError') return;
    message.textContent = error.message;
  }
  bar.hidden = true;
}

input.addEventListener('change', () => {
  const [file] = input.files;
  if (file) enhance(file);
});

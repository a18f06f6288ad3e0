// What this is, and that nothing leaves.

import { add } from '../queue.js';
import { offline } from '../offline.js';
import { FilePicker } from './file-picker.js';
import { LockIcon, Logo, PlusIcon } from './icons.js';

export function Header() {
  return (
    <header class="header">
      <h1 class="brand">
        <Logo />
        limpid
      </h1>
      <p class="promise" data-offline={offline.value ? 'ready' : 'not yet'}>
        <LockIcon />
        <span>
          <span class="wide">Photos stay on this device</span>
          <span class="narrow">Stays on this device</span>
          {offline.value && <span class="promise-more"> · works without a network</span>}
        </span>
      </p>
      <FilePicker class="primary" label="Add photos" onFiles={add}>
        <PlusIcon />
        Add photos
      </FilePicker>
    </header>
  );
}

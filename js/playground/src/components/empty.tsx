// Nothing on the table.

import { SAMPLES } from '../samples.js';
import { add, addSamples } from '../queue.js';
import { FilePicker } from './file-picker.js';
import { Logo } from './icons.js';

export function Empty() {
  return (
    <div class="empty">
      <Logo />
      <h2>Drop photos or folders here</h2>
      <p>
        JPEG, PNG or WebP, as many as you like. They are enhanced in this browser and do not leave this device; paste works
        too.
      </p>
      <div class="empty-actions">
        <FilePicker class="primary" label="Choose photos" onFiles={add}>
          Choose photos
        </FilePicker>
        <FilePicker label="Choose a folder" folder onFiles={add}>
          Choose a folder
        </FilePicker>
        <button type="button" onClick={() => addSamples(SAMPLES)}>
          Show the samples
        </button>
      </div>
    </div>
  );
}

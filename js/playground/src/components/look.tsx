// The taste, and the strength of everything at once.

import type { Preset } from 'limpid';
import type { Photo } from '../photo.js';
import { AS_DECIDED } from '../photo.js';
import { photos } from '../queue.js';
import { announce } from '../announcer.js';
import { count } from '../words.js';
import { Slider } from './slider.js';

const WORDS: Record<Preset, string> = {
  natural: 'As decided: what a careful eye would not notice as edited.',
  vivid: 'More contrast, structure and colour.',
  portrait: 'Gentle on skin: less structure and sharpness, skin tones first.',
  landscape: 'Clear air, structure, sky and foliage.',
  document: 'White paper, black ink, no colour that was not there.',
  restore: 'For faded, noisy or strongly compressed pictures.',
};

const PRESETS = Object.keys(WORDS) as Preset[];

const title = (preset: Preset) => `${preset[0]?.toUpperCase()}${preset.slice(1)}`;

function applyToAll(photo: Photo): void {
  const settings = photo.settings.peek();
  const others = photos.peek().filter((other) => other !== photo);
  for (const other of others) other.settings.value = settings;
  announce(`The same look for ${count(others.length, 'other photo')}`);
}

export function Look({ photo }: { photo: Photo }) {
  const settings = photo.settings.value;
  const changed = settings !== AS_DECIDED;
  return (
    <section class="section" aria-labelledby="look">
      <div class="section-head">
        <h2 id="look">Look</h2>
        <button
          type="button"
          class="quiet"
          disabled={!changed}
          onClick={() => {
            photo.settings.value = AS_DECIDED;
          }}
        >
          Reset
        </button>
      </div>
      {settings.loaded ? (
        <p class="note">The recipe that was loaded decides; presets are for recipes that limpid decides.</p>
      ) : (
        <>
          <div class="presets" role="radiogroup" aria-labelledby="look">
            {PRESETS.map((preset) => (
              <label key={preset} class="preset">
                <input
                  type="radio"
                  name="preset"
                  value={preset}
                  checked={settings.preset === preset}
                  onChange={() => {
                    photo.settings.value = { ...photo.settings.peek(), preset };
                  }}
                />
                <span>{title(preset)}</span>
              </label>
            ))}
          </div>
          <p class="note">{WORDS[settings.preset]}</p>
        </>
      )}
      <Slider
        label="Strength of everything"
        value={settings.strength}
        onInput={(strength) => {
          photo.settings.value = { ...photo.settings.peek(), strength };
        }}
      />
      {photos.value.length > 1 && (
        <button type="button" class="quiet wide" onClick={() => applyToAll(photo)}>
          Use this look for all {photos.value.length} photos
        </button>
      )}
    </section>
  );
}

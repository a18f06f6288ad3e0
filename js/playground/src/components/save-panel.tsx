// How files are written, and what was written: with the digest that proves it is what the native program writes.

import type { FileFormat, MetadataPolicy } from 'limpid';
import type { OutputSettings, Photo, Saved } from '../photo.js';
import { output } from '../save.js';
import { fileSize, pictureSize } from '../words.js';
import { CopyButton } from './copy-button.js';
import { CheckIcon } from './icons.js';

const FORMATS: Record<FileFormat | 'same', string> = { same: 'As the photo', jpeg: 'JPEG', png: 'PNG', webp: 'WebP' };
const METADATA: Record<MetadataPolicy, string> = {
  minimal: 'Orientation, profile, copyright',
  keep: 'All, with the place',
  strip: 'Nothing',
};

function Choice<Value extends string>(props: {
  label: string;
  value: Value;
  choices: Record<Value, string>;
  onChoose: (value: Value) => void;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <select value={props.value} onChange={({ currentTarget }) => props.onChoose(currentTarget.value as Value)}>
        {Object.entries<string>(props.choices).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function change(part: Partial<OutputSettings>): void {
  output.value = { ...output.peek(), ...part };
}

function Result({ saved }: { saved: Saved }) {
  return (
    <div class="result" id="result" tabIndex={-1}>
      <p class="result-head">
        <CheckIcon />
        <span>
          <strong>{saved.name}</strong>
          <br />
          {pictureSize(saved.width_px, saved.height_px)}, {fileSize(saved.blob.size)}
        </span>
      </p>
      {saved.sha256 === undefined ? (
        <p class="note">The digest is computed on secure pages only: https, or this machine itself.</p>
      ) : (
        <>
          <p class="digest-head">
            <span>SHA-256</span>
            <CopyButton label="Copy the SHA-256" text={() => saved.sha256 ?? ''} />
          </p>
          <p class="digest" data-sha256={saved.sha256}>
            {saved.sha256}
          </p>
          <p class="note">
            The native program, Node and every browser give exactly these bytes. Check it with the command below and{' '}
            <code>sha256sum</code>.
          </p>
        </>
      )}
    </div>
  );
}

export function SavePanel({ photo }: { photo: Photo }) {
  const state = photo.state.value;
  const { format, quality, metadata } = output.value;
  return (
    <section class="section" aria-labelledby="file">
      <div class="section-head">
        <h2 id="file">File</h2>
      </div>
      <div class="fields">
        <Choice label="Format" value={format} choices={FORMATS} onChoose={(value) => change({ format: value })} />
        <label class="field">
          <span>Quality</span>
          <input
            type="number"
            min="1"
            max="100"
            value={quality}
            disabled={format === 'png'}
            onInput={({ currentTarget }) => {
              const value = currentTarget.valueAsNumber;
              if (Number.isInteger(value) && value >= 1 && value <= 100) change({ quality: value });
            }}
            onChange={({ currentTarget }) => {
              // What is no quality goes back to the last that was one.
              currentTarget.value = String(output.peek().quality);
            }}
          />
        </label>
        <Choice label="Metadata" value={metadata} choices={METADATA} onChoose={(value) => change({ metadata: value })} />
      </div>
      {state.kind === 'saved' && <Result saved={state.saved} />}
    </section>
  );
}


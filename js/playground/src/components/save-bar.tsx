// Always in reach: saving, how far it is, and what came of it.

import type { Photo, Saved } from '../photo.js';
import { usable } from '../queue.js';
import { cancelSaving, saveAll, savePhoto, saveTrouble, saving } from '../save.js';
import { CheckIcon, SaveIcon } from './icons.js';
import { ProblemCard } from './problem-card.js';

function Progress({ photo, done, total }: { photo: Photo; done: number; total: number }) {
  const state = photo.state.value;
  const fraction = state.kind === 'saving' ? state.fraction : 0;
  const what = total > 1 ? `Saving ${done + 1} of ${total}` : 'Saving';
  return (
    <div class="saving">
      <p>{state.kind === 'saving' && total === 1 ? `${what}: ${state.stage}` : what}</p>
      <progress max={1} value={total > 1 ? done / total : fraction} aria-label={what} />
      <button type="button" onClick={cancelSaving}>
        Cancel
      </button>
    </div>
  );
}

/** In one line; the whole digest is further up. */
function Outcome({ saved }: { saved: Saved }) {
  const show = () => {
    const result = document.querySelector<HTMLElement>('#result');
    result?.scrollIntoView({ block: 'center' });
    result?.focus({ preventScroll: true });
  };
  return (
    <div class="outcome">
      <CheckIcon />
      <p>
        Saved <span class="name">{saved.name}</span>
      </p>
      <button type="button" class="quiet" onClick={show}>
        Show the digest
      </button>
    </div>
  );
}

export function SaveBar({ photo }: { photo: Photo }) {
  const now = saving.value;
  const state = photo.state.value;
  const all = usable.value.length;
  return (
    <div class="save-bar">
      {saveTrouble.value && <ProblemCard title="Not saved" problem={saveTrouble.value} />}
      {!now && state.kind === 'saved' && <Outcome saved={state.saved} />}
      {now ? (
        <Progress photo={photo} {...now} />
      ) : (
        <div class="save-buttons">
          <button type="button" class="primary" onClick={() => savePhoto(photo)}>
            <SaveIcon />
            Save photo
          </button>
          {all > 1 && (
            <button type="button" onClick={saveAll}>
              Save all {all}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

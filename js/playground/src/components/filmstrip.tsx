// The queue: small pictures with their states.

import { type Photo, type PhotoState } from '../photo.js';
import { add, photos, remove, removeAll, selected } from '../queue.js';
import { count } from '../words.js';
import { FilePicker } from './file-picker.js';
import { CheckIcon, CloseIcon, ImageIcon, PlusIcon, WarnIcon } from './icons.js';

const STATES: Record<PhotoState['kind'], string> = {
  waiting: 'waiting',
  looking: 'being looked at',
  ready: 'ready',
  saving: 'being saved',
  saved: 'saved',
  refused: 'refused',
};

function StateMark({ state }: { state: PhotoState }) {
  switch (state.kind) {
    case 'saved':
      return (
        <span class="mark saved">
          <CheckIcon />
        </span>
      );
    case 'refused':
      return (
        <span class="mark refused">
          <WarnIcon />
        </span>
      );
    case 'looking':
    case 'saving':
      return <span class="mark spinner" />;
    default:
      return null;
  }
}

function Tile({ photo }: { photo: Photo }) {
  const state = photo.state.value;
  const thumbnail = photo.thumbnail.value;
  const isSelected = selected.value === photo;
  return (
    <li
      class={state.kind === 'refused' ? 'tile refused' : 'tile'}
      data-name={photo.name}
      data-state={state.kind}
      data-code={state.kind === 'refused' ? state.problem.code : undefined}
    >
      <button
        type="button"
        class="pick"
        aria-current={isSelected ? 'true' : undefined}
        aria-label={`${photo.name}, ${STATES[state.kind]}${state.kind === 'refused' ? `: ${state.problem.what}` : ''}`}
        title={photo.name}
        onClick={() => {
          selected.value = photo;
        }}
      >
        {thumbnail ? <img src={thumbnail} alt="" width="104" height="72" /> : <ImageIcon />}
      </button>
      <StateMark state={state} />
      <button type="button" class="remove" aria-label={`Remove ${photo.name}`} onClick={() => remove(photo)}>
        <CloseIcon />
      </button>
    </li>
  );
}

export function Filmstrip() {
  const list = photos.value;
  if (list.length === 0) return null;
  const samples = list.every(({ sample }) => sample);
  return (
    <nav class="filmstrip" aria-label="Photos">
      <div class="filmstrip-head">
        <h2>{samples ? 'Sample photos' : count(list.length, 'photo')}</h2>
        <div class="filmstrip-actions">
          <FilePicker class="quiet" label="Add a folder" folder onFiles={add}>
            Add a folder
          </FilePicker>
          <button type="button" class="quiet" onClick={removeAll}>
            Remove all
          </button>
        </div>
      </div>
      <ul>
        <li class="tile">
          <FilePicker class="pick new" onFiles={add} label="Add photos">
            <PlusIcon />
            <span>Add photos</span>
          </FilePicker>
        </li>
        {list.map((photo) => (
          <Tile key={photo.id} photo={photo} />
        ))}
      </ul>
    </nav>
  );
}

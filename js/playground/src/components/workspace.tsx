// The place of the photograph: open, opening, refused, or empty.

import type { Stage as StageName } from 'limpid';
import { remove } from '../queue.js';
import { session } from '../session.js';
import { Empty } from './empty.js';
import { ProblemCard } from './problem-card.js';
import { Stage } from './stage.js';

const STAGES: Record<StageName, string> = {
  inspect: 'Reading the file',
  decode: 'Decoding',
  analyse: 'Measuring',
  render: 'Rendering',
  encode: 'Writing',
};

export function Workspace() {
  const now = session.value;
  switch (now.kind) {
    case 'none':
      return <Empty />;
    case 'opening':
      return (
        <div class="opening">
          {now.photo.thumbnail.value && <img src={now.photo.thumbnail.value} alt="" />}
          <div class="opening-text">
            <p>{now.stage ? STAGES[now.stage] : 'Opening'}</p>
            <progress max={1} value={now.fraction} aria-label={`Opening ${now.photo.name}`} />
          </div>
        </div>
      );
    case 'refused':
      return (
        <div class="refused">
          <ProblemCard title={`${now.photo.name} cannot be used`} problem={now.problem}>
            <button type="button" onClick={() => remove(now.photo)}>
              Remove it
            </button>
          </ProblemCard>
        </div>
      );
    case 'open':
      return <Stage key={now.photo.id} photo={now.photo} preview={now.preview} />;
  }
}

// The place of the photograph: open, opening, refused, or empty.

import type { Stage as StageName } from 'limpid';
import { remove } from '../queue.js';
import { useEffect, useRef } from 'preact/hooks';
import { room, session } from '../session.js';
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

/** How large a picture can be shown here, for the previews to be no larger. */
function measure(element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = element;
    room.value = { width: clientWidth * devicePixelRatio, height: clientHeight * devicePixelRatio };
  });
  observer.observe(element);
  return () => observer.disconnect();
}

export function Workspace() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => (place.current ? measure(place.current) : undefined), []);
  return (
    <div ref={place} class="workspace">
      <Content />
    </div>
  );
}

function Content() {
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
        <div class="refusal">
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

// Everything about the selected photograph, beside it.

import type { SceneClass } from 'limpid';
import type { Photo } from '../photo.js';
import { shown, trouble } from '../follow.js';
import { session } from '../session.js';
import { pictureSize } from '../words.js';
import { Adjustments } from './adjustments.js';
import { Histograms } from './histograms.js';
import { Look } from './look.js';
import { ProblemCard } from './problem-card.js';
import { RecipePanel } from './recipe-panel.js';
import { SaveBar } from './save-bar.js';
import { SavePanel } from './save-panel.js';
import { SnippetsPanel } from './snippets-panel.js';

const SCENES: Record<SceneClass, string> = {
  ordinary: 'an ordinary picture',
  already_good: 'good as it is',
  night: 'night',
  snow_high_key: 'snow, or high key',
  silhouette_sunset: 'a silhouette at sunset',
  fog: 'fog',
  underwater: 'under water',
  document: 'a document',
  graphic: 'a graphic',
  monochrome: 'black and white',
};

function Facts({ photo }: { photo: Photo }) {
  const open = session.value;
  if (open.kind !== 'open') return null;
  const { full_width_px, full_height_px, info, analysis } = open.preview;
  const facts = [pictureSize(full_width_px, full_height_px), info?.format.toUpperCase(), `seen as ${SCENES[analysis.scene]}`];
  return (
    <div class="facts">
      <h2 title={photo.name}>{photo.name}</h2>
      <p>{facts.filter(Boolean).join(' · ')}</p>
    </div>
  );
}

export function Panel({ photo }: { photo: Photo }) {
  const open = session.value;
  if (open.kind !== 'open' || open.photo !== photo) return <PanelSkeleton />;
  return (
    <aside class="panel" aria-label="Adjustments and file">
      <div class="panel-scroll">
        <Facts photo={photo} />
        <Histograms
          before={open.preview.original_histogram}
          after={shown.value?.histogram ?? open.preview.original_histogram}
        />
        {trouble.value && <ProblemCard title="Not shown" problem={trouble.value} />}
        <Look photo={photo} />
        <Adjustments photo={photo} />
        <RecipePanel photo={photo} />
        <SavePanel photo={photo} />
        <SnippetsPanel photo={photo} />
      </div>
      <SaveBar photo={photo} />
    </aside>
  );
}

/** The same places, empty, so that nothing jumps. */
function PanelSkeleton() {
  return (
    <aside class="panel skeleton" aria-hidden="true">
      <div class="panel-scroll">
        <i class="bone title" />
        <i class="bone chart" />
        <i class="bone" />
        <i class="bone" />
        <i class="bone" />
      </div>
    </aside>
  );
}

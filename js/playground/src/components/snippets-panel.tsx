// The same result elsewhere: to copy.

import { useState } from 'preact/hooks';
import type { Photo } from '../photo.js';
import { output } from '../save.js';
import { shown } from '../follow.js';
import { session } from '../session.js';
import { type SnippetKind, snippet, type Work } from '../snippets.js';
import { CopyButton } from './copy-button.js';

const KINDS: Record<SnippetKind, { readonly title: string; readonly label: string }> = {
  cli: { title: 'Command line', label: 'Copy CLI command' },
  recipe: { title: 'Recipe', label: 'Copy recipe' },
  js: { title: 'JavaScript', label: 'Copy JavaScript' },
  cpp: { title: 'C++', label: 'Copy C++' },
};

function workOf(photo: Photo): Work | undefined {
  const open = session.value;
  const recipe = shown.value?.recipe;
  if (open.kind !== 'open' || open.photo !== photo || !recipe || !open.preview.info) return undefined;
  return {
    name: photo.name,
    inputFormat: open.preview.info.format,
    settings: photo.settings.value,
    recipe,
    output: output.value,
  };
}

export function SnippetsPanel({ photo }: { photo: Photo }) {
  const [kind, setKind] = useState<SnippetKind>('cli');
  const work = workOf(photo);
  if (!work) return null;
  return (
    <section class="section" aria-labelledby="elsewhere">
      <div class="section-head">
        <h2 id="elsewhere">The same elsewhere</h2>
      </div>
      <div class="copies">
        {(Object.keys(KINDS) as SnippetKind[]).map((name) => (
          <CopyButton
            key={name}
            class={name === kind ? 'copy current' : 'copy'}
            label={KINDS[name].label}
            text={() => snippet(name, work)}
            onCopied={() => setKind(name)}
          >
            {KINDS[name].title}
          </CopyButton>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must reach it */}
      <pre class="snippet" tabIndex={0} role="region" aria-label={KINDS[kind].title} data-kind={kind}>
        <code>{snippet(kind, work)}</code>
      </pre>
    </section>
  );
}

// Files and folders that are dropped or pasted anywhere on the page.

import { useEffect, useState } from 'preact/hooks';
import { dropped } from '../folders.js';
import { receive, receivePaste } from '../incoming.js';

export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const count = (change: number) => {
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    addEventListener('dragenter', (event) => carriesFiles(event) && count(1), { signal });
    addEventListener('dragleave', (event) => carriesFiles(event) && count(-1), { signal });
    addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault(), { signal });
    addEventListener(
      'drop',
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        if (event.dataTransfer) void dropped(event.dataTransfer).then(receive);
      },
      { signal },
    );
    addEventListener('paste', (event) => void receivePaste(event), { signal });
    return () => end.abort();
  }, []);
  return over ? <div class="drop-over">Drop to enhance</div> : null;
}

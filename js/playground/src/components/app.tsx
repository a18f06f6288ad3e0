import { announcement } from '../announcer.js';
import { selected } from '../queue.js';
import { DropTarget } from './drop-target.js';
import { Filmstrip } from './filmstrip.js';
import { Header } from './header.js';
import { Panel } from './panel.js';
import { Workspace } from './workspace.js';

export function App() {
  const photo = selected.value;
  const refused = photo?.state.value.kind === 'refused';
  return (
    <>
      <a class="skip" href="#work">
        Skip to the photo
      </a>
      <Header />
      <main class={photo && !refused ? 'main' : 'main alone'} id="work" tabIndex={-1}>
        <Workspace />
        <Filmstrip />
        {photo && !refused && <Panel photo={photo} />}
      </main>
      <p class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
      <DropTarget />
    </>
  );
}

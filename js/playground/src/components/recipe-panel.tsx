// Recipes from elsewhere: who signed this one, or why it was refused.

import { useState } from 'preact/hooks';
import { announce } from '../announcer.js';
import type { LoadedRecipe, Photo, Settings } from '../photo.js';
import { dismiss, offer, refusal, trustedKeys } from '../recipe-offer.js';
import { day } from '../words.js';
import { LockIcon, ShieldIcon } from './icons.js';
import { ProblemCard } from './problem-card.js';

const isEdited = ({ strength, shares }: Settings) =>
  strength !== 1 || Object.values(shares).some((share) => share !== 1);

function Badge({ loaded, edited }: { loaded: LoadedRecipe; edited: boolean }) {
  const { signed } = loaded;
  if (!signed) {
    return (
      <div class="badge unsigned">
        <LockIcon />
        <p>
          <strong>Recipe without a signature.</strong> Anybody may have written it.
        </p>
      </div>
    );
  }
  if (edited) {
    return (
      <div class="badge unsigned">
        <LockIcon />
        <p>
          <strong>No longer what was signed.</strong> You changed the recipe of key <code>{signed.keyId}</code>.
        </p>
      </div>
    );
  }
  return (
    <div class="badge verified">
      <ShieldIcon />
      <p>
        <strong>Verified.</strong> Signed with key <code>{signed.keyId}</code> on {day(signed.issuedAt)}
        {signed.expiresAt ? `, valid until ${day(signed.expiresAt)}` : ''}. Not a byte was changed since.
      </p>
    </div>
  );
}

function LoadForm() {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    if (await offer(text)) setText('');
    setBusy(false);
  };
  return (
    <div class="load-form">
      <label class="field">
        <span>Recipe, plain or signed</span>
        <textarea
          rows={3}
          spellcheck={false}
          placeholder='{"version":1,"exposure":{"exposure_ev":0.5}}'
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Trusted public keys, one a line</span>
        <textarea
          rows={2}
          spellcheck={false}
          placeholder="RWQ…"
          value={trustedKeys.value}
          onInput={({ currentTarget }) => {
            trustedKeys.value = currentTarget.value;
          }}
        />
      </label>
      <p class="note">A signed recipe is applied only if one of these keys signed exactly this text.</p>
      <button type="button" class="wide" disabled={busy || text.trim() === ''} onClick={load}>
        Load the recipe
      </button>
    </div>
  );
}

export function RecipePanel({ photo }: { photo: Photo }) {
  const settings = photo.settings.value;
  const { loaded } = settings;
  const refused = refusal.value;
  const letGo = () => {
    const { loaded: _, ...rest } = photo.settings.peek();
    photo.settings.value = { ...rest, strength: 1, shares: {} };
    announce('limpid decides again');
  };
  return (
    <section class="section" aria-labelledby="recipe">
      <div class="section-head">
        <h2 id="recipe">Recipe</h2>
        {loaded && (
          <button type="button" class="quiet" onClick={letGo}>
            Let limpid decide
          </button>
        )}
      </div>
      {loaded ? <Badge loaded={loaded} edited={isEdited(settings)} /> : <p class="note">Decided by limpid from what it measured.</p>}
      {refused && (
        <ProblemCard
          title={refused.signed ? 'Signed recipe refused. It was not applied.' : 'Recipe refused. It was not applied.'}
          problem={refused.problem}
        >
          <button type="button" class="quiet" onClick={dismiss}>
            Dismiss
          </button>
        </ProblemCard>
      )}
      <details class="disclosure" open={refused !== undefined}>
        <summary>Load a recipe</summary>
        <LoadForm />
      </details>
    </section>
  );
}

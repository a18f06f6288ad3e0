// What is done to the photograph, by how much and why; and what is left alone, and why.

import type { Correction, Recipe } from 'limpid';
import { amountText, CORRECTION_NAMES, type CorrectionName, evidenceText, isMade, titleOf } from '../corrections.js';
import type { Photo } from '../photo.js';
import { base } from '../follow.js';
import { count, percent } from '../words.js';
import { Slider } from './slider.js';

function setShare(photo: Photo, name: CorrectionName, share: number): void {
  const settings = photo.settings.peek();
  photo.settings.value = { ...settings, shares: { ...settings.shares, [name]: share } };
}

function Why({ correction, title }: { correction: Correction; title: string }) {
  if (correction.evidence.length === 0) return null;
  return (
    <details class="why">
      <summary>
        Evidence<span class="visually-hidden"> for {title}</span>
      </summary>
      <dl>
        {correction.evidence.map((evidence) => (
          <div key={evidence.name}>
            <dt>{evidence.name}</dt>
            <dd>{evidenceText(evidence)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Three steps are what a person tells apart; the number is there for who wants it. */
function Confidence({ value }: { value: number }) {
  const step = value >= 0.75 ? 'high' : value >= 0.4 ? 'medium' : 'low';
  return (
    <span class={`confidence ${step}`} title={`How sure the analysis is: ${percent(value)}`}>
      <span class="bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {percent(value)} sure
    </span>
  );
}

function Adjustment({ photo, recipe, name }: { photo: Photo; recipe: Recipe; name: CorrectionName }) {
  const settings = photo.settings.value;
  const share = settings.shares[name] ?? 1;
  const applied = share * (settings.loaded ? settings.strength : 1);
  const correction = recipe[name];
  const title = titleOf(name);
  return (
    <li class={share === 0 ? 'adjustment off' : 'adjustment'} data-correction={name}>
      <div class="adjustment-head">
        <h3>{title}</h3>
        <span class="amount">{amountText(recipe, name, applied)}</span>
      </div>
      {correction.reason !== '' && <p class="reason">{correction.reason}</p>}
      <Slider label={`${title}, strength`} labelHidden value={share} onInput={(value) => setShare(photo, name, value)} />
      <div class="adjustment-foot">
        <Confidence value={correction.confidence} />
        <Why correction={correction} title={title} />
      </div>
    </li>
  );
}

function LeftAlone({ recipe, names }: { recipe: Recipe; names: readonly CorrectionName[] }) {
  if (names.length === 0) return null;
  return (
    <details class="left-alone">
      <summary>{count(names.length, 'thing')} left alone</summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <h3>{titleOf(name)}</h3>
            <p class="reason">{recipe[name].reason.replace(/^Left alone: (.)/, (_, first) => first.toUpperCase()) || 'The recipe does nothing here.'}</p>
            <Why correction={recipe[name]} title={titleOf(name)} />
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Adjustments({ photo }: { photo: Photo }) {
  const recipe = base.value;
  if (!recipe) return null;
  const made = CORRECTION_NAMES.filter((name) => isMade(recipe, name));
  const left = CORRECTION_NAMES.filter((name) => !isMade(recipe, name));
  return (
    <section class="section" aria-labelledby="adjustments">
      <div class="section-head">
        <h2 id="adjustments">Adjustments</h2>
        <span class="tally">{made.length}</span>
      </div>
      {made.length === 0 && <p class="note">Nothing needs doing: the photo is good as it is.</p>}
      <ul class="adjustments">
        {made.map((name) => (
          <Adjustment key={name} photo={photo} recipe={recipe} name={name} />
        ))}
      </ul>
      <LeftAlone recipe={recipe} names={left} />
    </section>
  );
}

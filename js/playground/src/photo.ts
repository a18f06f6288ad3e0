// One photograph of the queue, and what was chosen for it.

import { type Signal, signal } from '@preact/signals';
import type { FileFormat, MetadataPolicy, Preset, Recipe, Stage } from 'limpid';
import type { CorrectionName } from './corrections.js';
import type { Problem } from './problem.js';

/** A recipe that somebody brought along, instead of a decided one. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  /** The document as it came, for the command that applies it. */
  readonly text: string;
  /** Absent when nobody signed it. */
  readonly signed?: SignedBy;
}

export interface SignedBy {
  readonly keyId: string;
  readonly issuedAt: Date;
  readonly expiresAt?: Date;
  /** The public key it was verified with. */
  readonly trustedKeys: readonly string[];
}

/** What the sliders say. Everything else follows from it and from the photograph. */
export interface Settings {
  readonly preset: Preset;
  /** 0 to 1, of all corrections at once. */
  readonly strength: number;
  /** 0 to 1, of single corrections, of what was decided; absent is 1. */
  readonly shares: Partial<Record<CorrectionName, number>>;
  readonly loaded?: LoadedRecipe;
}

export interface OutputSettings {
  /** `same`: the format of the photograph. */
  readonly format: FileFormat | 'same';
  readonly quality: number;
  readonly metadata: MetadataPolicy;
}

/** A file as it was written. */
export interface Saved {
  readonly blob: Blob;
  readonly name: string;
  /** SHA-256 as 64 hex digits; absent where the page may not compute it (plain http). */
  readonly sha256: string | undefined;
  readonly width_px: number;
  readonly height_px: number;
}

export type PhotoState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'saving'; readonly stage: Stage; readonly fraction: number }
  | { readonly kind: 'saved'; readonly saved: Saved }
  | { readonly kind: 'refused'; readonly problem: Problem };

export interface Photo {
  readonly id: number;
  readonly name: string;
  /** One of the page's own, which make room for the visitor's. */
  readonly sample: boolean;
  /** The file; samples are fetched when they are needed. */
  readonly read: () => Promise<Blob>;
  readonly state: Signal<PhotoState>;
  /** Address of a small picture of the result. */
  readonly thumbnail: Signal<string | undefined>;
  readonly settings: Signal<Settings>;
}

export const AS_DECIDED: Settings = { preset: 'natural', strength: 1, shares: {} };

let lastId = 0;

export function photoOf(name: string, read: () => Promise<Blob>, sample = false): Photo {
  return {
    id: ++lastId,
    name,
    sample,
    read,
    state: signal<PhotoState>({ kind: 'waiting' }),
    thumbnail: signal(undefined),
    settings: signal(AS_DECIDED),
  };
}

/** Whether the recipe is what limpid decides for this preset and strength, so that a command can say just that. */
export function isAsDecided({ loaded, shares }: Settings): boolean {
  return loaded === undefined && Object.values(shares).every((share) => share === 1);
}

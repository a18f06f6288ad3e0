import type { JsonValue } from './types.js';

// Values out of JSON that the library has parsed and written anew.

/** Objects without prototype: no name that is looked up finds what the text does not hold. */
export function parsePlain(json: string): JsonValue {
  return withoutPrototypes(JSON.parse(json));
}

/** The same, frozen at every depth: what was verified cannot be changed between here and its use. */
export function parseFrozen(json: string): JsonValue {
  return withoutPrototypes(JSON.parse(json), Object.freeze);
}

function withoutPrototypes(value: JsonValue, finish: <T>(made: T) => T = (made) => made): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return finish(value.map((element) => withoutPrototypes(element, finish)));
  const plain: Record<string, JsonValue> = Object.create(null);
  for (const [name, member] of Object.entries(value)) plain[name] = withoutPrototypes(member, finish);
  return finish(plain);
}

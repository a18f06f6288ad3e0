// Reads the X-macro tables core/include/limpid/*.def. A row that does not fit its shape is an error:
// a table that is half understood would make documents that are half wrong.

import { readFileSync } from 'node:fs';

const SHAPES = {
  LIMPID_ERROR: ['identifier', 'string', 'string', 'string', 'number', 'number', 'visibility'],
  LIMPID_LIMIT: ['identifier', 'number', 'string', 'string'],
  LIMPID_RECIPE_OP: ['identifier', 'string'],
  LIMPID_RECIPE_FIELD: ['identifier', 'identifier', 'string', 'number', 'number', 'number', 'string'],
};

const ARGUMENTS = {
  identifier: /^[a-z][a-z0-9_]*$/,
  number: /^-?\d+(\.\d+)?$/,
  string: /^"(?:[^"\\]|\\["\\])*"$/,
  visibility: /^(client|operator)$/,
};

/** Arguments between the parentheses of a row; commas inside strings do not separate. */
function splitArguments(text) {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g)?.map((argument) => argument.trim()) ?? [];
}

function parseArgument(text, kind, fail) {
  if (!ARGUMENTS[kind].test(text)) fail(`expected ${kind} but found ${text}`);
  if (kind === 'string') return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  return kind === 'number' ? Number(text) : text;
}

/** All rows of one table as [macro, ...arguments]. */
function readRows(path) {
  const rows = [];
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const fail = (why) => {
        throw new Error(`${path}:${index + 1}: ${why}`);
      };
      const text = line.trim();
      if (text === '' || text.startsWith('//')) return;
      const match = /^([A-Z_]+)\((.*)\)$/.exec(text);
      if (!match || !(match[1] in SHAPES)) fail('expected a row of a table, a comment or nothing');
      const [, macro, inner] = match;
      const shape = SHAPES[macro];
      const args = splitArguments(inner);
      if (args.length !== shape.length) fail(`expected ${shape.length} arguments but found ${args.length}`);
      rows.push([macro, ...args.map((arg, i) => parseArgument(arg, shape[i], fail))]);
    });
  if (rows.length === 0) throw new Error(`${path}: no rows`);
  return rows;
}

function unique(items, key, path) {
  const seen = new Set();
  for (const item of items) {
    if (seen.has(item[key])) throw new Error(`${path}: ${item[key]} appears twice`);
    seen.add(item[key]);
  }
  return items;
}

export function readErrors(path) {
  const errors = readRows(path).map(([, id, code, sentence, hint, httpStatus, exitCode, visibility]) => ({
    id,
    code,
    sentence,
    hint,
    httpStatus,
    exitCode,
    visibility,
  }));
  return unique(errors, 'code', path);
}

export function readLimits(path) {
  const limits = readRows(path).map(([, name, value, unit, doc]) => ({ name, value, unit, doc }));
  return unique(limits, 'name', path);
}

/** Corrections in order of application, each with its fields. */
export function readRecipe(path) {
  const ops = [];
  for (const [macro, ...args] of readRows(path)) {
    if (macro === 'LIMPID_RECIPE_OP') {
      const [name, doc] = args;
      ops.push({ name, doc, fields: [] });
      continue;
    }
    const [op, name, unit, min, max, identity, doc] = args;
    const owner = ops.at(-1);
    if (owner?.name !== op) throw new Error(`${path}: ${op}.${name} stands outside its correction`);
    if (!(min <= identity && identity <= max)) throw new Error(`${path}: identity of ${op}.${name} is out of range`);
    owner.fields.push({ name, unit, min, max, identity, doc });
  }
  for (const op of ops) unique(op.fields, 'name', path);
  return unique(ops, 'name', path);
}

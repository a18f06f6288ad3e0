// Reads the X-macro tables core/include/limpid/*.def. A row that does not fit its shape is an error:
// a table that is half understood would make documents that are half wrong.

import { readFileSync } from 'node:fs';

const SHAPES = {
  LIMPID_ANALYSIS: ['type', 'identifier', 'string', 'string'],
  LIMPID_CHECK: ['identifier', 'identifier', 'identifier', 'identifier', 'string', 'string', 'string'],
  LIMPID_ERROR: ['identifier', 'string', 'string', 'string', 'number', 'number', 'visibility'],
  LIMPID_LIMIT: ['identifier', 'number', 'string', 'string'],
  LIMPID_PRESET: ['identifier', 'string'],
  LIMPID_PRESET_FIELD: ['identifier', 'identifier', 'identifier', 'number', 'number'],
  LIMPID_RECIPE_OP: ['identifier', 'string'],
  LIMPID_RECIPE_FIELD: ['identifier', 'identifier', 'string', 'number', 'number', 'number', 'string'],
  LIMPID_RECIPE_PARAM: ['identifier', 'identifier', 'string', 'number', 'number', 'number', 'string'],
  LIMPID_SETTING: ['identifier', 'identifier', 'string', 'string', 'identifier', 'string'],
  LIMPID_SCENE: ['identifier', 'string'],
};

const ARGUMENTS = {
  identifier: /^[a-z][a-z0-9_]*$/,
  number: /^-?\d+(\.\d+)?$/,
  type: /^[A-Za-z]+$/,
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

export function readChecks(path) {
  const checks = readRows(path).map(([, group, name, severity, when, rows, title, remedy]) => ({
    id: `${group}.${name}`,
    group,
    severity,
    when,
    rows,
    title,
    remedy,
  }));
  return unique(checks, 'id', path);
}

export function readSettings(path) {
  const settings = readRows(path).map(([, kind, name, defaultText, range, reload, doc]) => ({
    kind,
    name,
    defaultText,
    range,
    reload,
    doc,
  }));
  return unique(settings, 'name', path);
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

/** What is measured: the kinds of scene, and the members of Analysis. */
export function readAnalysis(path) {
  const rows = readRows(path);
  const scenes = rows.filter(([macro]) => macro === 'LIMPID_SCENE').map(([, name, doc]) => ({ name, doc }));
  const members = rows
    .filter(([macro]) => macro === 'LIMPID_ANALYSIS')
    .map(([, type, name, unit, doc]) => ({ type, name, unit, doc }));
  return { scenes: unique(scenes, 'name', path), members: unique(members, 'name', path) };
}

/** Presets, each with the amounts of `recipe` that it changes. */
export function readPresets(path, recipe) {
  const presets = [];
  for (const [macro, name, ...rest] of readRows(path)) {
    if (macro === 'LIMPID_PRESET') {
      presets.push({ name, doc: rest[0], fields: [] });
      continue;
    }
    const [op, field, gain, add] = rest;
    const owner = presets.at(-1);
    if (owner?.name !== name) throw new Error(`${path}: ${name}.${op}.${field} stands outside its preset`);
    if (!recipe.find((row) => row.name === op)?.fields.some((row) => row.name === field)) {
      throw new Error(`${path}: recipe.def has no ${op}.${field}`);
    }
    owner.fields.push({ name: `${op}.${field}`, gain, add });
  }
  for (const preset of presets) unique(preset.fields, 'name', path);
  return unique(presets, 'name', path);
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
    const parameter = macro === 'LIMPID_RECIPE_PARAM';
    owner.fields.push({ name, unit, min, max, identity, doc, parameter });
  }
  for (const op of ops) unique(op.fields, 'name', path);
  return unique(ops, 'name', path);
}

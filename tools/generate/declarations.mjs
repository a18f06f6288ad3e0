// Reads plain data structs and enums of core/include/limpid/*.hpp: the ones whose JSON form has one
// member per C++ member. It understands only what they use and refuses everything else.

import { readFileSync } from 'node:fs';

const SCALARS = {
  bool: 'boolean',
  int: 'number',
  Decimal: 'number',
  'std::uint64_t': 'number',
  'std::string': 'string',
  'std::string_view': 'string',
};

function body(source, keyword, name, path) {
  const start = new RegExp(`^${keyword} ${name}\\b[^;{]*\\{`, 'm').exec(source);
  if (!start) throw new Error(`${path}: no ${keyword} ${name}`);
  const begin = start.index + start[0].length;
  let depth = 1;
  let end = begin;
  while (depth > 0) {
    const character = source[end++];
    if (character === undefined) throw new Error(`${path}: ${keyword} ${name} does not end`);
    if (character === '{') depth++;
    if (character === '}') depth--;
  }
  return source.slice(begin, end - 1);
}

/** TypeScript type of a C++ type; `known` are the structs and enums that are generated too. */
export function typescriptType(type, known, fail) {
  const list = /^std::vector<(.+)>$/.exec(type);
  if (list) return `readonly ${typescriptType(list[1], known, fail)}[]`;
  if (type in SCALARS) return SCALARS[type];
  if (known.has(type)) return type;
  return fail(`unknown type ${type}`);
}

/** Names of an enum class, in order. */
export function readEnum(path, name) {
  const names = body(readFileSync(path, 'utf8'), 'enum class', name, path)
    .replace(/\/\/.*$/gm, '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  for (const item of names) {
    if (!/^[a-z][a-z0-9_]*$/.test(item)) throw new Error(`${path}: unexpected enumerator ${item} in ${name}`);
  }
  return names;
}

/** Data members of a struct as {name, type, optional, doc}, in order. */
export function readStruct(path, name, known) {
  const members = [];
  let doc = [];
  for (const line of body(readFileSync(path, 'utf8'), 'struct', name, path).split('\n')) {
    const text = line.trim();
    const fail = (why) => {
      throw new Error(`${path}: struct ${name}: ${why} in "${text}"`);
    };
    if (text.startsWith('///')) {
      doc.push(text.slice(3).trim());
      continue;
    }
    if (text === '' || text.startsWith('//') || text.startsWith('static constexpr') || text.startsWith('friend')) {
      if (text === '') doc = [];
      continue;
    }
    const match = /^([\w:<>]+) ([^;]+);(?:\s*\/\/\/?<?\s*(.*))?$/.exec(text);
    if (!match) fail('unexpected line');
    const [, type, declarators, trailing] = match;
    const inner = /^std::optional<(.+)>$/.exec(type);
    const tsType = typescriptType(inner ? inner[1] : type, known, fail);
    for (const declarator of declarators.split(/,(?![^{]*\})/)) {
      const member = /^\s*([a-z][a-z0-9_]*)\s*(?:=.*|\{.*\})?$/.exec(declarator);
      if (!member) fail('unexpected declarator');
      const lines = trailing ? [...doc, trailing] : doc;
      members.push({ name: member[1], type: tsType, optional: inner !== null, doc: lines.join(' ') });
    }
    doc = [];
  }
  if (members.length === 0) throw new Error(`${path}: struct ${name} has no members`);
  return members;
}

/** LIMPID_VERSION_STRING. */
export function readVersion(path) {
  const source = readFileSync(path, 'utf8');
  const version = /^#define LIMPID_VERSION_STRING "(\d+\.\d+\.\d+[^"]*)"$/m.exec(source)?.[1];
  if (!version) throw new Error(`${path}: no LIMPID_VERSION_STRING`);
  return version;
}

// What was done here, for other places: commands and code that write the same bytes.

import type { FileFormat, Recipe } from 'limpid';
import { isAsDecided, type OutputSettings, type Settings } from './photo.js';
import { outputName } from './save.js';

export interface Work {
  readonly name: string;
  readonly inputFormat: FileFormat;
  readonly settings: Settings;
  /** As rendered. */
  readonly recipe: Recipe;
  readonly output: OutputSettings;
}

export type SnippetKind = 'recipe' | 'cli' | 'js' | 'cpp';

const isVerified = ({ settings: { loaded, strength, shares } }: Work) =>
  loaded?.signed !== undefined && strength === 1 && Object.values(shares).every((share) => share === 1);

const formatOf = ({ output, inputFormat }: Work) => (output.format === 'same' ? inputFormat : output.format);

/** Lossy formats have a quality; PNG has none. */
const hasQuality = (work: Work) => formatOf(work) !== 'png' && work.output.quality !== 90;

/** As one word of a shell, and never as an option. */
function shellWord(text: string): string {
  const safe = text.startsWith('-') ? `./${text}` : text;
  return /^[\w./+-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}

const stem = (name: string) => name.replace(/\.\w+$/, '');

/** A here-document whose end cannot be in it: JSON has no line that is a bare word. */
const hereDocument = (file: string, text: string) => `cat > ${shellWord(file)} <<'END'\n${text.trim()}\nEND\n`;

function recipeText(work: Work): string {
  return isVerified(work) && work.settings.loaded ? work.settings.loaded.text : JSON.stringify(work.recipe, null, 2);
}

function cliText(work: Work): string {
  const { name, settings, output } = work;
  const options: string[] = [];
  let before = '';
  if (isAsDecided(settings)) {
    if (settings.preset !== 'natural') options.push(`--preset ${settings.preset}`);
    if (settings.strength !== 1) options.push(`--strength ${settings.strength}`);
  } else {
    const file = `${stem(name)}.recipe.json`;
    const signed = isVerified(work) ? settings.loaded?.signed : undefined;
    before = hereDocument(file, signed ? recipeText(work) : JSON.stringify(work.recipe));
    options.push(`${signed ? '--require-signed' : '--recipe'} ${shellWord(file)}`);
    for (const key of signed?.trustedKeys ?? []) options.push(`--trusted-key ${shellWord(key)}`);
  }
  if (hasQuality(work)) options.push(`--quality ${output.quality}`);
  if (output.metadata !== 'minimal') options.push(`--metadata ${output.metadata}`);
  const result = shellWord(outputName(name, formatOf(work)));
  return `${before}${['limpid enhance', shellWord(name), `-o ${result}`, ...options].join(' ')}`;
}

/** `{ a: 1, b: 'c' }`, or nothing. */
function objectText(members: Record<string, unknown>, indent: string): string {
  const lines = Object.entries(members).map(([name, value]) => `${indent}  ${name}: ${literal(value)},`);
  return lines.length === 0 ? '' : `{\n${lines.join('\n')}\n${indent}}`;
}

const literal = (value: unknown) =>
  typeof value === 'string' && !value.includes("'") && !value.includes('\\') && !value.includes('\n')
    ? `'${value}'`
    : JSON.stringify(value);

function jsOptions(work: Work): Record<string, unknown> {
  const { settings, output } = work;
  return {
    ...(isAsDecided(settings) && settings.preset !== 'natural' ? { preset: settings.preset } : {}),
    ...(isAsDecided(settings) && settings.strength !== 1 ? { strength: settings.strength } : {}),
    ...(output.format === 'same' ? {} : { format: output.format }),
    ...(hasQuality(work) ? { quality: output.quality } : {}),
    ...(output.metadata === 'minimal' ? {} : { metadata: output.metadata }),
  };
}

function jsText(work: Work): string {
  const { settings } = work;
  const verified = isVerified(work);
  const lines = ["import { createEnhancer } from 'limpid';"];
  if (verified) lines.push("import { verifyRecipe } from 'limpid/security';");
  lines.push('');
  let members = objectText(jsOptions(work), '');
  if (verified) {
    lines.push(`const verdict = await verifyRecipe(${literal(settings.loaded?.text.trim())}, {`);
    lines.push(`  keys: [${settings.loaded?.signed?.trustedKeys.map(literal).join(', ')}],`, '});');
    lines.push('if (!verdict.ok) throw new Error(verdict.message);', '');
    members = objectText({ recipe: '\u0000', ...jsOptions(work) }, '').replace("'\u0000'", 'verdict.recipe');
  } else if (!isAsDecided(settings)) {
    lines.push(`const recipe = ${JSON.stringify(work.recipe, null, 2)};`, '');
    members = objectText({ recipe: '\u0000', ...jsOptions(work) }, '').replace("recipe: '\u0000'", 'recipe');
  }
  lines.push('const enhancer = await createEnhancer();');
  lines.push(`const { bytes, mediaType } = await enhancer.enhance(photo${members === '' ? '' : `, ${members}`});`);
  return lines.join('\n');
}

function cppOptions(work: Work): string[] {
  const { settings, output } = work;
  const lines: string[] = [];
  if (isAsDecided(settings)) {
    if (settings.preset !== 'natural') lines.push(`options.preset = limpid::Preset::${settings.preset};`);
    if (settings.strength !== 1) lines.push(`options.strength = limpid::Decimal::from_double(${settings.strength});`);
  }
  if (output.format !== 'same') lines.push(`options.format = limpid::FileFormat::${output.format};`);
  if (hasQuality(work)) lines.push(`options.encode.quality = ${output.quality};`);
  if (output.metadata !== 'minimal')
    lines.push(`options.encode.metadata = limpid::MetadataPolicy::${output.metadata};`);
  return lines;
}

/** A raw string whose end is not in the text. */
function rawString(text: string): string {
  let end = 'json';
  while (text.includes(`)${end}"`)) end += '_';
  return `R"${end}(${text})${end}"`;
}

function cppText(work: Work): string {
  const { name, settings } = work;
  const setup = cppOptions(work);
  let apply = 'limpid::enhance(std::as_bytes(std::span(photo)), options)';
  if (isVerified(work)) {
    const keys = settings.loaded?.signed?.trustedKeys ?? [];
    setup.unshift(
      'limpid::security::TrustedKeys keys;',
      `for (const char* text : {${keys.map((key) => JSON.stringify(key)).join(', ')}}) {`,
      '    const auto key = limpid::security::parse_verify_key(text);',
      "    if (!key) return std::cerr << key.error().message() << '\\n', 1;",
      '    const auto added = keys.add(*key, {std::string(limpid::kRecipePurpose)});',
      "    if (!added) return std::cerr << added.error().message() << '\\n', 1;",
      '}',
      `const auto recipe = limpid::verify_recipe(${rawString(settings.loaded?.text.trim() ?? '')}, keys,`,
      '                                          limpid::security::UnixSeconds{std::time(nullptr)});',
      "if (!recipe) return std::cerr << recipe.error().message() << '\\n', 1;",
    );
    apply = 'limpid::enhance_verified(std::as_bytes(std::span(photo)), *recipe, options)';
  } else if (!isAsDecided(settings)) {
    setup.unshift(
      `const auto recipe = limpid::parse_recipe(${rawString(JSON.stringify(work.recipe))});`,
      "if (!recipe) return std::cerr << recipe.error().message() << '\\n', 1;",
      'options.recipe = *recipe;',
    );
  }
  return [
    ...(isVerified(work) ? ['#include <ctime>'] : []),
    '#include <fstream>',
    '#include <iostream>',
    '#include <iterator>',
    '#include <limpid/limpid.hpp>',
    '#include <string>',
    '',
    'int main() {',
    ...[
      `std::ifstream file(${JSON.stringify(name)}, std::ios::binary);`,
      'const std::string photo(std::istreambuf_iterator<char>(file), {});',
      'limpid::EnhanceOptions options;',
      ...setup,
      `const auto enhanced = ${apply};`,
      "if (!enhanced) return std::cerr << enhanced.error().message() << '\\n', 1;",
      'const auto bytes = enhanced->bytes.span();',
      `std::ofstream out(${JSON.stringify(outputName(name, formatOf(work)))}, std::ios::binary);`,
      'out.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));',
    ].map((line) => `    ${line}`),
    '}',
  ].join('\n');
}

const TEXTS: Record<SnippetKind, (work: Work) => string> = {
  recipe: recipeText,
  cli: cliText,
  js: jsText,
  cpp: cppText,
};

export const snippet = (kind: SnippetKind, work: Work): string => TEXTS[kind](work);

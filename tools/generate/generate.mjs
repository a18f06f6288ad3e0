// generate.mjs [--check]: writes what is made from the tables in core/include/limpid, native/service and native/doctor, and the dither tile; with --check
// it writes nothing and fails when a file is not what it would write.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnum, readStruct, readVersion, typescriptType } from './declarations.mjs';
import { ditherTile } from './dither.mjs';
import { doctorPage } from './doctor.mjs';
import { analysisPage, errorsPage, limitsPage, presetsPage, recipePage } from './markdown.mjs';
import { environmentExample, settingsPage } from './settings.mjs';
import { readAnalysis, readChecks, readErrors, readLimits, readPresets, readRecipe, readSettings } from './tables.mjs';
import { typescript } from './typescript.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const header = (name) => join(root, 'core/include/limpid', name);

const ENUMS = [
  ['FileFormat', 'inspect.hpp'],
  ['ColorModel', 'inspect.hpp'],
  ['PixelFormat', 'image.hpp'],
  ['MetadataPolicy', 'codec.hpp'],
  ['Stage', 'run.hpp'],
  ['LicenseState', 'security/license.hpp'],
  ['WebhookDialect', 'security/webhook.hpp'],
];

const STRUCTS = [
  ['Evidence', 'recipe.hpp', 'One measured number that a decision rests on.'],
  ['ImageInfo', 'inspect.hpp', 'What an encoded file claims to be.'],
  [
    'Percentiles',
    'analysis.hpp',
    'Levels of one channel at fixed shares of the pixels, 0 (black) to 1 (white), gamma-encoded.',
  ],
  [
    'Illuminant',
    'analysis.hpp',
    'An estimate of the colour of the light: linear-light red, green and blue that sum to 1.',
  ],
  ['ChannelLevels', 'analysis.hpp', 'Gamma-encoded levels, 0 to 1, channel by channel.'],
  ['ChannelShares', 'analysis.hpp', 'Shares of the pixels, 0 to 1, channel by channel.'],
  ['NoiseByLevel', 'analysis.hpp', 'Standard deviations of noise, of full scale, by quarters of the range of luma.'],
  ['Analysed', 'pipeline.hpp', "An image's numbers and the recipe they lead to."],
  ['Report', 'pipeline.hpp', 'What happened, beside the pixels.'],
];

function analysisMembers({ members }, known) {
  const fail = (why) => {
    throw new Error(`analysis.def: ${why}`);
  };
  return members.map(({ type, name, unit, doc }) => ({
    name,
    type: typescriptType(type, known, fail),
    optional: false,
    doc: `${doc} (${unit})`,
  }));
}

function readFacts() {
  const known = new Set([
    'Analysis',
    'Recipe',
    'SceneClass',
    ...ENUMS.map(([name]) => name),
    ...STRUCTS.map(([name]) => name),
  ]);
  const recipe = readRecipe(header('recipe.def'));
  const analysis = readAnalysis(header('analysis.def'));
  const presets = readPresets(header('presets.def'), recipe);
  return {
    version: readVersion(header('version.hpp')),
    errors: readErrors(header('errors.def')),
    limits: readLimits(header('limits.def')),
    checks: readChecks(join(root, 'native/doctor/checks.def')),
    settings: readSettings(join(root, 'native/service/settings.def')),
    recipe,
    analysis,
    presets,
    enums: [
      ...ENUMS.map(([name, file]) => ({ name, names: readEnum(header(file), name) })),
      { name: 'SceneClass', names: analysis.scenes.map(({ name }) => name) },
      { name: 'Preset', names: presets.map(({ name }) => name) },
    ],
    structs: [
      ...STRUCTS.map(([name, file, doc]) => ({ name, doc, members: readStruct(header(file), name, known) })),
      { name: 'Analysis', doc: 'What was measured.', members: analysisMembers(analysis, known) },
    ],
    correction: readStruct(header('recipe.hpp'), 'Correction', known),
  };
}

function stale(path, text) {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
}

function checkPackageVersion(version) {
  const manifest = JSON.parse(readFileSync(join(root, 'js/package.json'), 'utf8'));
  if (manifest.version !== version) {
    throw new Error(
      `js/package.json says version ${manifest.version}; core/include/limpid/version.hpp says ${version}`,
    );
  }
}

function main(args) {
  const check = args.includes('--check');
  const facts = readFacts();
  checkPackageVersion(facts.version);
  const files = {
    'core/src/kernels/dither_tile.cpp': ditherTile(),
    'js/src/generated.ts': typescript(facts),
    'docs/analysis.md': analysisPage(facts.analysis),
    'docs/doctor.md': doctorPage(facts.checks),
    'docs/errors.md': errorsPage(facts.errors),
    'docs/limits.md': limitsPage(facts.limits),
    'docs/presets.md': presetsPage(facts.presets),
    'docs/recipe.md': recipePage(facts.recipe),
    'docs/service-config.md': settingsPage(facts.settings),
    '.env.example': environmentExample(facts.settings),
  };
  const changed = Object.keys(files).filter((path) => stale(path, files[path]));
  if (check) {
    for (const path of changed) console.error(`${path} is not what it is made from: run make generate`);
    return changed.length === 0 ? 0 : 1;
  }
  for (const path of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files[path]);
    console.log(`wrote ${relative(process.cwd(), join(root, path))}`);
  }
  if (changed.length === 0) console.log('generated files are up to date');
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`generate: ${error.message}`);
  process.exitCode = 1;
}

/**
 * limpid/security in browsers. In Node the same calls are there.
 * @module limpid/security
 */

import createVerifier from '../../wasm/limpid-security.web.mjs';
import createTools from '../../wasm/limpid-security-tools.web.mjs';
import { checkMembers, checkUrl } from '../validate.js';
import { compileWasm } from '../web-compile.js';
import { startModule, type Tools, type ToolsModule, type Verifier, type VerifyModule } from './module.js';
import { callsOn, securityOn } from './security.js';
import type { Security, SecurityOptions } from './types.js';

export * from './public.js';

function resolved(url: string | URL): URL {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location.href);
}

// The addresses are written out: bundlers find files by this very form.
function loadVerifier(wasmUrl?: string | URL): Promise<Verifier> {
  const beside = new URL('../../wasm/limpid-security.wasm', import.meta.url);
  return startModule<VerifyModule>(
    createVerifier,
    compileWasm((wasmUrl === undefined ? beside : resolved(wasmUrl)).href),
  );
}

function loadTools(wasmUrl?: string | URL): Promise<Tools> {
  const beside = new URL('../../wasm/limpid-security-tools.wasm', import.meta.url);
  return startModule<ToolsModule>(createTools, compileWasm((wasmUrl === undefined ? beside : resolved(wasmUrl)).href));
}

/**
 * Load the security layer, for calls that are answered at once. The exported functions of the same
 * names load what they need by themselves.
 * @throws LimpidError environment.unsupported, io.unreadable, argument.invalid
 */
export async function createSecurity(options: SecurityOptions = {}): Promise<Security> {
  checkMembers(options, ['wasmUrl', 'toolsWasmUrl']);
  const [verifier, tools] = await Promise.all([
    loadVerifier(checkUrl(options.wasmUrl, 'wasmUrl')),
    loadTools(checkUrl(options.toolsWasmUrl, 'toolsWasmUrl')),
  ]);
  return securityOn(verifier, tools);
}

export const {
  canonicalJson,
  checkUpload,
  generateKeys,
  inspect,
  parseJsonStrict,
  redact,
  signFile,
  signManifest,
  signRecipe,
  signWebhook,
  sniff,
  verifyFile,
  verifyJwt,
  verifyLicense,
  verifyManifest,
  verifyRecipe,
  verifyWebhook,
} = callsOn(loadVerifier, loadTools);

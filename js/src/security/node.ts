// limpid/security in Node.

import createVerifier from '../../wasm/limpid-security.node.mjs';
import createTools from '../../wasm/limpid-security-tools.node.mjs';
import { compileWasm, resolveUrl } from '../node-compile.js';
import { checkMembers, checkUrl } from '../validate.js';
import { startModule, type Tools, type ToolsModule, type Verifier, type VerifyModule } from './module.js';
import { callsOn, securityOn } from './security.js';
import type { Security, SecurityOptions } from './types.js';

export * from './public.js';

function fileOf(name: string, wasmUrl: string | URL | undefined): URL {
  return wasmUrl === undefined ? new URL(`../../wasm/${name}`, import.meta.url) : new URL(resolveUrl(wasmUrl));
}

function loadVerifier(wasmUrl?: string | URL): Promise<Verifier> {
  return startModule<VerifyModule>(createVerifier, compileWasm(fileOf('limpid-security.wasm', wasmUrl)));
}

function loadTools(wasmUrl?: string | URL): Promise<Tools> {
  return startModule<ToolsModule>(createTools, compileWasm(fileOf('limpid-security-tools.wasm', wasmUrl)));
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

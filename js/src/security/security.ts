import * as data from './data.js';
import * as documents from './documents.js';
import { verifyJwt } from './jwt.js';
import { verifyLicense } from './license.js';
import type { ModuleCaller, SecurityModule, Tools, ToolsModule, Verifier, VerifyModule } from './module.js';
import type { HeaderLines, ReplayStore, Security, TextLike, VerifiedWebhook, VerifyWebhookOptions } from './types.js';
import { signWebhook, verifyWebhook, verifyWebhookLater } from './webhook.js';

const VERIFYING = [
  'canonicalJson',
  'parseJsonStrict',
  'verifyFile',
  'verifyJwt',
  'verifyLicense',
  'verifyManifest',
  'verifyRecipe',
  'verifyWebhook',
] as const satisfies readonly (keyof Security)[];
const TOOLS = [
  'checkUpload',
  'generateKeys',
  'inspect',
  'redact',
  'signFile',
  'signManifest',
  'signRecipe',
  'signWebhook',
  'sniff',
] as const satisfies readonly (keyof Security)[];

type Verifying = Pick<Security, (typeof VERIFYING)[number]>;
type Tooling = Pick<Security, (typeof TOOLS)[number]>;

/** The same calls, which first load the module they need. */
export type Deferred<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...args: infer Arguments) => infer Result
    ? (...args: Arguments) => Promise<Result>
    : never;
};

/** The calls of the package, which are those of Security but for a ReplayStore, which may take its time. */
export type SecurityCalls = Deferred<Omit<Security, 'verifyWebhook'>> & {
  readonly verifyWebhook: (
    body: TextLike,
    headers: HeaderLines,
    options: VerifyWebhookOptions<ReplayStore>,
  ) => Promise<VerifiedWebhook>;
};

function verifyingOn(module: Verifier): Verifying {
  return {
    canonicalJson: (text, options = {}) => data.canonicalJson(module, text, options),
    parseJsonStrict: (text, options = {}) => data.parseJsonStrict(module, text, options),
    verifyFile: (file, options) => documents.verifyFile(module, file, options),
    verifyJwt: (token, options) => verifyJwt(module, token, options),
    verifyLicense: (text, options) => verifyLicense(module, text, options),
    verifyManifest: (document, options) => documents.verifyManifest(module, document, options),
    verifyRecipe: (document, options) => documents.verifyRecipe(module, document, options),
    verifyWebhook: (body, headers, options) => verifyWebhook(module, body, headers, options),
  };
}

function toolsOn(module: Tools): Tooling {
  return {
    checkUpload: (content, options = {}) => data.checkUpload(module, content, options),
    generateKeys: (options = {}) => documents.generateKeys(module, options),
    inspect: (file, options = {}) => data.inspect(module, file, options),
    redact: (text, options = {}) => data.redact(module, text, options),
    signFile: (file, options) => documents.signFile(module, file, options),
    signManifest: (contents, options) => documents.signManifest(module, contents, options),
    signRecipe: (recipe, options) => documents.signRecipe(module, recipe, options),
    signWebhook: (body, options) => signWebhook(module, body, options),
    sniff: (content) => data.sniff(module, content),
  };
}

export function securityOn(verifier: Verifier, tools: Tools): Security {
  return Object.freeze({ ...verifyingOn(verifier), ...toolsOn(tools) });
}

/** A module that the first call loads. One that failed to load or broke is loaded anew. */
function loadedOnce<Module extends SecurityModule>(
  load: () => Promise<ModuleCaller<Module>>,
): () => Promise<ModuleCaller<Module>> {
  let loading: Promise<ModuleCaller<Module>> | undefined;
  return async function ready() {
    loading ??= load();
    const mine = loading;
    const forget = () => {
      if (loading === mine) loading = undefined;
    };
    let module: ModuleCaller<Module>;
    try {
      module = await mine;
    } catch (thrown) {
      forget();
      throw thrown;
    }
    if (module.usable) return module;
    forget();
    return ready();
  };
}

function deferred<Calls extends object>(names: readonly (keyof Calls)[], ready: () => Promise<Calls>): Deferred<Calls> {
  const call = (name: keyof Calls) => {
    type Call = (...args: unknown[]) => unknown;
    return async (...args: unknown[]) => ((await ready())[name] as Call)(...args);
  };
  return Object.fromEntries(names.map((name) => [name, call(name)])) as Deferred<Calls>;
}

export function callsOn(
  loadVerifier: () => Promise<ModuleCaller<VerifyModule>>,
  loadTools: () => Promise<ModuleCaller<ToolsModule>>,
): SecurityCalls {
  const verifier = loadedOnce(loadVerifier);
  const tools = loadedOnce(loadTools);
  return Object.freeze({
    ...deferred(VERIFYING, async () => verifyingOn(await verifier())),
    ...deferred(TOOLS, async () => toolsOn(await tools())),
    verifyWebhook: async (body: TextLike, headers: HeaderLines, options: VerifyWebhookOptions<ReplayStore>) =>
      verifyWebhookLater(await verifier(), body, headers, options),
  });
}

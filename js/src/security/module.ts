import { type ErrorFields, errorFields, errorFieldsOf, LimpidError, limpidError } from '../errors.js';
import type { LicenseState, Limits, WebhookDialect } from '../generated.js';
import { type GlueOptions, instantiate, type ModuleError, startFailure } from '../instantiate.js';
import { securityErrorFields } from './errors.js';
import type { LicenseMemory, Refused } from './types.js';

// What wasm/security/bindings.hpp exports. Moments are Unix seconds.

/** What a call gives instead of its results, or beside them. */
export interface Reply {
  /** The call went wrong. */
  error?: ModuleError;
  /** What was verified does not hold. */
  refused?: ModuleError;
}

export interface KeyEntry {
  key: string;
  purposes?: readonly string[];
}

export interface DocumentCall {
  keys: readonly KeyEntry[];
  now: number;
  leeway_s?: number | undefined;
  min_counter?: number | undefined;
  limits: Partial<Limits>;
  input?: Uint8Array;
  output?: Uint8Array;
}

export interface KeyCall {
  secret_key: Uint8Array;
  password?: Uint8Array | undefined;
}

export interface SigningCall extends KeyCall {
  issued_at: number;
  expires_at?: number | undefined;
  counter?: number | undefined;
}

export interface SignatureReply {
  key_id: string;
  purpose: string;
  issued_at: number;
  expires_at?: number;
  counter?: number;
}

export interface WebhookCall {
  dialect: WebhookDialect;
  keys: readonly { secret: Uint8Array; form: 'text' | 'raw'; id?: string | undefined }[];
  now: number;
  signature_header?: string | undefined;
  tolerance_s?: number | undefined;
  replay_memory_s?: number | undefined;
  message_id?: string | undefined;
}

export interface JwtKeyEntry {
  id?: string | undefined;
  hmac_sha256?: Uint8Array;
  ed25519?: Uint8Array;
  jwk?: Uint8Array;
  jwks?: Uint8Array;
}

export interface JwtCall {
  keys: readonly JwtKeyEntry[];
  now: number;
  type?: string | undefined;
  issuers?: readonly string[] | undefined;
  audiences?: readonly string[] | undefined;
  require_issuer?: boolean | undefined;
  require_audience?: boolean | undefined;
  require_expiry?: boolean | undefined;
  required_claims?: readonly string[] | undefined;
  leeway_s?: number | undefined;
  max_age_s?: number | undefined;
}

export interface LicenseCall {
  issuers: readonly string[];
  now: number;
  fingerprint?: string | undefined;
  memory?: LicenseMemory | undefined;
  revocations?: Uint8Array | undefined;
  other_instances?: number | undefined;
  clock_tolerance_s?: number | undefined;
  feature?: string | undefined;
}

export interface LicenseReply extends Reply {
  state: LicenseState;
  memory: LicenseMemory;
  license?: {
    id: string;
    product: string;
    licensee: string;
    fingerprint: string;
    features: string[];
    max_instances: number;
    grace_days: number;
    issued_at: number;
    not_before: number;
    expires_at?: number;
  };
  days_left?: number;
  grace_until?: number;
}

/** What both modules have. */
export interface SecurityModule {
  version(): string;
  readonly HEAPU8: Uint8Array;
}

/** limpid-security.wasm: everything that verifies. */
export interface VerifyModule extends SecurityModule {
  verifyRecipe(document: Uint8Array, options: DocumentCall): Reply & { recipe: string; signature: SignatureReply };
  verifyManifest(document: Uint8Array, options: DocumentCall): Reply & { manifest: string; signature: SignatureReply };
  verifyFile(
    file: Uint8Array,
    options: { key: string; signature: Uint8Array },
  ): Reply & { key_id: string; trusted_comment: string };
  verifyWebhook(
    body: Uint8Array,
    headers: readonly string[],
    options: WebhookCall,
  ): Reply & {
    message_id: string;
    timestamp?: number;
    key_id: string;
    key_index: number;
    replay_id: string;
    replay_expires: number;
  };
  verifyJwt(token: Uint8Array, options: JwtCall): Reply & { claims: string; header: string; key_id: string };
  verifyLicense(text: Uint8Array, options: LicenseCall): LicenseReply;
  parseJson(text: Uint8Array, options: { limits: Partial<Limits> }): Reply & { canonical: string };
}

/** limpid-security-tools.wasm: what signs, looks at files and cleans texts. */
export interface ToolsModule extends SecurityModule {
  generateKeys(options: {
    comment?: string | undefined;
    random(bytes: Uint8Array): void;
  }): Reply & { key_id: string; public_key: string; public_key_file: string; secret_key: Uint8Array<ArrayBuffer> };
  signRecipe(recipe: Uint8Array, options: SigningCall): Reply & { document: string };
  signManifest(
    files: { input: Uint8Array; output: Uint8Array; recipe: Uint8Array; created_at: number },
    options: SigningCall,
  ): Reply & { document: string };
  signFile(
    file: Uint8Array,
    options: KeyCall & { trusted_comment?: string | undefined },
  ): Reply & { signature: string };
  signWebhook(body: Uint8Array, options: WebhookCall): Reply & { headers: [string, string][] };
  inspect(file: Uint8Array, options: { limits: Partial<Limits> }): Reply & { info: string };
  sniff(content: Uint8Array): Reply & { media_type: string };
  checkUpload(
    content: Uint8Array,
    options: {
      declared_type?: string | undefined;
      allowed?: readonly string[] | undefined;
      max_bytes?: number | undefined;
    },
  ): Reply & { media_type: string };
  redact(
    text: Uint8Array,
    options: { kind: string; header?: string | undefined; secrets?: readonly Uint8Array[] | undefined },
  ): Reply & { text: string };
}

/** @throws LimpidError environment.unsupported, io.unreadable */
export async function startModule<Module extends SecurityModule>(
  factory: (options: GlueOptions) => Promise<Module>,
  wasm: Promise<WebAssembly.Module>,
): Promise<ModuleCaller<Module>> {
  try {
    return new ModuleCaller(await instantiate(factory, await wasm));
  } catch (thrown) {
    throw new LimpidError(startFailure(thrown), { cause: thrown });
  }
}

export function refusal({ code, found }: ModuleError): Refused {
  const { message } = securityErrorFields(code, found);
  return { ok: false, code, found, message };
}

function thrownByModule(thrown: unknown): ErrorFields {
  const { Exception } = WebAssembly as unknown as { Exception?: new () => object };
  // The one exception of C++ that the module knows is std::bad_alloc.
  return Exception !== undefined && thrown instanceof Exception
    ? errorFields('memory.exhausted')
    : errorFieldsOf(thrown);
}

/** One instance, and whether it can still be used. */
export class ModuleCaller<Module extends SecurityModule> {
  readonly #module: Module;
  #usable = true;

  constructor(module: Module) {
    this.#module = module;
  }

  /** False once something was thrown through the module. */
  get usable(): boolean {
    return this.#usable;
  }

  /** @throws LimpidError for a call that went wrong; what was refused is in the reply */
  call<Answer extends Reply>(run: (module: Module) => Answer): Answer {
    if (!this.#usable) throw limpidError('internal.failure', 'the module has failed before');
    let reply: Answer;
    try {
      reply = run(this.#module);
    } catch (thrown) {
      // A trap, or memory that ran out: the instance may be in any state.
      this.#usable = false;
      throw new LimpidError(thrownByModule(thrown), { cause: thrown });
    }
    if (reply.error) throw new LimpidError(securityErrorFields(reply.error.code, reply.error.found));
    return reply;
  }
}

export type Verifier = ModuleCaller<VerifyModule>;
export type Tools = ModuleCaller<ToolsModule>;

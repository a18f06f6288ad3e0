import type {
  ErrorCode,
  FileFormat,
  ImageInfo,
  LicenseState,
  Limits,
  Recipe,
  RecipeInput,
  WebhookDialect,
} from '../generated.js';

/** Bytes, or text that is written as UTF-8. */
export type TextLike = string | Uint8Array;

/** Why something was refused: what was verified does not hold. The codes are listed in docs/errors.md. */
export interface Refused {
  readonly ok: false;
  /** Stable: never renamed once released. */
  readonly code: ErrorCode;
  /** What was found; holds no secret. */
  readonly found: string;
  /** One line: code, sentence, what was found, what to do. */
  readonly message: string;
}

/**
 * What a verification gives: everything that was verified, or the reason there is none. Calls that
 * cannot be answered at all (a key that is none, an option out of range) throw a LimpidError.
 */
export type Verdict<Verified> = ({ readonly ok: true } & Verified) | Refused;

export interface SecurityOptions {
  /** Where limpid-security.wasm is; by default beside this module. Nothing is ever fetched from elsewhere. */
  readonly wasmUrl?: string | URL | undefined;
  /** The same for limpid-security-tools.wasm. */
  readonly toolsWasmUrl?: string | URL | undefined;
}

/** A public key as generateKeys() or minisign writes it: the line alone, or a whole key file. */
export type PublicKey = string;

/** A key that is believed; alone it is believed for what is being verified, and for nothing else. */
export type TrustedKey = PublicKey | { readonly key: PublicKey; readonly purposes: readonly string[] };

/** Every call that looks at the time. */
export interface TimeOptions {
  /** Default: the clock of this machine. Fractions of a second are dropped. */
  readonly now?: Date | undefined;
}

export interface DocumentOptions extends TimeOptions {
  /** At most 256. With none, nothing verifies. */
  readonly keys: readonly TrustedKey[];
  /** How far the clocks of signer and verifier may differ, 0 to 86400. Default 60. */
  readonly leewaySeconds?: number | undefined;
  /** The counter of the newest version seen so far: older documents are refused. */
  readonly minCounter?: number | undefined;
  /** Of the recipe within. */
  readonly limits?: Partial<Limits> | undefined;
}

export interface ManifestOptions extends DocumentOptions {
  /** The two files it has to be about. Without them only the signature is verified. */
  readonly files?: { readonly input: Uint8Array; readonly output: Uint8Array } | undefined;
}

/** What was signed beside the content. */
export interface SignatureInfo {
  readonly keyId: string;
  readonly purpose: string;
  readonly issuedAt: Date;
  readonly expiresAt?: Date;
  readonly counter?: number;
}

/** Which file: its size and its digest. */
export interface FileIdentity {
  readonly bytes: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** Which output came from which input, and how. */
export interface Manifest {
  readonly version: 1;
  readonly input: FileIdentity;
  readonly output: FileIdentity & { readonly format: FileFormat };
  /** As applied. */
  readonly recipe: Recipe;
  /** Of the limpid that signed it. */
  readonly library_version: string;
  /** Unix seconds. */
  readonly created_at: number;
}

/** Frozen, and its objects have no prototype, as everything that was verified. */
export type VerifiedRecipe = Verdict<{ readonly recipe: Recipe; readonly signature: SignatureInfo }>;
export type VerifiedManifest = Verdict<{ readonly manifest: Manifest; readonly signature: SignatureInfo }>;

export interface SigningKeyOptions {
  /** What generateKeys() gave, or the bytes of a minisign secret key file. */
  readonly secretKey: Uint8Array;
  /** Of a key file that has one; minisign's own take 1 GiB of memory and seconds. */
  readonly password?: Uint8Array | undefined;
}

export interface SigningOptions extends SigningKeyOptions {
  /** Default: the clock of this machine. */
  readonly issuedAt?: Date | undefined;
  /** Default: valid for as long as the key is trusted. */
  readonly expiresAt?: Date | undefined;
  /** Grows with every newer version of the same document. */
  readonly counter?: number | undefined;
}

/** What a manifest is made of. */
export interface ManifestContents {
  readonly input: Uint8Array;
  /** The enhanced file; its format is read from its content. */
  readonly output: Uint8Array;
  /** `Enhanced.recipe`, as applied. */
  readonly recipe: RecipeInput | string;
}

export interface KeyPair {
  readonly keyId: string;
  readonly publicKey: PublicKey;
  /** The text of a .pub file, for minisign too. */
  readonly publicKeyFile: string;
  /** The text of a key file without a password. Seal it, or keep it where only its owner can read; overwrite it after use. */
  readonly secretKey: Uint8Array<ArrayBuffer>;
}

export type VerifiedFile = Verdict<{
  readonly keyId: string;
  /** Signed with the file. */
  readonly trustedComment: string;
}>;

/** Header lines of a request; names are compared without regard to case. */
export type HeaderLines =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookKey {
  readonly secret: Uint8Array;
  /**
   * `text`: `whsec_`, `whpk_` or `whsk_` and base64, the default for standard and svix.
   * `raw`: the bytes are the key, the default for github, stripe and hex, whose secrets are the text itself.
   */
  readonly form?: 'text' | 'raw' | undefined;
  /** Names the key in answers and logs. */
  readonly id?: string | undefined;
}

export interface WebhookOptions extends TimeOptions {
  readonly dialect: WebhookDialect;
  /** 1 to 16 of one sender: old and new during a rotation. */
  readonly keys: readonly WebhookKey[];
  /** Carries the signature; for dialect hex, which needs it. */
  readonly signatureHeader?: string | undefined;
}

/** Remembers which messages came already. Share it between all processes of a service. */
export interface ReplayStore {
  /**
   * Note `id` and say, as one atomic step, whether it was noted before; it may be forgotten after
   * `expires`. A store that cannot answer says so, or throws: the message is refused.
   */
  seen(id: string, expires: Date): ReplayAnswer | Promise<ReplayAnswer>;
}
/** One that answers at once. */
export interface ImmediateReplayStore extends ReplayStore {
  seen(id: string, expires: Date): ReplayAnswer;
}
export type ReplayAnswer = 'fresh' | 'replayed' | 'unavailable';

export interface VerifyWebhookOptions<Store extends ReplayStore = ReplayStore> extends WebhookOptions {
  /** How far a signed time may lie in the past or in the future, 0 to 86400. Default 300. */
  readonly toleranceSeconds?: number | undefined;
  /** How long deliveries without signed time (github, hex) are remembered. Default 86400. */
  readonly replayMemorySeconds?: number | undefined;
  /** Asked last, after signature and time. Without it copies within the tolerance are not noticed. */
  readonly replays?: Store | undefined;
}

export interface SignWebhookOptions extends WebhookOptions {
  /** For standard and svix, which need it; the same for every attempt to deliver one message. */
  readonly messageId?: string | undefined;
}

export type VerifiedWebhook = Verdict<{
  /** Standard and svix only. */
  readonly messageId?: string;
  /** Absent in the dialects that sign none. */
  readonly timestamp?: Date;
  /** WebhookKey.id of the key that matched, and its place in the list. */
  readonly keyId: string;
  readonly keyIndex: number;
  /** What a ReplayStore knows the delivery by, to forget it when handling fails. */
  readonly replayId: string;
}>;

/** JSON as text, bytes or a plain object. */
export type JsonLike = TextLike | object;

/** A key and the one algorithm it is for. `id` is its `kid`. */
export type JwtKey =
  /** HS256: 32 bytes or more. */
  | { readonly hmacSha256: Uint8Array; readonly id?: string | undefined }
  /** EdDSA: a public key of 32 bytes. */
  | { readonly ed25519: Uint8Array; readonly id?: string | undefined }
  /** A JSON Web Key. One that holds a secret (`oct`) comes as bytes. */
  | { readonly jwk: JsonLike }
  /** A JSON Web Key Set of public keys. */
  | { readonly jwks: JsonLike };

/** What a token must say. The defaults demand everything RFC 8725 wants. */
export interface VerifyJwtOptions extends TimeOptions {
  /** 1 to 100. */
  readonly keys: readonly JwtKey[];
  /** `iss` must be one of these. Needed unless requireIssuer is false. */
  readonly issuer?: string | readonly string[] | undefined;
  /** `aud` must hold one of these. Needed unless requireAudience is false. */
  readonly audience?: string | readonly string[] | undefined;
  /** The header's `typ`. Default JWT; OAuth 2.0 access tokens have at+jwt; empty: not looked at. */
  readonly type?: string | undefined;
  readonly requireIssuer?: boolean | undefined;
  readonly requireAudience?: boolean | undefined;
  readonly requireExpiry?: boolean | undefined;
  /** Claims that must be there besides. */
  readonly requiredClaims?: readonly string[] | undefined;
  /** How far clocks may differ, 0 to 600. Default 60. */
  readonly leewaySeconds?: number | undefined;
  /** If set, `iat` must be there and no further back. */
  readonly maxAgeSeconds?: number | undefined;
}

/** A JSON value; objects have no prototype. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export type JsonObject = { readonly [name: string]: JsonValue };

export type VerifiedJwt = Verdict<{
  readonly claims: JsonObject;
  readonly header: JsonObject;
  /** `kid` of the key that matched; may be empty. */
  readonly keyId: string;
}>;

/** What an installation remembers from one check to the next. Keep it as JSON where its user cannot change it. */
export interface LicenseMemory {
  readonly last_seen: number;
  readonly issued_at: number;
  readonly deactivated: boolean;
  readonly revocations_seen: number;
}

export interface VerifyLicenseOptions extends TimeOptions {
  /** Keys of the issuer: several while one replaces another. With none, nothing is genuine. */
  readonly issuers: readonly PublicKey[];
  /** This machine's; needed for licences that are bound to one. */
  readonly fingerprint?: string | undefined;
  /** What the last check gave; absent at the first. */
  readonly memory?: LicenseMemory | undefined;
  /** A signed list of withdrawn licences. */
  readonly revocations?: TextLike | undefined;
  /** Instances that run beside this one. Default 0. */
  readonly otherInstances?: number | undefined;
  /** How far the clock may go back between two checks. Default 3600. */
  readonly clockToleranceSeconds?: number | undefined;
  /** Refused unless the licence lists it. */
  readonly feature?: string | undefined;
}

/** What an issuer signed. */
export interface License {
  readonly id: string;
  readonly product: string;
  /** Personal data. */
  readonly licensee: string;
  /** Empty: not bound to a machine. */
  readonly fingerprint: string;
  readonly features: readonly string[];
  /** 0: any number. */
  readonly maxInstances: number;
  readonly graceDays: number;
  readonly issuedAt: Date;
  readonly notBefore: Date;
  /** Absent: for ever. */
  readonly expiresAt?: Date;
}

/** Known whenever the licence was looked at, usable or not. */
export interface LicenseFacts {
  readonly state: LicenseState;
  /** To be kept for the next check. */
  readonly memory: LicenseMemory;
  /** Whole days to the end, negative after it; absent without an end. */
  readonly daysLeft?: number;
  readonly graceUntil?: Date;
}

export type VerifiedLicense =
  | ({ readonly ok: true; readonly license: License } & LicenseFacts)
  /** `license` where it is genuine but cannot be used; no facts where the revocation list was refused. */
  | (Refused & Partial<LicenseFacts> & { readonly license?: License });

export interface LimitsOptions {
  readonly limits?: Partial<Limits> | undefined;
}

export interface UploadOptions {
  /** The Content-Type header; absent declares nothing. */
  readonly declaredType?: string | undefined;
  /** Default image/jpeg, image/png, image/webp, image/tiff. */
  readonly allowed?: readonly string[] | undefined;
  /** Default 52428800. */
  readonly maxBytes?: number | undefined;
}

export interface RedactOptions {
  /** What the text is. Default text; `header` needs the name beside it. */
  readonly as?: 'text' | 'json' | 'query' | 'url' | 'header' | undefined;
  /** Name of the header that the text is the value of. */
  readonly header?: string | undefined;
  /** Secrets to find wherever they turn up, 6 bytes or more each. */
  readonly secrets?: readonly Uint8Array[] | undefined;
}

/**
 * The security layer, loaded: every call is answered at once. What verifies is a module of its own,
 * which cannot sign; the rest is another. Secrets are Uint8Arrays and are
 * overwritten in the module's memory before the call returns; the caller's own copy is the
 * caller's. Every call throws a LimpidError where it cannot be answered: argument.invalid, key.*,
 * memory.exhausted, internal.failure.
 */
export interface Security {
  /** A new Ed25519 key, from crypto.getRandomValues(). */
  generateKeys(options?: { readonly comment?: string | undefined }): KeyPair;

  /** Verify and read a recipe that was signed with signRecipe() or `limpid sign`. */
  verifyRecipe(document: TextLike, options: DocumentOptions): VerifiedRecipe;
  /** @throws also recipe.* */
  signRecipe(recipe: RecipeInput | string, options: SigningOptions): string;

  /** Verify and read a manifest: which output came from which input, and how. */
  verifyManifest(document: TextLike, options: ManifestOptions): VerifiedManifest;
  /** @throws also recipe.*, and the errors of inspect() for the output */
  signManifest(contents: ManifestContents, options: SigningOptions): string;

  /** Was the file signed with this key, as `minisign -S` does? */
  verifyFile(file: Uint8Array, options: { readonly key: PublicKey; readonly signature: TextLike }): VerifiedFile;
  /** @returns the text of a .minisig file */
  signFile(file: Uint8Array, options: SigningKeyOptions & { readonly trustedComment?: string | undefined }): string;

  /** Verify a delivery. `body` as received: before any decoding or parsing. */
  verifyWebhook(
    body: TextLike,
    headers: HeaderLines,
    options: VerifyWebhookOptions<ImmediateReplayStore>,
  ): VerifiedWebhook;
  /** @returns the headers that make `body` a genuine delivery */
  signWebhook(body: TextLike, options: SignWebhookOptions): Record<string, string>;

  /** Verify a JSON Web Token: HS256 and EdDSA. RS256, PS256 and ES256 are refused with jwt.unsupported_algorithm. */
  verifyJwt(token: string, options: VerifyJwtOptions): VerifiedJwt;

  /** What a licence is worth now, without a server. */
  verifyLicense(text: TextLike, options: VerifyLicenseOptions): VerifiedLicense;

  /** Headers of a JPEG, PNG or WebP file; no pixel is decoded. */
  inspect(file: Uint8Array, options?: LimitsOptions): Verdict<{ readonly info: ImageInfo }>;
  /** The media type of content by its signature, never by a name; application/octet-stream when unknown. */
  sniff(content: Uint8Array): string;
  /** Decide on a whole upload by its content: type, size, false declarations, polyglots. */
  checkUpload(content: Uint8Array, options?: UploadOptions): Verdict<{ readonly mediaType: string }>;

  /** Parse untrusted JSON, refusing whatever two readers could understand differently. */
  parseJsonStrict(text: TextLike, options?: LimitsOptions): Verdict<{ readonly value: JsonValue }>;
  /** The one text that RFC 8785 gives a JSON value; refuses what parseJsonStrict() refuses. */
  canonicalJson(text: TextLike, options?: LimitsOptions): Verdict<{ readonly json: string }>;

  /** Text made fit for a log: secrets are replaced by name, by form and by value. */
  redact(text: TextLike, options?: RedactOptions): string;
}

import type { Analysis, ErrorCode, FileFormat, ImageInfo, Preset, Recipe, RecipeInput } from '../generated.js';
import type { Resize } from '../types.js';

/** One encoded JPEG, PNG or WebP file. A File is a Blob. It must not change until the call has ended. */
export type ServiceInput = Blob | ArrayBuffer | ArrayBufferView;

export interface ClientOptions {
  /** Where limpidd is, as `https://photos.example.org`; a path before `/v1` is kept. Without user, query and fragment. */
  readonly url: string | URL;
  /** An API key or a token, or what gives one before each request. It is sent to `url` only. */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Sends the requests; by default the platform's. */
  readonly fetch?: ((url: URL, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * How often a request is sent again when the service is busy (429 and 503), out of reach, or behind a
   * gateway that cannot reach it. 0 to 100. Default 3. Requests change nothing by being repeated, and a
   * job that is submitted again is the same job.
   */
  readonly retries?: number | undefined;
  /**
   * Longest wait before a request is sent again, in milliseconds, 0 to 86,400,000. A service that asks for
   * more gets no second request: the call fails with what the service said. Default 60,000.
   */
  readonly max_retry_wait_ms?: number | undefined;
}

export interface ServiceCallOptions {
  /** Aborting rejects the call with the code run.cancelled (name AbortError), and ends its request. */
  readonly signal?: AbortSignal | undefined;
}

/** A size to bring an image to. The service has one filter, lanczos3. */
export type ServiceResize = Omit<Resize, 'filter'>;

export interface ServiceEnhanceOptions extends ServiceCallOptions {
  /** Default: the format of the input. */
  readonly format?: FileFormat | undefined;
  /** 1 to 100, for JPEG and WebP. Default 90. */
  readonly quality?: number | undefined;
  /** Taste, for a recipe that is decided; a given one takes none. Default natural. */
  readonly preset?: Preset | undefined;
  /** 0 to 1, scales every correction. Default 1. */
  readonly strength?: number | undefined;
  /** Before the file is written. */
  readonly resize?: ServiceResize | undefined;
  /** Apply this recipe, an object or JSON text, instead of deciding one. */
  readonly recipe?: RecipeInput | string | undefined;
}

export interface SubmitOptions extends ServiceEnhanceOptions {
  /**
   * Who submits again with the same key gets the same job, also from another process: 1 to 255 visible
   * ASCII characters without `"` and `\`. Default: one that nobody else has, for the retries of this call.
   */
  readonly idempotencyKey?: string | undefined;
}

/** An image that the service has made. */
export interface ServiceImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** e.g. image/jpeg */
  readonly mediaType: string;
  /** For the operator, who finds the request in the log by it. */
  readonly requestId: string;
}

export interface ServiceAnalysis {
  readonly analysis: Analysis;
  readonly info: ImageInfo;
  readonly recipe: Recipe;
}

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** As RFC 9457. */
export interface Problem {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly request_id?: string;
}

export interface Job {
  readonly id: string;
  readonly status: JobStatus;
  /** How many workers have begun it. */
  readonly attempts: number;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly started?: string;
  readonly ended?: string;
  /** Of one that is done. */
  readonly output?: { readonly media_type: string; readonly bytes: number; readonly sha256: string };
  /** Of one that has failed. */
  readonly error?: Problem;
}

export interface WaitOptions extends ServiceCallOptions {
  /** Called with the job at every change, the last one included. */
  readonly onChange?: ((job: Job) => void) | undefined;
}

/** Photos that the service keeps and enhances later. A job exists for the credential that made it. */
export interface JobCalls {
  /** Resolves when the service has the photo on its disk. */
  submit(image: ServiceInput, options?: SubmitOptions): Promise<Job>;
  get(id: string, options?: ServiceCallOptions): Promise<Job>;
  /**
   * The job when it has ended, however it did. Follows its events, and goes on where they stopped when the
   * connection breaks.
   */
  wait(id: string, options?: WaitOptions): Promise<Job>;
  /** What a job has made. One that is not done has no output: job.no_output. */
  output(id: string, options?: ServiceCallOptions): Promise<ServiceImage>;
  /** Waits, and gives the output. Rejects with the job's own error when it has failed. */
  result(id: string, options?: WaitOptions): Promise<ServiceImage>;
  /** Cancels a job that has not ended; forgets one that is done or has failed. */
  delete(id: string, options?: ServiceCallOptions): Promise<void>;
}

export interface Client {
  /** The bytes are those that limpid writes itself for the same file and options. */
  enhance(image: ServiceInput, options?: ServiceEnhanceOptions): Promise<ServiceImage>;
  analyse(image: ServiceInput, options?: ServiceCallOptions): Promise<ServiceAnalysis>;
  inspect(image: ServiceInput, options?: ServiceCallOptions): Promise<ImageInfo>;
  readonly jobs: JobCalls;
}

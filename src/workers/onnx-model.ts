/** One ONNX classifier of texts: checks that its files fit, and tells how sure it is of its label. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-web';
import { createTokenWindows, type TokenWindows } from './token-windows.ts';

/** A file that stays the one it was at the start. */
export interface PinnedFile {
  readonly path: string;
  readonly sha256: string;
}

export interface OnnxModelFiles {
  /** What it is set up for, as in the configuration. */
  readonly name: string;
  readonly model: PinnedFile;
  readonly tokenizer: PinnedFile;
  /** Number of the label that is looked for. */
  readonly label: number;
  readonly tokensMax: number;
}

/** What both packages of the runtime have; only that of WebAssembly starts threads by this setting. */
export interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => TypedTensor<'int64'>;
}

export interface OnnxLibraries {
  readonly runtime: OnnxRuntime;
  readonly tokenizers: Parameters<typeof createTokenWindows>[0];
}

/** Why a model cannot be used: one line for the operator, of our own words. */
export class OnnxModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OnnxModelError';
  }
}

const IDS = 'input_ids';
const MASK = 'attention_mask';
const TYPES = 'token_type_ids';

/** @throws OnnxModelError */
export function pinFile(path: string, setting: string): PinnedFile {
  try {
    return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault';
    throw new OnnxModelError(`${setting}: cannot be read (${code})`, { cause });
  }
}

function readPinned({ path, sha256 }: PinnedFile, setting: string): Buffer {
  const now = pinFile(path, setting);
  if (now.sha256 !== sha256) throw new OnnxModelError(`${setting}: has changed since the start`);
  return readFileSync(path);
}

export class OnnxModel {
  readonly #session: InferenceSession;
  readonly #windowsOf: TokenWindows;
  readonly #runtime: OnnxRuntime;
  readonly #files: OnnxModelFiles;
  readonly #output: string;

  private constructor(
    session: InferenceSession,
    windowsOf: TokenWindows,
    runtime: OnnxRuntime,
    files: OnnxModelFiles,
  ) {
    this.#session = session;
    this.#windowsOf = windowsOf;
    this.#runtime = runtime;
    this.#files = files;
    const { outputNames } = session;
    this.#output = outputNames.includes('logits') ? 'logits' : (outputNames[0] ?? '');
  }

  /** Reads the files and tries the model on a text. @throws OnnxModelError */
  static async load(files: OnnxModelFiles, libraries: OnnxLibraries, cores: number): Promise<OnnxModel> {
    const { runtime, tokenizers } = libraries;
    const place = `secondStage.detectors.${files.name}`;
    const bytes = readPinned(files.model, `${place}.model`);
    const options = { intraOpNumThreads: cores, interOpNumThreads: 1 };
    const session = await runtime.InferenceSession.create(bytes, options).catch((cause: unknown) => {
      throw new OnnxModelError(`${place}.model: is no ONNX model that can be loaded`, { cause });
    });
    const foreign = session.inputNames.filter((name) => name !== IDS && name !== MASK && name !== TYPES);
    if (foreign.length > 0 || !session.inputNames.includes(IDS)) {
      const told = session.inputNames.map((name) => name.slice(0, 60)).join(', ');
      const asked = `${IDS}, with or without ${MASK} and ${TYPES}`;
      throw new OnnxModelError(`${place}.model: has the inputs ${told}; it must have ${asked}`);
    }
    const windowsOf = readTokenizer(files, tokenizers, `${place}.tokenizer`);
    const model = new OnnxModel(session, windowsOf, runtime, files);
    await model.score('A text.').catch((cause: unknown) => {
      if (cause instanceof OnnxModelError) throw cause;
      const message = 'does not run on the ids of its tokenizer, one text at a time';
      throw new OnnxModelError(`${place}.model: ${message}`, { cause });
    });
    return model;
  }

  /** How sure the model is of its label, 0 to 1; of a long text the highest of its windows. */
  async score(text: string): Promise<number> {
    let highest = 0;
    for (const ids of this.#windowsOf(text)) highest = Math.max(highest, await this.#scoreWindow(ids));
    return highest;
  }

  async #scoreWindow(ids: readonly number[]): Promise<number> {
    const all: Readonly<Record<string, (id: number) => bigint>> = {
      [IDS]: (id) => BigInt(id),
      [MASK]: () => 1n,
      [TYPES]: () => 0n,
    };
    const feeds: Record<string, Tensor> = {};
    for (const name of this.#session.inputNames) {
      const values = BigInt64Array.from(ids, all[name] ?? (() => 0n));
      feeds[name] = new this.#runtime.Tensor('int64', values, [1, ids.length]);
    }
    const output = (await this.#session.run(feeds))[this.#output];
    return this.#readLogits(output);
  }

  /** One logit is one of yes; several are of labels that exclude each other. */
  #readLogits(output: Tensor | undefined): number {
    const { name, label } = this.#files;
    const place = `secondStage.detectors.${name}`;
    const [batch, count = 0, ...more] = output?.dims ?? [];
    if (output?.type !== 'float32' || batch !== 1 || count < 1 || more.length > 0)
      throw new OnnxModelError(`${place}.model: must answer a text with one row of float32 logits`);
    const logits = Array.from(output.data as Float32Array);
    if (!logits.every(Number.isFinite)) throw new OnnxModelError(`${place}.model: answers what is no number`);
    if (count === 1) return 1 / (1 + Math.exp(-(logits[0] ?? 0)));
    const own = logits[label];
    if (own === undefined)
      throw new OnnxModelError(`${place}.label: must be a number from 0 to ${count - 1} for this model`);
    const most = Math.max(...logits);
    return Math.exp(own - most) / logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  }
}

function readTokenizer(
  { tokenizer, tokensMax }: OnnxModelFiles,
  library: OnnxLibraries['tokenizers'],
  place: string,
): TokenWindows {
  const bytes = readPinned(tokenizer, place);
  try {
    const file: unknown = JSON.parse(bytes.toString('utf8'));
    return createTokenWindows(library, file, readConfig(dirname(tokenizer.path)), tokensMax);
  } catch (cause) {
    throw new OnnxModelError(`${place}: is no tokenizer.json that can be used`, { cause });
  }
}

/** The file that lies beside a tokenizer.json where it came from; not every one needs it. */
function readConfig(folder: string): object {
  try {
    const config: unknown = JSON.parse(readFileSync(join(folder, 'tokenizer_config.json'), 'utf8'));
    return typeof config === 'object' && config !== null ? config : {};
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw cause;
  }
}

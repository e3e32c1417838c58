/** The thread that runs ONNX classifiers: the runtime computes on the thread that calls it. */
import { type OnnxLibraries, OnnxModel, OnnxModelError, type OnnxModelFiles } from './onnx-model.ts';
import { serveThread } from './thread.ts';

/** What a thread of this kind is started with. */
export interface OnnxThreadData {
  readonly models: readonly OnnxModelFiles[];
  /** That one run may use. */
  readonly cores: number;
  /** Packages of the runtime; the first that is installed runs the models. */
  readonly runtimes: readonly string[];
}

/** One text for the model of that name; without it the thread says whether its models are loaded. */
export interface OnnxJob {
  readonly name?: string;
  readonly text: string;
}

/** `fault`: why no model can be used, for the operator. */
export type OnnxReply = { readonly score: number } | { readonly fault: string };

/** Where the thread's code stands. */
export const ONNX_THREAD = new URL(import.meta.url);
export const ONNX_THREAD_NAME = 'onnx';

const TOKENIZERS = '@huggingface/tokenizers';
const MISSING =
  'secondStage.detectors: the judge onnx needs the packages @huggingface/tokenizers and onnxruntime-node ' +
  '(or onnxruntime-web), which are installed apart (docs/detection.md)';

type Run = (job: OnnxJob) => Promise<OnnxReply>;

async function load({ models, cores, runtimes }: OnnxThreadData): Promise<Run> {
  const libraries = await importLibraries(runtimes);
  libraries.runtime.env.wasm.numThreads = cores;
  const loaded = new Map<string, OnnxModel>();
  for (const files of models) loaded.set(files.name, await OnnxModel.load(files, libraries, cores));
  return async ({ name, text }) => {
    if (name === undefined) return { score: 0 };
    const model = loaded.get(name);
    if (model === undefined) throw new RangeError('no model of this name');
    return { score: await model.score(text) };
  };
}

/** @throws OnnxModelError where they are not installed */
async function importLibraries(runtimes: readonly string[]): Promise<OnnxLibraries> {
  const tokenizers = await importOne<OnnxLibraries['tokenizers']>(TOKENIZERS);
  for (const name of runtimes) {
    const runtime = await importOne<OnnxLibraries['runtime']>(name);
    if (runtime !== undefined && tokenizers !== undefined) return { runtime, tokenizers };
  }
  throw new OnnxModelError(MISSING);
}

/** Undefined where it is not installed, or has no binary for this machine. */
async function importOne<T>(name: string): Promise<T | undefined> {
  try {
    return (await import(name)) as T;
  } catch {
    return undefined;
  }
}

/** A thread whose models cannot be used lives on, so that it can say why. */
const startThread = async (data: unknown): Promise<(body: unknown) => Promise<OnnxReply>> => {
  try {
    const run = await load(data as OnnxThreadData);
    return (body) => run(body as OnnxJob);
  } catch (cause) {
    if (!(cause instanceof OnnxModelError)) throw cause;
    return async () => ({ fault: cause.message });
  }
};

serveThread(ONNX_THREAD_NAME, startThread);

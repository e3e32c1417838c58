/** The `secondStage:` of the configuration: which detectors ask which slower judge, and when. */
import { z } from 'zod';
import { oneOf, optionalSection, section, text, wholeNumber } from './config-fields.ts';

const share = (what: string) => {
  const error = `must be ${what} from 0 to 1`;
  return z.number({ error }).min(0, { error }).max(1, { error });
};

const band = z
  .tuple([share('a confidence'), share('a confidence')], { error: 'must be two confidences, [from, to]' })
  .refine(([from, to]) => from < to, { error: 'must be two confidences, the lower one first' });

const ONNX_KEYS = ['model', 'tokenizer', 'label', 'threshold', 'tokens'] as const;

/** @param shipped a model of this program stands where none is named */
const detector = (shipped: boolean) =>
  section({
    judge: oneOf('onnx', 'llm'),
    band,
    model: text(4_096).optional(),
    tokenizer: text(4_096).optional(),
    label: wholeNumber(0, 1_000).optional(),
    threshold: share('a number').optional(),
    tokens: wholeNumber(16, 8_192).optional(),
  }).superRefine((entry, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (entry.judge === 'llm') {
      for (const key of ONNX_KEYS)
        if (entry[key] !== undefined) issue(key, 'does not belong to the judge llm');
      return;
    }
    if (entry.model !== undefined && entry.tokenizer === undefined)
      issue('tokenizer', 'must name the tokenizer.json of the model');
    if (entry.model === undefined && entry.tokenizer !== undefined) issue('model', 'must name an ONNX file');
    else if (entry.model === undefined && !shipped)
      issue('model', 'must name an ONNX file: none for this detector comes with the program');
  });

export const secondStageSchema = optionalSection({
  detectors: optionalSection({
    injection: detector(true).optional(),
    toxic_content: detector(false).optional(),
  }),
  deadlineMs: wholeNumber(10, 60_000).default(300),
  onFailure: oneOf('first-stage', 'block').default('first-stage'),
  threads: wholeNumber(1, 16).default(1),
  cores: wholeNumber(1, 64).default(1),
  waiting: wholeNumber(1, 10_000).default(64),
});

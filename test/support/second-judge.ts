/** A judge of the second stage for tests: its verdicts are a function of what it is asked. */
import type { SecondQuestion, SecondStage, SecondStageSettings } from '../../src/core/second-stage.ts';

export interface FakeSecondJudge {
  readonly asked: (SecondQuestion & { readonly deadlineMs: number })[];
  answer: (question: SecondQuestion) => boolean | Promise<boolean>;
  readonly stage: SecondStage;
}

export function fakeSecondJudge(settings: Partial<SecondStageSettings> = {}): FakeSecondJudge {
  const rule = { judge: 'onnx', band: [0.2, 0.9] } as const;
  const fake: FakeSecondJudge = {
    asked: [],
    answer: () => false,
    stage: {
      settings: {
        detectors: { injection: rule, toxic_content: rule },
        deadlineMs: 300,
        onFailure: 'first-stage',
        ...settings,
      },
      judge: {
        async ask(question, deadlineMs) {
          fake.asked.push({ ...question, deadlineMs });
          return fake.answer(question);
        },
      },
    },
  };
  return fake;
}

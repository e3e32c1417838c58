/** The sources that `npm run mutate` changes, in groups, each with the quick tests that must notice. */

export interface Group {
  readonly name: string;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

export const GROUPS: readonly Group[] = [
  {
    name: 'verdict',
    sources: ['src/core/verdict.ts', 'src/engine/verdict.ts', 'src/inspection/judge.ts'],
    tests: [
      'test/unit/core/verdict.test.ts',
      'test/unit/engine/{judgement,verdict}.test.ts',
      'test/unit/inspection/judge.test.ts',
      'test/unit/inspection/inspector.test.ts',
    ],
  },
  {
    name: 'router',
    sources: ['src/proxy/routes.ts'],
    tests: ['test/unit/proxy/routes.test.ts'],
  },
  {
    name: 'body-reader',
    sources: [
      'src/core/json.ts',
      'src/proxy/body-bytes.ts',
      'src/proxy/content-coding.ts',
      'src/proxy/receive.ts',
    ],
    tests: [
      'test/unit/core/json.test.ts',
      'test/unit/proxy/body-bytes.test.ts',
      'test/unit/proxy/content-coding.test.ts',
      'test/unit/proxy/receive.test.ts',
      'test/fuzz/json.test.ts',
    ],
  },
  {
    name: 'stream-guard',
    sources: [
      'src/inspection/stream-guard.ts',
      'src/inspection/channel.ts',
      'src/inspection/channel-set.ts',
      'src/inspection/held-events.ts',
      'src/inspection/split.ts',
      'src/inspection/whole-answer.ts',
    ],
    tests: [
      'test/unit/inspection/{channel,held-events,split,stream-guard,stream-guard-questions,whole-answer}.test.ts',
      'test/fuzz/stream-guard.test.ts',
    ],
  },
  {
    name: 'failure-policy',
    sources: [
      'src/scan/failure-policy.ts',
      'src/scan/fallback.ts',
      'src/scan/breaker.ts',
      'src/scan/retry-after.ts',
      'src/scan/retry-budget.ts',
    ],
    tests: ['test/unit/scan/{breaker,failure-policy,fallback,retry-after,retry-budget}.test.ts'],
  },
];

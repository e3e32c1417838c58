/** Vitest's settings under mutation: the quick tests of one group of sources, with fixed seeds. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { GROUPS } from './bench/mutation/groups.ts';

const chosen = GROUPS.filter((group) => group.name === (process.env.MUTATION_GROUP ?? group.name));

/** A mutant's run ends at its first failure: what is quick comes first. */
class PropertiesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (moduleId.includes('/fuzz/') ? 1 : 0);
    return files.toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: chosen.flatMap((group) => group.tests),
    env: { MUTATION: '1' },
    setupFiles: ['test/support/mutation-seed.ts'],
    sequence: { sequencer: PropertiesLast },
    testTimeout: 20_000,
    isolate: false,
  },
});

/** Vitest's settings under mutation: the quick tests of one group of sources, with fixed seeds. */
import { defineConfig } from 'vitest/config';
import { GROUPS } from './bench/mutation/groups.ts';

const chosen = GROUPS.filter((group) => group.name === (process.env.MUTATION_GROUP ?? group.name));

export default defineConfig({
  test: {
    include: chosen.flatMap((group) => group.tests),
    env: { MUTATION: '1' },
    setupFiles: ['test/support/mutation-seed.ts'],
    testTimeout: 20_000,
  },
});

/** Large texts of the gateway's traffic were judged on its own thread: the policy handed in was not the threaded one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestProgram, type TestProgram } from '../support/test-program.ts';

let program: TestProgram;
let threads = 0;
const count = (): void => {
  threads += 1;
};
beforeAll(async () => {
  program = await startTestProgram('records: { enabled: false }');
  process.on('worker', count);
});
afterAll(async () => {
  process.off('worker', count);
  await program.close();
});

it('are judged in a thread of their own', async () => {
  expect(await program.chat('hello')).toBe(200);
  expect(threads).toBe(0);
  expect(
    await program.chat(
      'The harbour office opens at nine, and the ferry leaves an hour later. '.repeat(2_000),
    ),
  ).toBe(200);
  expect(threads).toBeGreaterThan(0);
});

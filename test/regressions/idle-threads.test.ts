/** Commands that had used a thread for a pattern never ended: an idle thread kept the program alive. */
import { describe, expect, it } from 'vitest';
import { startCli } from '../support/cli-process.ts';

const config = (pattern: string): string =>
  `profiles: [{ name: default, scanners: [{ name: Own, type: regex, pattern: '${pattern}' }] }]`;
const run = (args: readonly string[], pattern: string, stdin = '') =>
  startCli([...args, '--config', 'own.yaml'], { files: { 'own.yaml': config(pattern) }, stdin }).result;

describe('a command that has used a thread ends', () => {
  it('check', async () => {
    const { code, out } = await run(['check'], 'blue(?=bird)');
    expect(out).toContain('the configuration is valid');
    expect(code).toBe(0);
  });

  it('scan', async () => {
    expect((await run(['scan', '-'], 'blue(?=bird)', 'a bluebird')).code).toBe(3);
  });

  it('check and serve, where a pattern does not end in time', async () => {
    for (const command of ['check', 'serve']) {
      const { code, err } = await run([command], '(?=(q+)+b)q');
      expect(err).toContain('scanners[0].pattern');
      expect(code).toBe(1);
    }
  });
});

/** AIRS profiles moved over by an operator: into a running system, into a stopped one, and out again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { profileDocument, TOPICS } from '../support/airs-profile.ts';
import { runCliProcess, startCli } from '../support/cli-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-profiles-'));
  writeFileSync(join(folder, 'profile.json'), JSON.stringify(profileDocument()));
  writeFileSync(join(folder, 'topics.json'), JSON.stringify(TOPICS));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const profile = (...args: string[]): ReturnType<typeof runCliProcess> =>
  runCliProcess(['profile', ...args], { folder });

async function scan(control: string, prompt: string, ai_profile: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${control}/v1/scan/sync/request`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-pan-token': readFileSync(join(folder, 'data/scan-api-key'), 'utf8').trim(),
    },
    body: JSON.stringify({ contents: [{ prompt }], ai_profile }),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('profile', () => {
  it('import reaches a server that runs, under the name and the id that clients know', async () => {
    const cli = startCli([], { folder });
    const { control } = await cli.ready();
    const imported = await profile('import', 'profile.json', 'topics.json');
    expect(imported).toEqual({ code: 0, err: '', out: 'shop-assistant: created, all of it is held\n' });
    const ask = (ai_profile: object): Promise<Record<string, unknown>> =>
      scan(control, 'What does the competitor charge for this product?', ai_profile);
    let answer = await ask({ profile_name: 'shop-assistant' });
    while ('error' in answer && typeof answer.error === 'object')
      answer = await ask({ profile_name: 'shop-assistant' });
    expect(answer).toMatchObject({ action: 'block', prompt_detected: { topic_violation: true } });
    const { profile_id } = profileDocument();
    expect(await ask({ profile_id })).toMatchObject({ profile_name: 'shop-assistant', profile_id });
    cli.child.kill('SIGTERM');
    await cli.result;
  });

  it('import changes a profile that is there, and export gives it out', async () => {
    const { code, err, out } = await profile('import', 'profile.json');
    expect([code, out]).toEqual([0, 'shop-assistant: created, 1 notes on what is not held\n']);
    expect(err).toContain('its description and examples are in no file given');
    const changed = await profile('import', 'profile.json', 'topics.json', '--name', 'default');
    expect(changed.out).toBe('default: changed, all of it is held\n');
    expect(changed.err).toContain('default: profile_id: is ');

    const exported = await profile('export', 'default');
    const document = JSON.parse(exported.out);
    expect(document).toMatchObject({ profile_name: 'default', active: true });
    const [before] = profileDocument().policy['ai-security-profiles'];
    const [after] = document.policy['ai-security-profiles'];
    expect(after['model-configuration']['model-protection'][0]).toEqual(
      before?.['model-configuration']['model-protection'][0],
    );
    expect(exported.err).toContain('topics: named only');
    expect(JSON.parse((await profile('export', 'default', '--topics')).out)).toMatchObject({
      custom_topics: [
        { topic_name: 'competitor prices', description: 'Questions about the prices of competitors' },
      ],
    });
    // What was given out comes in again as it was.
    writeFileSync(join(folder, 'again.json'), exported.out);
    expect((await profile('import', 'again.json', 'topics.json')).out).toBe(
      'default: changed, all of it is held\n',
    );
    expect((await profile('export', 'default')).out).toBe(exported.out);
  }, 60_000);

  it('import --dry-run changes nothing', async () => {
    const { out } = await profile('import', 'profile.json', 'topics.json', '--dry-run');
    expect(out).toBe('shop-assistant: can be imported, all of it is held\n');
    const { code, err } = await profile('export', 'shop-assistant');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('there is no profile "shop-assistant"; known: '),
    ]);
  });

  it('tells in one line what it cannot do', async () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    writeFileSync(join(folder, 'other.json'), '{"a": 1}');
    const named = { ...profileDocument(), profile_name: 'käse/brot' };
    writeFileSync(join(folder, 'named.json'), JSON.stringify(named));
    const rows: readonly [string[], string][] = [
      [['import', 'nothing.json'], 'nothing.json: cannot be read (ENOENT)\n'],
      [['import', 'broken.json'], 'broken.json: is not JSON\n'],
      [['import', 'other.json'], 'other.json: holds no profile and no custom topic\n'],
      [['import', 'topics.json'], 'topics.json: there is no profile in it\n'],
      [['import', 'named.json'], '"käse/brot": is no name of a profile here'],
    ];
    for (const [args, line] of rows) {
      const { code, err } = await profile(...args);
      expect([args, code, err.startsWith(line)]).toEqual([args, 1, true]);
    }
    expect((await profile('import')).err).toContain('Usage: ');
    expect((await profile('nothing')).err).toContain('profile takes one of import and export');
  }, 60_000);
});

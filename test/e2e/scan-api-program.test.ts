/** The scan API of the whole program: profiles of the configuration, keys bound to them, restarts, the log. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../src/compose.ts';
import { loadSettings } from '../../src/compose-settings.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { BENIGN, CARD, INJECTION } from '../support/scan-texts.ts';
import { selfSigned } from '../support/self-signed.ts';

const SHOP_KEY = randomBytes(16).toString('hex');
const CONFIG = `
gateway: { port: 0 }
control: { port: 0 }
scanApi:
  keys:
    - { name: shop, key: ${SHOP_KEY}, profile: shop }
profiles:
  - name: default
  - name: shop
    prompt: { topic_violation: block }
    topics:
      - name: Competitor prices
        description: Prices of other shops
        examples: [What does the other shop charge?]
    scanners:
      - { name: Project names, type: keyword, words: [bluebird], side: prompt }
      - { name: Staff numbers, type: regex, pattern: 'EMP-\\d{6}', action: mask, tags: [dlp] }
`;

let folder: string;
let running: Sallyport;
let logged: string;
const start = async (): Promise<void> => {
  const write = (text: string): void => {
    logged += text;
  };
  const log = createLog({ level: 'info', stream: { write } });
  running = await startSallyport(loadSettings(join(folder, 'sallyport.yaml')), log);
};
beforeEach(async () => {
  logged = '';
  folder = mkdtempSync(join(tmpdir(), 'sallyport-scan-api-program-'));
  writeFileSync(join(folder, 'sallyport.yaml'), `dataDir: ${join(folder, 'data')}\n${CONFIG}`);
  await start();
});
afterEach(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
async function ask(path: string, key: string, body?: object): Promise<any> {
  const response = await fetch(`${running.control}${path}`, {
    headers: { 'content-type': 'application/json', 'x-pan-token': key },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, ...Object(await response.json()) };
}
const scan = (prompt: string, key: string, more: object = {}) =>
  ask('/v1/scan/sync/request', key, { contents: [{ prompt }], ...more });

describe('profiles of the configuration', () => {
  it('are chosen by the key, and by name where the request says so', async () => {
    const own = running.tokens.scanApi.value;
    expect(await scan(BENIGN, own)).toMatchObject({ profile_name: 'default' });
    expect(await scan(BENIGN, SHOP_KEY)).toMatchObject({ profile_name: 'shop' });
    const ai_profile = { profile_name: 'shop' };
    expect(await scan(BENIGN, own, { ai_profile })).toMatchObject({ profile_name: 'shop' });
  });

  it('judge by custom topics, words and patterns, each under its name', async () => {
    expect(await scan('What does the other shop charge?', SHOP_KEY)).toMatchObject({
      action: 'block',
      prompt_detected: { topic_violation: true },
      prompt_detection_details: { topic_guardrails_details: { blocked_topics: ['Competitor prices'] } },
    });
    expect(await scan('tell me of Bluebird', SHOP_KEY)).toMatchObject({
      action: 'block',
      prompt_detected: { topic_violation: true },
      prompt_detection_details: { topic_guardrails_details: { blocked_topics: ['Project names'] } },
    });
    const masked = await scan('I am emp-123456.', SHOP_KEY);
    expect(masked).toMatchObject({
      action: 'allow',
      prompt_detected: { dlp: true },
      prompt_masked_data: {
        data: 'I am XXXXXXXXXX.',
        pattern_detections: [{ pattern: 'Staff numbers', locations: [[5, 14]] }],
      },
    });
  });

  it('give their scanners rows in reports', async () => {
    const { report_id } = await scan('I am emp-123456.', SHOP_KEY);
    const { 0: report } = await ask(`/v1/scan/reports?report_ids=${report_id}`, SHOP_KEY);
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const row = report.detection_results.find((each: any) => each.detection_service === 'dlp');
    expect(row.result_detail.dlp_report.data_pattern_detection_offsets).toMatchObject([
      { name: 'Staff numbers', high_confidence_detections: [[5, 14]] },
    ]);
  });
});

describe('results and reports', () => {
  it('stand after a restart, and belong to their key', async () => {
    const own = running.tokens.scanApi.value;
    const { status, ...answer } = await scan(INJECTION, own);
    expect(status).toBe(200);
    await running.close();
    await start();
    const path = `/v1/scan/results?scan_ids=${answer.scan_id}`;
    const { 0: row } = await ask(path, own);
    expect(row).toMatchObject({ req_id: 0, status: 'complete', result: answer });
    expect(await ask(path, SHOP_KEY)).toEqual({ status: 200 });
  });

  it('of a batch that a stop overtakes are there', async () => {
    const own = running.tokens.scanApi.value;
    const batch = Array.from({ length: 25 }, (_, req_id) => ({
      req_id,
      scan_req: { contents: [{ prompt: `${BENIGN} ${req_id}` }] },
    }));
    const receipt = await ask('/v1/scan/async/request', own, batch);
    await running.close();
    await start();
    const { status, ...rows } = await ask(`/v1/scan/results?scan_ids=${receipt.scan_id}`, own);
    expect(status).toBe(200);
    expect(Object.values(rows)).toHaveLength(25);
    for (const row of Object.values(rows))
      expect(row).toMatchObject({ status: 'complete', result: { action: 'allow' } });
  });
});

describe('the log', () => {
  it('has a line for each call, without texts and keys', async () => {
    const own = running.tokens.scanApi.value;
    await scan(`${INJECTION} ${CARD}`, own, { session_id: 'secret-session' });
    await running.close();
    const lines = logged.split('\n').filter((line) => line.includes('"msg":"scan_api"'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { key: 'scan-api-key', endpoint: 'sync', payload_hash: 'absent', outcome: 'block' },
    ]);
    for (const word of [INJECTION, '4111', own, SHOP_KEY, 'secret-session'])
      expect(logged).not.toContain(word);
    await start();
  });
});

describe('case 27: TLS', () => {
  const startWith = async (files: Readonly<Record<string, string>>): Promise<void> => {
    await running.close();
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => join(folder, name));
    const tls = `control: { port: 0, tls: { certFile: ${certFile}, keyFile: ${keyFile} } }`;
    const yaml = CONFIG.replace('control: { port: 0 }', tls);
    writeFileSync(join(folder, 'sallyport.yaml'), `dataDir: ${join(folder, 'data')}\n${yaml}`);
    await start();
  };

  it('is spoken on the control plane where a certificate is set', async () => {
    const { cert, key } = selfSigned();
    await startWith({ 'cert.pem': cert, 'key.pem': key });
    expect(running.control).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const body = JSON.stringify({ contents: [{ prompt: INJECTION }] });
    const dispatcher = new Agent({ connect: { ca: cert } });
    const answer = await request(`${running.control}/v1/scan/sync/request`, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-pan-token': running.tokens.scanApi.value },
      body,
    });
    expect(await answer.body.json()).toMatchObject({ action: 'block' });
    await expect(request(`${running.control}/healthz`)).rejects.toThrow(/self-signed/);
    await dispatcher.close();
  });

  it('is refused at the start with files that are none, or do not fit', async () => {
    const { cert } = selfSigned();
    const rows: readonly [Readonly<Record<string, string>>, string][] = [
      [{}, 'control.tls.certFile: cannot be read (ENOENT)'],
      [{ 'cert.pem': cert }, 'control.tls.keyFile: cannot be read (ENOENT)'],
      [{ 'key.pem': selfSigned().key }, 'control.tls: certFile and keyFile must hold'],
      [{ 'key.pem': 'nothing' }, 'control.tls: certFile and keyFile must hold'],
    ];
    for (const [files, line] of rows) await expect(startWith(files)).rejects.toThrow(line);
    writeFileSync(join(folder, 'sallyport.yaml'), `dataDir: ${join(folder, 'data')}\n${CONFIG}`);
    await start();
  });
});

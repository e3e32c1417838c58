/** Case 30: the real TypeScript SDK against the scan API: scans, batches, polling, reports, errors, hashes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AISecSDKException, Content, globalConfiguration, init, Scanner } from '@cdot65/prisma-airs-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BAD_URL, BENIGN, CARD, INJECTION } from '../support/scan-texts.ts';
import { startTestScanApi, type TestScanApi } from '../support/test-scan-api.ts';

const PROFILE = { profile_name: 'default' };

let api: TestScanApi;
beforeAll(async () => {
  api = await startTestScanApi({ payloadHash: 'strict' });
});
afterAll(() => api.close());
afterEach(() => globalConfiguration.reset());

const scanner = (changes: object = {}): Scanner => {
  init({ apiKey: api.key, apiEndpoint: api.origin, numRetries: 0, ...changes });
  return new Scanner();
};

describe('case 30: the TypeScript SDK', () => {
  it.each([
    ['the key', {}],
    ['the key and a slash too many', { slash: true }],
  ])('scans with %s, its hash in strict mode', async (_name, { slash }: { slash?: boolean }) => {
    const client = scanner(slash === true ? { apiEndpoint: `${api.origin}/` } : {});
    const clean = await client.syncScan(PROFILE, new Content({ prompt: BENIGN }), {
      sessionId: 'conversation-1',
      metadata: { app_name: 'shop', app_user: 'ana', ai_model: 'small' },
    });
    expect(clean).toMatchObject({ action: 'allow', category: 'benign', session_id: 'conversation-1' });
    expect(api.lines.at(-1)?.payload_hash).toBe('right');
    const attack = await client.syncScan(
      PROFILE,
      new Content({ prompt: INJECTION, response: `It is ${CARD}` }),
    );
    expect(attack).toMatchObject({
      action: 'block',
      category: 'malicious',
      prompt_detected: { injection: true },
      response_detected: { dlp: true },
    });
    expect(attack.response_masked_data?.data).toBe(`It is ${'X'.repeat(CARD.length)}`);
  });

  it('sends key and bearer together, its hash keyed by the key', async () => {
    const client = scanner({ apiToken: api.key });
    expect((await client.syncScan(PROFILE, new Content({ prompt: BENIGN }))).action).toBe('allow');
    expect(api.lines.at(-1)?.payload_hash).toBe('right');
  });

  it('scans tool events', async () => {
    const answer = await scanner().syncScan(
      PROFILE,
      new Content({
        toolEvent: {
          metadata: { ecosystem: 'mcp', method: 'tools/call', server_name: 'files', tool_invoked: 'read' },
          output: INJECTION,
        },
      }),
    );
    expect(answer).toMatchObject({
      action: 'block',
      tool_detected: { summary: { detections: { injection: true } } },
    });
  });

  it('sends a batch, polls until it is complete, and fetches its reports', async () => {
    const client = scanner();
    const texts = [BENIGN, INJECTION, `see ${BAD_URL}`];
    const receipt = await client.asyncScan(
      texts.map((prompt, at) => ({
        req_id: at + 1,
        scan_req: { ai_profile: PROFILE, contents: [{ prompt }] },
      })),
    );
    let rows = await client.queryByScanIds([receipt.scan_id]);
    while (rows.some((row) => row.status !== 'complete'))
      rows = await client.queryByScanIds([receipt.scan_id]);
    const actions = new Map(rows.map((row) => [row.req_id, row.result?.action]));
    expect([...actions].toSorted()).toEqual([
      [1, 'allow'],
      [2, 'block'],
      [3, 'block'],
    ]);
    const reports = await client.queryByReportIds([`R${receipt.scan_id}`]);
    expect(reports).toHaveLength(3);
    const attack = reports.find((report) => report.req_id === 2);
    expect(attack?.detection_results).toContainEqual(
      expect.objectContaining({ detection_service: 'pi', verdict: 'malicious', action: 'block' }),
    );
    expect(await client.queryByScanIds([randomUUID()])).toEqual([]);
  });

  it('maps errors: a wrong key, an unknown profile, an unknown id', async () => {
    const wrong = scanner({ apiKey: randomBytes(16).toString('hex') });
    await expect(wrong.syncScan(PROFILE, new Content({ prompt: BENIGN }))).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringContaining('Invalid API Key'),
    });
    const client = scanner();
    const unknown = client.syncScan({ profile_name: 'nobody' }, new Content({ prompt: BENIGN }));
    await expect(unknown).rejects.toBeInstanceOf(AISecSDKException);
    await expect(unknown).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('profile not found'),
    });
  });

  it('reads when to come again from a 429', async () => {
    const throttled = await startTestScanApi({ resultsPerMinute: 1, now: () => 0 });
    init({ apiKey: throttled.key, apiEndpoint: throttled.origin, numRetries: 0 });
    const client = new Scanner();
    await client.queryByScanIds([randomUUID()]);
    await expect(client.queryByScanIds([randomUUID()])).rejects.toMatchObject({
      statusCode: 429,
      retryAfterMs: 60_000,
    });
    await throttled.close();
  });
});

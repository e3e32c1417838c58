/** Who is let in at once, who waits, and who is sent away (THREATS D2, D3). */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { Admission, type AdmissionLimits, type Place } from '../../../src/proxy/admission.ts';

const LIMITS: AdmissionLimits = { exchanges: 2, waiting: 2, waitMs: 60_000, inFlightBytes: 100 };
const never = new AbortController().signal;

const codeOf = async (run: () => unknown): Promise<string | undefined> => {
  try {
    await run();
  } catch (error) {
    return error instanceof GatewayError ? `${error.code} ${error.headers['Retry-After']}` : String(error);
  }
  return undefined;
};

describe('an admission', () => {
  it('lets so many in, queues so many, and refuses the next with a time to come again', async () => {
    const admission = new Admission(LIMITS);
    const [first] = [await admission.enter(1, never), await admission.enter(1, never)];
    const order: string[] = [];
    const third = admission.enter(1, never).then((place) => {
      order.push('third');
      return place;
    });
    const fourth = admission.enter(1, never).then((place) => {
      order.push('fourth');
      return place;
    });
    expect(await codeOf(() => admission.enter(1, never))).toBe('overloaded 1');
    expect([admission.exchanges, admission.waiting]).toEqual([2, 2]);
    first?.leave();
    (await third).leave();
    (await fourth).leave();
    expect(order).toEqual(['third', 'fourth']);
    expect(admission.exchanges).toBe(1);
  });

  it('counts bytes, announced and charged, to the last one', async () => {
    const admission = new Admission({ ...LIMITS, exchanges: 10, waiting: 0 });
    const place = await admission.enter(60, never);
    const other = await admission.enter(40, never);
    expect(await codeOf(() => admission.enter(1, never))).toBe('overloaded 1');
    expect(await codeOf(() => place.charge(1))).toBe('overloaded 1');
    other.leave();
    place.charge(40);
    expect(admission.bytes).toBe(100);
    place.leave();
    place.leave();
    place.charge(5);
    expect([admission.bytes, admission.exchanges]).toEqual([0, 0]);
  });

  it('keeps the order: small bodies do not pass a large one that waits', async () => {
    const admission = new Admission({ ...LIMITS, exchanges: 10 });
    const first = await admission.enter(90, never);
    const entered: number[] = [];
    const enter = (bytes: number): Promise<Place> =>
      admission.enter(bytes, never).then((place) => {
        entered.push(bytes);
        return place;
      });
    const large = enter(50);
    const small = enter(1);
    expect(admission.waiting).toBe(2);
    first.leave();
    await Promise.all([large, small]);
    expect(entered).toEqual([50, 1]);
  });

  it('sends away who has waited too long, and who left', async () => {
    const admission = new Admission({ ...LIMITS, exchanges: 1, waitMs: 1 });
    const place = await admission.enter(0, never);
    expect(await codeOf(() => admission.enter(0, never))).toBe('overloaded 1');
    const patient = new Admission({ ...LIMITS, exchanges: 1 });
    const held = await patient.enter(0, never);
    const leaving = new AbortController();
    const gone = codeOf(() => patient.enter(0, leaving.signal));
    expect(patient.waiting).toBe(1);
    leaving.abort();
    expect(await gone).toBe('overloaded 1');
    expect(patient.waiting).toBe(0);
    place.leave();
    held.leave();
    expect([patient.exchanges, admission.exchanges]).toEqual([0, 0]);
  });
});

/** With many streams at once texts wait longer to be judged, up to a bound, and shorter again when they end. */
import { expect, it } from 'vitest';
import { StreamLoad } from '../../../src/proxy/stream-load.ts';

it('stretches waits with the number of open streams', () => {
  const load = new StreamLoad();
  const leave = Array.from({ length: 100 }, () => load.enter());
  expect(load.waitFactor()).toBe(1);
  for (let more = 0; more < 100; more += 1) leave.push(load.enter());
  expect(load.waitFactor()).toBe(2);
  for (let more = 0; more < 800; more += 1) leave.push(load.enter());
  expect(load.waitFactor()).toBe(4);
  for (const end of leave) {
    end();
    end();
  }
  expect(load.waitFactor()).toBe(1);
});

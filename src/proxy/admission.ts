/** Lets so many exchanges and so many of their bytes in at once; a few more wait, the rest come again. */
import { GatewayError } from '../core/errors.ts';

export interface AdmissionLimits {
  /** Most exchanges at once. */
  readonly exchanges: number;
  /** Most exchanges that wait for a place. */
  readonly waiting: number;
  /** Longest wait for a place. */
  readonly waitMs: number;
  /** Most bytes of bodies in memory, of all exchanges together. */
  readonly inFlightBytes: number;
}

/** The place of one exchange. */
export interface Place {
  /** Takes room for bytes that were not announced. @throws GatewayError `overloaded` */
  readonly charge: (bytes: number) => void;
  /** Gives the place and all its room back; a second time does nothing. */
  leave(): void;
}

interface Waiter {
  readonly bytes: number;
  readonly admit: () => void;
}

const RETRY_AFTER_S = '1';

/** THREATS D2, D3: work is bounded by count and by weight, and whoever has to wait long is told at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #queue = new Set<Waiter>();
  #exchanges = 0;
  #bytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get exchanges(): number {
    return this.#exchanges;
  }
  get waiting(): number {
    return this.#queue.size;
  }
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param bytes announced size of the body
   * @param signal aborted when the client leaves
   * @throws GatewayError `overloaded`
   */
  async enter(bytes: number, signal: AbortSignal): Promise<Place> {
    if (this.#queue.size === 0 && this.#fits(bytes)) return this.#take(bytes);
    if (this.#queue.size >= this.#limits.waiting || signal.aborted) throw overloaded();
    return this.#wait(bytes, signal);
  }

  #fits(bytes: number): boolean {
    if (this.#exchanges === 0) return true;
    return this.#exchanges < this.#limits.exchanges && this.#bytes + bytes <= this.#limits.inFlightBytes;
  }

  #take(bytes: number): Place {
    let held = bytes;
    let isOpen = true;
    this.#exchanges += 1;
    this.#bytes += bytes;
    return {
      charge: (more) => {
        if (!isOpen) return;
        if (this.#bytes + more > this.#limits.inFlightBytes) throw overloaded();
        this.#bytes += more;
        held += more;
      },
      leave: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#exchanges -= 1;
        this.#bytes -= held;
        this.#admitNext();
      },
    };
  }

  #wait(bytes: number, signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const admit = (): void => {
        settle();
        resolve(this.#take(bytes));
      };
      const waiter: Waiter = { bytes, admit };
      const giveUp = (): void => {
        settle();
        this.#queue.delete(waiter);
        reject(overloaded());
        // Those behind a large body may have been waiting for it alone.
        this.#admitNext();
      };
      const timer = setTimeout(giveUp, this.#limits.waitMs);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#queue.add(waiter);
    });
  }

  /** In the order of their coming: a large body is not passed over for ever. */
  #admitNext(): void {
    for (const waiter of this.#queue) {
      if (!this.#fits(waiter.bytes)) return;
      this.#queue.delete(waiter);
      waiter.admit();
    }
  }
}

const overloaded = (): GatewayError =>
  new GatewayError('overloaded', { headers: { 'Retry-After': RETRY_AFTER_S } });

/** Encrypts the values of secrets with AES-256-GCM, each bound to the row and the name that it belongs to. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

export interface Sealer {
  /** Tells keys apart without telling anything of them. */
  readonly fingerprint: string;
  seal(place: SealedPlace, value: string): string;
  /** Undefined where it was sealed with another key or for another place, or was changed since. */
  open(place: SealedPlace, sealed: string): string | undefined;
}

/** Authenticated with the value: rows and names that are swapped do not open. */
export interface SealedPlace {
  readonly id: string;
  readonly name: string;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits; random ones are safe for 2^32 values of one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;

const derive = (secret: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `sallyport ${use}`, KEY_BYTES));

const boundTo = ({ id, name }: SealedPlace): Buffer => Buffer.from(JSON.stringify([VERSION, id, name]));

/**
 * @param secret the operator's key, of 256 bits of chance or so
 * @param newBytes so many bytes of chance
 */
export function createSealer(secret: string, newBytes: (count: number) => Buffer): Sealer {
  const key = derive(secret, 'secrets');
  const fingerprint = createHmac('sha256', derive(secret, 'fingerprint'))
    .update('secrets')
    .digest('base64url');
  return {
    fingerprint,
    seal(place, value) {
      const nonce = newBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(place));
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]).toString('base64');
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const [nonceAt, tagAt, textAt] = [1, 1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES];
      if (bytes[0] !== VERSION || bytes.length < textAt) return undefined;
      try {
        const nonce = bytes.subarray(nonceAt, tagAt);
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(boundTo(place));
        decipher.setAuthTag(bytes.subarray(tagAt, textAt));
        return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

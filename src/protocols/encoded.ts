/** Tells encoded content (base64, data URLs) from text that stands in its place. */

const DATA_URL = /^data:[\w.+-]{1,100}\/[\w.+-]{1,100}(?:;[\w-]{1,40}=[\w.-]{1,100}){0,4};base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * True where the string can only be read as bytes: base64 in one piece, or a base64 data URL. Anything else
 * that stands where binary content belongs (a URL, plain text, a data URL of text) is text as well.
 */
export function isEncoded(text: string): boolean {
  const prefix = DATA_URL.exec(text.slice(0, 1024))?.[0].length ?? 0;
  return BASE64.test(prefix === 0 ? text : text.slice(prefix));
}

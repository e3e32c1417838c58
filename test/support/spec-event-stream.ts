/** Reads an event stream word for word by WHATWG HTML §9.2.6: slow, simple, and nobody's library. */

/** The data of every event that a browser would dispatch. */
export function readBySpec(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  const found: string[] = [];
  let data: string[] = [];
  // What follows the last line end is no line: an unterminated event is dropped.
  for (const line of text.split(/\r\n|\n|\r/).slice(0, -1)) {
    if (line === '') {
      if (data.length > 0) found.push(data.join('\n'));
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1);
    if (field === 'data') data.push(value.startsWith(' ') ? value.slice(1) : value);
  }
  return found;
}

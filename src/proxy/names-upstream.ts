/** Tells whether a text says where its upstream is: an error that does is not the client's to see. */

/** Shorter values of its query are words that any text may hold. */
const VALUE_CHARS_MIN = 8;

/** True where the text holds the host, the base path or the query of this URL (THREATS S12). */
export function namesUpstream(url: URL, text: string): boolean {
  // JSON may escape slashes (RFC 8259 §7).
  const plain = text.replaceAll('\\/', '/');
  return namesOf(url).some((name) => plain.includes(name));
}

const namesOf = ({ host, hostname, port, pathname, search, searchParams }: URL): readonly string[] => {
  const base = pathname.replace(/\/+$/, '');
  const values = [...searchParams.values()].filter((value) => value.length >= VALUE_CHARS_MIN);
  return [
    // A name without a dot may be any word: it counts with its port, or in a URL.
    ...(port === '' ? [] : [host]),
    ...(/[.:]/.test(hostname) ? [hostname] : [`//${hostname}`]),
    ...(base === '' ? [] : [`${base}/`]),
    ...(search.length > 1 ? [search.slice(1), ...values] : []),
  ];
};

/** What one vendor's key looks like, as the vendor publishes it. */

export interface VendorKey {
  /** `Secret - <vendor> <what>`. */
  readonly name: string;
  /** Literals that the key holds; where one stands the pattern is tried. */
  readonly anchors: readonly string[];
  /** Tried from `back` units before the anchor; sticky, linear. */
  readonly pattern: RegExp;
  /** Key characters before the anchor; default 0. */
  readonly back?: number;
  /** Words of which one must stand nearby (80 units to the left), for keys without a telling shape. */
  readonly context?: RegExp;
}

/** `body` follows the anchors; all are case-sensitive. */
export function key(vendor: string, anchors: string, body: string, more: Partial<VendorKey> = {}): VendorKey {
  const list = anchors.split(' ');
  const heads = list.map((anchor) => anchor.replace(/[.$^*+?()[\]{}|\\]/g, '\\$&')).join('|');
  const back = more.back ?? 0;
  const pattern = more.pattern ?? new RegExp(`(?:${heads})${body}`, 'y');
  return { name: `Secret - ${vendor}`, anchors: list, ...more, pattern, back };
}

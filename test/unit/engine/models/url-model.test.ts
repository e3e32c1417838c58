/** The model of addresses: sums and trees as its manifest says, and nothing that does not fit. */
import { describe, expect, it } from 'vitest';
import { readModels } from '../../../../src/compose-models.ts';
import { ModelError } from '../../../../src/engine/models/manifest.ts';
import { URL_FEATURE_BITS, URL_FEATURES, URL_PARTS } from '../../../../src/engine/models/url-features.ts';
import { NODE_BYTES, UrlForest } from '../../../../src/engine/models/url-forest.ts';
import { UrlModel } from '../../../../src/engine/models/url-model.ts';
import { urlShape } from '../../../../src/engine/models/url-shape.ts';
import { HONEST_ADDRESSES } from './honest-addresses.ts';

const BUCKETS = 1 << URL_FEATURE_BITS;
const SHAPE = urlShape('a.example', '', '', () => false).length;
const NUMBERS = 1 + URL_PARTS + SHAPE;
const WELL_KNOWN = 1 + URL_PARTS;

type Node = readonly [feature: number, step: number, value: number];
const leaf = (value: number): Node => [255, 0, value];

function bytesOf(nodes: readonly Node[]): Int8Array {
  const bytes = new Int8Array(nodes.length * NODE_BYTES);
  const view = new DataView(bytes.buffer);
  nodes.forEach(([feature, step, value], node) => {
    view.setUint8(node * NODE_BYTES, feature);
    view.setUint8(node * NODE_BYTES + 1, step);
    view.setFloat32(node * NODE_BYTES + 4, value, true);
  });
  return bytes;
}

/** Adds 4 where the host is not well known. */
const STRANGER: readonly Node[] = [[WELL_KNOWN, 2, 0.5], leaf(4), leaf(-4)];

function makeModel(nodes: readonly Node[], changes: object = {}): UrlModel {
  const forest = bytesOf(nodes);
  const weights = new Int8Array(BUCKETS + forest.length);
  weights.set(forest, BUCKETS);
  const head = { name: 'phishing', scale: 1, bias: 0, threshold: 0, calibration: { slope: 1, shift: 0 } };
  const manifest = {
    name: 'test',
    version: '1',
    features: URL_FEATURES,
    buckets: BUCKETS,
    heads: [head],
    forest: { trees: 1, numbers: NUMBERS, base: 0.5 },
    wellKnown: 'known.org docs.other.com city.gov.uk gov.uk github.io',
    ...changes,
  };
  return new UrlModel({ manifest, weights });
}

describe('a forest', () => {
  const numbers = (...values: readonly number[]): Float32Array => Float32Array.from(values);

  it('goes on with the next node up to the limit, and beyond it elsewhere', () => {
    const nodes: readonly Node[] = [
      [0, 4, 1],
      [1, 2, 5],
      leaf(10),
      leaf(20),
      leaf(30),
      [1, 2, 0],
      leaf(1),
      leaf(2),
    ];
    const forest = new UrlForest(bytesOf(nodes), 2, 2);
    expect(forest.sum(numbers(1, 5))).toBe(12);
    expect(forest.sum(numbers(1, 6))).toBe(22);
    expect(forest.sum(numbers(2, 0))).toBe(31);
  });

  it.each<[string, readonly Node[], number]>([
    ['asks for what is not there', [[2, 2, 0], leaf(1), leaf(2)], 1],
    ['ends in the middle of a tree', [[0, 2, 0], leaf(1)], 1],
    ['branches past its branch', [[0, 3, 0], leaf(1), leaf(2)], 1],
    ['branches to itself', [[0, 0, 0], leaf(1), leaf(2)], 1],
    ['has another number of trees', [leaf(1), leaf(2)], 1],
  ])('that %s is refused', (_, nodes, trees) => {
    expect(() => new UrlForest(bytesOf(nodes), trees, 2)).toThrow(ModelError);
  });

  it('that is cut inside a node is refused', () => {
    expect(() => new UrlForest(bytesOf([leaf(1)]).subarray(1), 1, 2)).toThrow(ModelError);
  });
});

describe('a model of addresses', () => {
  it.each([
    ['known.org', false],
    ['www.known.org', false],
    ['a.b.known.org', false],
    ['docs.other.com', false],
    ['eu.docs.other.com', false],
    ['other.com', true],
    ['known.org.other.com', true],
    ['notknown.org', true],
    ['city.gov.uk', false],
    ['town.gov.uk', true],
    ['stranger.github.io', true],
    ['8.8.8.8', true],
    ['localhost', true],
  ])('takes %s for one of a stranger: %s', (host, stranger) => {
    expect(makeModel(STRANGER).judge(host, '/login', '') !== undefined).toBe(stranger);
  });

  it('adds up the base and the trees', () => {
    expect(makeModel(STRANGER).score('other.com', '/', '')).toBe(4.5);
    expect(makeModel(STRANGER).judge('other.com', '/', '')).toBe(0.99);
  });

  it.each([
    ['other numbers', { forest: { trees: 1, numbers: NUMBERS + 1, base: 0 } }],
    ['no forest', { forest: undefined }],
    ['no well-known hosts', { wellKnown: undefined }],
    ['two heads', { heads: [] }],
    ['other features', { features: 'url-1' }],
  ])('with %s is refused', (_, changes) => {
    expect(() => makeModel(STRANGER, changes)).toThrow(ModelError);
  });
});

describe('the model of addresses that the program ships with', () => {
  const model = new UrlModel(readModels().url);
  const flagged = (addresses: readonly string[]): readonly string[] =>
    addresses.filter((address) => {
      const { hostname, pathname, search, port } = new URL(address);
      return model.judge(hostname, pathname + search, port) !== undefined;
    });

  it('lets ordinary addresses be, known and unknown, with names below names', () => {
    const honest = [
      'https://en.wikipedia.org/wiki/Phishing',
      'https://github.com/expressjs/express/issues/4321',
      'https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/404',
      'https://stackoverflow.com/questions/11227809/why-is-processing-a-sorted-array-faster',
      'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1',
      'https://api.eu.billing.hollerbach-software.com/v2/invoices/2026/10?limit=50',
      'https://metrics.prod.internal-tools.hollerbach.io/d/a8Fk2/overview?orgId=1&from=now-6h',
      'https://www.schreinerei-hollerbach.de/kontakt',
      'https://www.bergmann-and-sons.co.uk/news/2025/11/new-opening-hours',
      'https://www.riversidevets.org/uploads/2024/05/price-list.pdf',
      'https://blog.hollerbach-software.com/2025/03/14/how-we-moved-our-tests/',
    ];
    expect(flagged(honest)).toEqual([]);
  });

  it('lets most of what strangers and companies link to be', () => {
    expect(flagged(HONEST_ADDRESSES).length).toBeLessThanOrEqual(HONEST_ADDRESSES.length * 0.08);
  });

  it('finds what phishing is built like', () => {
    const phishing = [
      'http://hollerbach-moebel.com.br/wp-content/plugins/akismet/secure/login.php?cmd=login_submit',
      'http://amazon.account-update.hollerbach.xyz/signin/verify.php',
      'https://hollerbachtravel.co.in/.well-known/netflix/login/index.php',
      'http://hollerbach-dental.net/images/office365/signin.html?email=someone@example.org',
      'http://secure-hollerbach.000webhostapp.com/paypal/confirm/',
    ];
    expect(flagged(phishing)).toEqual(phishing);
  });
});

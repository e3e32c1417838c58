/** What the configuration refuses, line by line, and what it makes of file and environment. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { PolicyError } from '../../../src/core/policy.ts';
import { errorsOf, loadText } from '../../support/config-load.ts';

const key = (): string => randomBytes(16).toString('hex');

describe('a wrong file', () => {
  it.each([
    ['an unknown key', 'gatway: {}', ['gatway: is not a known setting']],
    [
      'an unknown key deep inside',
      'profiles: [{name: a, promt: {}}]',
      ['profiles[0].promt: is not a known setting'],
    ],
    [
      'a port out of range',
      'gateway: {port: 70000}',
      ['gateway.port: must be a whole number from 0 to 65535'],
    ],
    ['a fraction', 'gateway: {port: 80.5}', ['gateway.port: must be a whole number from 0 to 65535']],
    ['a word that is none', 'gateway: {onBlock: maybe}', ['gateway.onBlock: must be error or refusal']],
    ['a section that is empty', 'gateway:', ['gateway: must be a mapping of settings']],
    ['a list that is empty', 'profiles:', ['profiles: must be a list']],
    ['no profile at all', 'profiles: []', ['profiles: must hold at least one profile']],
    [
      'no upstream at all',
      'gateway: {upstreams: []}',
      ['gateway.upstreams: must hold at least one upstream'],
    ],
    ['a list instead of settings', '- a', ['must be a mapping of settings']],
    ['the same key twice', 'scan: {}\nscan: {}', ['line 2, column 1: the same key stands here twice']],
    ['two documents', 'scan: {}\n---\nscan: {}', ['line 2, column 1: a second document begins here']],
    ['a tag', 'scan: !x {}', ['line 1, column 7: tags are not known here']],
    ['an alias to nothing', 'scan: *a', ['the aliases of the file cannot be followed']],
    [
      'mask where nothing can be masked',
      'profiles: [{name: a, prompt: {injection: mask}}, {name: default}]',
      ['profiles[0].prompt.injection: must be block, alert or off'],
    ],
    [
      'an upstream without a name',
      'gateway: {upstreams: [{mount: /, url: demo}]}',
      [/^gateway.upstreams\[0\].name: is missing; it must be a name/],
    ],
    [
      'a role that is none',
      'profiles: [{name: default, trustedRoles: [root]}]',
      [/^profiles\[0\].trustedRoles\[0\]: /],
    ],
  ])('%s', (_, yaml, expected) => {
    expect(errorsOf(yaml)).toEqual(
      expected.map((line) => (line instanceof RegExp ? expect.stringMatching(line) : line)),
    );
  });

  it('tells everything at once', () => {
    const yaml =
      'gateway: {port: x, foo: 1}\nscan: {timeoutMs: -1}\nprofiles: [{name: a, scanners: [{name: s, type: regex}]}]';
    expect(errorsOf(yaml).sort()).toEqual([
      'gateway.foo: is not a known setting',
      'gateway.port: must be a whole number from 0 to 65535',
      'profiles[0].scanners[0].pattern: must be given for the type regex',
      'scan.timeoutMs: must be a whole number from 100 to 30000',
    ]);
  });

  it('is told when it cannot be read', () => {
    const file = join(tmpdir(), 'no-such-folder', 'sallyport.yaml');
    const load = () => loadConfig({ file, env: {}, engineFor: never });
    expect(load).toThrow(`${file}: cannot be read (ENOENT)`);
  });

  it('is told when it is not UTF-8', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
    const file = join(folder, 'a.yaml');
    writeFileSync(file, Buffer.from([0x61, 0xff]));
    expect(() => loadConfig({ file, env: {}, engineFor: never })).toThrow(`${file}: is not UTF-8 text`);
    rmSync(folder, { recursive: true });
  });

  it.each([
    'gateway:\n  clients:\n    - name: a\n      key: "SECRET',
    'gateway: {clients: [{name: a, key: SECRET, key: SECRET}]}',
    'gateway: {clients: [{name: a, key: "SECRET with spaces"}]}',
    'gateway: {clients: [{name: a, key: [SECRET]}]}',
    'gateway: {clients: [{name: a, key: SECRET}, {name: b, key: SECRET}]}',
    'gateway: {upstreams: [{name: a, mount: /, url: "https://SECRET@h"}]}',
    'gateway: {upstreams: [{name: a, mount: /, url: "https://h/?key=SECRET"}]}',
    'gateway: {upstreams: [{name: a, mount: /, url: "SECRET"}]}',
    'store: {url: "mysql://u:SECRET@h/d"}',
    'control: {adminToken: "SECRET x"}',
    'scan: *SECRET',
    'scan: !SECRET {}',
    'a b: "SECRET": c',
  ])('never shows a value: %s', (yaml) => {
    const secret = key();
    const lines = errorsOf(yaml.replaceAll('SECRET', secret));
    expect(lines).not.toEqual([]);
    expect(lines.join('\n')).not.toContain(secret);
  });
});

describe('URLs', () => {
  const upstream = (url: string): string[] =>
    errorsOf(`gateway: {upstreams: [{name: a, mount: /, url: ${JSON.stringify(url)}}]}`);
  it.each([
    ['https://api.openai.com/v1', /must not end in \/v1/],
    ['https://api.openai.com/v1/', /must not end in \/v1/],
    ['ftp://h', /must be demo, or a URL/],
    ['api.openai.com', /must be demo, or a URL/],
    ['https://a:b@h', /credentials/],
    ['https://h/?a=b', /query/],
    ['https://h/#a', /query or a fragment/],
  ])('of an upstream: %s is refused', (url, expected) => {
    expect(upstream(url)).toEqual([expect.stringMatching(expected)]);
  });
  it.each(['demo', 'http://127.0.0.1:9', 'https://api.groq.com/openai', 'http://vllm:8000'])(
    'of an upstream: %s is accepted',
    (url) => {
      expect(upstream(url)).toEqual([]);
    },
  );
  it.each([
    ['http://scan.example.com', /must use https/],
    ['https://u:p@scan.example.com', /credentials/],
    ['scan.example.com', /must be embedded, or a URL/],
  ])('of a scan service: %s is refused', (url, expected) => {
    expect(errorsOf(`scan: {endpoint: "${url}", key: ${key()}}`)).toEqual([expect.stringMatching(expected)]);
  });
  it.each(['http://127.0.0.1:1', 'http://[::1]:1', 'http://localhost:1', 'https://scan.example.com/path'])(
    'of a scan service: %s is accepted',
    (url) => {
      expect(errorsOf(`scan: {endpoint: "${url}", key: ${key()}}`)).toEqual([]);
    },
  );
  it('of a scan service needs a key or a token', () => {
    expect(errorsOf('scan: {endpoint: "https://scan.example.com"}')).toEqual([
      'scan.endpoint: needs scan.key (PANW_AI_SEC_API_KEY) or scan.token (PANW_AI_SEC_API_TOKEN)',
    ]);
  });
});

describe('mounts and routes', () => {
  it.each(['', 'anthropic', '/a/', '//a', '/a//b', '/.a', '/a/../b', '/a%2f', '/a b', '/ä'])(
    'mount %j is refused',
    (mount) => {
      const yaml = `gateway: {upstreams: [{name: a, mount: ${JSON.stringify(mount)}, url: demo}]}`;
      expect(errorsOf(yaml)).toEqual([
        expect.stringContaining('gateway.upstreams[0].mount: must be / or a path'),
      ]);
    },
  );
  it.each(['/', '/a', '/a/b-c_d.e'])('mount %j is accepted', (mount) => {
    expect(errorsOf(`gateway: {upstreams: [{name: a, mount: ${mount}, url: demo}]}`)).toEqual([]);
  });
  it.each(['', '/', 'v1/x', '/v1/', '/v1/{name}', '/v1/../x', '/v1//x', '/v1/x?a'])(
    'route %j is refused',
    (path) => {
      const yaml = `gateway: {routes: [{method: POST, path: ${JSON.stringify(path)}, scan: json}]}`;
      expect(errorsOf(yaml)).toEqual([expect.stringContaining('gateway.routes[0].path: must be a path')]);
    },
  );
  it('the same route twice is refused', () => {
    const route = '{method: POST, path: /v1/x, scan: json}';
    expect(errorsOf(`gateway: {routes: [${route}, ${route}]}`)).toEqual([
      'gateway.routes[1].path: is the same as that of entry 0 of this list',
    ]);
  });
});

describe('names and keys', () => {
  it('are unique where they name something', () => {
    const own = key();
    const yaml = `
gateway:
  upstreams: [{name: a, mount: /, url: demo}, {name: a, mount: /, url: demo}]
  clients: [{name: c, key: ${own}}, {name: c, key: ${own}}]
profiles: [{name: default}, {name: default}]`;
    expect(errorsOf(yaml).sort()).toEqual([
      'gateway.clients[1].key: is the same as that of entry 0 of this list',
      'gateway.clients[1].name: is the same as that of entry 0 of this list',
      'gateway.upstreams[1].mount: is the same as that of entry 0 of this list',
      'gateway.upstreams[1].name: is the same as that of entry 0 of this list',
      'profiles[1].name: is the same as that of entry 0 of this list',
    ]);
  });
  it('of clients are either a key or its hash', () => {
    expect(errorsOf('gateway: {clients: [{name: c}]}')).toEqual([
      'gateway.clients[0]: must have exactly one of key and keyHash',
    ]);
    expect(
      errorsOf(`gateway: {clients: [{name: c, key: ${key()}, keyHash: "sha256:${'0'.repeat(64)}"}]}`),
    ).toHaveLength(1);
    expect(errorsOf('gateway: {clients: [{name: c, keyHash: "sha256:00"}]}')).toHaveLength(1);
    expect(errorsOf('gateway: {clients: [{name: c, key: tooshort}]}')).toHaveLength(1);
  });
  it('of protocols must exist', () => {
    expect(errorsOf('gateway: {upstreams: [{name: a, mount: /, url: demo, protocols: [gopher]}]}')).toEqual([
      expect.stringMatching(/^gateway.upstreams\[0\].protocols\[0\]: must be one of .*openai-chat/),
    ]);
  });
  it('that clients use must exist', () => {
    const yaml = `gateway: {clients: [{name: c, key: ${key()}, profile: nope, upstreams: [nope]}]}`;
    expect(errorsOf(yaml).sort()).toEqual([
      'gateway.clients[0].profile: names a profile that is not in profiles',
      'gateway.clients[0].upstreams[0]: names an upstream that is not in gateway.upstreams',
    ]);
  });
  it('of profiles need not exist here with a remote service, unless the engine may stand in', () => {
    const scan = `scan: {endpoint: "https://scan.example.com", key: ${key()}`;
    expect(errorsOf(`${scan}}\ngateway: {profile: theirs}`)).toEqual([]);
    expect(errorsOf(`${scan}, onUnavailable: embedded}\ngateway: {profile: theirs}`)).toEqual([
      'gateway.profile: names a profile that is not in profiles',
    ]);
  });
});

describe('listeners', () => {
  const secret = key();
  const set = { SALLYPORT_ADMIN_TOKEN: key(), SALLYPORT_SCAN_API_KEY: key() };
  it.each(['0.0.0.0', '::', '192.0.2.1', 'gateway.example.com'])(
    'the data plane on %s needs clients or open',
    (host) => {
      const yaml = `gateway: {host: "${host}"}`;
      expect(errorsOf(yaml)).toEqual([
        expect.stringMatching(/^gateway.host: .*gateway.clients.*SALLYPORT_GATEWAY_OPEN=true/),
      ]);
      expect(errorsOf(yaml, { SALLYPORT_GATEWAY_OPEN: 'true' })).toEqual([]);
      expect(errorsOf(`gateway: {host: "${host}", clients: [{name: c, key: ${secret}}]}`)).toEqual([]);
    },
  );
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('the data plane on %s needs nothing', (host) => {
    expect(errorsOf(`gateway: {host: "${host}"}`)).toEqual([]);
  });
  it('the control plane on another address needs both tokens given', () => {
    const yaml = 'control: {host: 0.0.0.0}';
    expect(errorsOf(yaml)).toEqual([
      'control.host: is not a loopback address: set SALLYPORT_ADMIN_TOKEN and SALLYPORT_SCAN_API_KEY',
    ]);
    expect(errorsOf(yaml, { SALLYPORT_ADMIN_TOKEN: set.SALLYPORT_ADMIN_TOKEN })).toEqual([
      'control.host: is not a loopback address: set SALLYPORT_SCAN_API_KEY',
    ]);
    expect(errorsOf(yaml, set)).toEqual([]);
  });
  it('never share a port', () => {
    expect(errorsOf('gateway: {port: 9000}\ncontrol: {port: 9000}')).toEqual([
      'control.port: must differ from gateway.port',
    ]);
    expect(errorsOf('gateway: {port: 0}\ncontrol: {port: 0}')).toEqual([]);
  });
});

describe('the environment', () => {
  it('overrides the file', () => {
    const secret = key();
    const { config } = loadText('gateway: {port: 1, host: 127.0.0.2}\nprofiles: [{name: other}]', {
      SALLYPORT_GATEWAY_HOST: '127.0.0.3',
      SALLYPORT_GATEWAY_PORT: '2',
      SALLYPORT_CONTROL_HOST: '127.0.0.4',
      SALLYPORT_CONTROL_PORT: '3',
      SALLYPORT_UPSTREAM_URL: 'https://up.example.com/base',
      SALLYPORT_PROFILE: 'other',
      SALLYPORT_DATA_DIR: '/tmp/x',
      SALLYPORT_ADMIN_TOKEN: secret,
      SALLYPORT_SCAN_API_KEY: `${secret}1`,
      PANW_AI_SEC_API_ENDPOINT: 'https://scan.example.com',
      PANW_AI_SEC_API_KEY: `${secret}2`,
      PANW_AI_SEC_API_TOKEN: `${secret}3`,
      SALLYPORT_LOG_LEVEL: 'warn',
    });
    expect(config).toMatchObject({
      dataDir: '/tmp/x',
      logLevel: 'warn',
      gateway: {
        host: '127.0.0.3',
        port: 2,
        profile: 'other',
        upstreams: [{ name: 'main', mount: '/', url: 'https://up.example.com/base' }],
      },
      control: { host: '127.0.0.4', port: 3, adminToken: secret },
      scanApi: { key: `${secret}1` },
      scan: { endpoint: 'https://scan.example.com', key: `${secret}2`, token: `${secret}3` },
    });
  });
  it('sets the URL of the upstream at / and leaves the others', () => {
    const yaml =
      'gateway: {upstreams: [{name: a, mount: /a, url: demo}, {name: b, mount: /, url: demo, apiKey: k}]}';
    const { config } = loadText(yaml, { SALLYPORT_UPSTREAM_URL: 'https://up.example.com' });
    expect(config.gateway.upstreams).toEqual([
      { name: 'a', mount: '/a', url: 'demo' },
      { name: 'b', mount: '/', url: 'https://up.example.com', apiKey: 'k' },
    ]);
  });
  it.each([
    ['SALLYPORT_GATEWAY_PORT', 'eighty'],
    ['SALLYPORT_CONTROL_PORT', '-1'],
    ['SALLYPORT_GATEWAY_OPEN', 'yes'],
    ['SALLYPORT_GATEWAY_HOST', 'a b'],
    ['SALLYPORT_UPSTREAM_URL', 'https://h/v1'],
    ['SALLYPORT_PROFILE', 'nope'],
    ['SALLYPORT_DATABASE_URL', 'mysql://h'],
    ['SALLYPORT_ADMIN_TOKEN', 'short'],
    ['SALLYPORT_SCAN_API_KEY', 'short'],
    ['PANW_AI_SEC_API_ENDPOINT', 'http://scan.example.com'],
    ['SALLYPORT_LOG_LEVEL', 'loud'],
  ])('is told by its name: %s=%s', (name, value) => {
    expect(errorsOf('', { [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
  });
  it('is not set where it is empty', () => {
    expect(loadText('', { SALLYPORT_GATEWAY_PORT: '', SALLYPORT_UPSTREAM_URL: '' }).config.gateway.port).toBe(
      8080,
    );
  });
  it('fills texts of the file', () => {
    const secret = key();
    const yaml =
      'gateway: {port: "${PORT:-9}", upstreams: [{name: a, mount: /, url: "${URL:-demo}", apiKey: "${KEY}"}]}';
    const { config } = loadText(yaml, { KEY: secret, URL: '' });
    expect(config.gateway).toMatchObject({ port: 9, upstreams: [{ url: 'demo', apiKey: secret }] });
  });
  it('cannot add YAML', () => {
    const value = 'x"}], clients: [], open: true, a: ["\n- b: c';
    const yaml = 'gateway: {upstreams: [{name: a, mount: /, url: demo, profile: "${NAME}"}]}';
    expect(errorsOf(yaml, { NAME: value })).toEqual([
      expect.stringMatching(/^gateway.upstreams\[0\].profile: must be a name/),
    ]);
  });
  it('that is needed and missing is told with the path', () => {
    expect(errorsOf('gateway: {upstreams: [{name: a, mount: /, url: demo, apiKey: "${NOPE}"}]}')).toEqual([
      'gateway.upstreams[0].apiKey: needs the environment variable NOPE, which is not set',
    ]);
  });
  it('is not guessed from a broken expression', () => {
    const yaml = 'gateway: {upstreams: [{name: a, mount: /, url: demo, apiKey: "${MY-KEY}"}]}';
    expect(errorsOf(yaml)).toEqual([
      expect.stringContaining('gateway.upstreams[0].apiKey: must name a variable'),
    ]);
  });
  it('is left alone behind two dollar signs', () => {
    const { config } = loadText(
      'profiles: [{name: default, scanners: [{name: s, type: regex, pattern: "a$${2}"}]}]',
    );
    expect(config.profiles[0]?.scanners[0]?.pattern).toBe('a${2}');
  });
});

describe('profiles', () => {
  it('keep the shipped action where a detector is not named', () => {
    const { policies } = loadText('profiles: [{name: default, prompt: {dlp: {personal: block}}}]');
    expect(policies[0]?.profile.actions.prompt).toMatchObject({
      injection: 'block',
      dlp: { secrets: 'block', personal: 'block' },
      db_security: 'off',
    });
    expect(policies[0]?.profile.actions.response).toMatchObject({ injection: 'off', db_security: 'alert' });
  });
  it('keep their id and change their revision when they change', () => {
    const [a, b, c] = ['', ', maskOnBlock: true', ''].map(
      (more) => loadText(`profiles: [{name: default${more}}]`).policies[0]?.profile,
    );
    expect(a?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(b?.id).toBe(a?.id);
    expect(b?.revision).not.toBe(a?.revision);
    expect(c?.revision).toBe(a?.revision);
  });
  it('read their feed from beside the file', () => {
    const yaml = 'profiles: [{name: default, urlFeed: urls.txt}]';
    const { policies } = loadText(yaml, {}, { beside: { 'urls.txt': 'a.example\nb.example\n' } });
    expect(policies[0]?.profile.urlFeed).toEqual(['a.example', 'b.example', '']);
    expect(errorsOf(yaml)).toEqual(['profiles[0].urlFeed: must name a file that can be read']);
  });
  it('tell a pattern that does not compile with its path', () => {
    const yaml = 'profiles: [{name: default, scanners: [{name: s, type: regex, pattern: "("}]}]';
    const failing = () => {
      throw new PolicyError('scanners[0].pattern', 'is not a regular expression');
    };
    expect(errorsOf(yaml, {}, failing)).toEqual([
      'profiles[0].scanners[0].pattern: is not a regular expression',
    ]);
  });
});

function never(): never {
  throw new Error('not reached');
}

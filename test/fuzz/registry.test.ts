/** A thousand random changes of the registry against a model of its rules, over every store (contract §5). */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Registry } from '../../src/registry/registry.ts';
import { RegistryError } from '../../src/registry/registry-error.ts';
import { describeStores } from '../support/store-suite.ts';
import { ACTOR, seededRegistry } from '../support/test-registry.ts';

const OPERATIONS = Number(process.env.REGISTRY_OPERATIONS ?? 1_000);
const SEED = 20_261_128;
const TIMEOUT_MS = 240_000;

const number = fc.nat({ max: 1_000 });
const maybe = fc.option(fc.boolean(), { nil: undefined });
const operation = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('create' as const), published: maybe }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('update' as const),
      scanner: number,
      name: fc.option(fc.constantFrom('one', 'two', 'v_3', 'v_5', 'bad name'), { nil: undefined }),
      inner: maybe,
      outer: maybe,
      push: maybe,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('publish' as const),
      scanner: number,
      version: number,
      push: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('project' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('add' as const), scanner: number, project: number }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('enable' as const),
      scanner: number,
      project: number,
      enabled: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('pin' as const),
      scanner: number,
      project: number,
      version: number,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('remove' as const), scanner: number, project: number }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), scanner: number }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('drop' as const), project: number }) },
);
type Operation = (typeof operation extends fc.Arbitrary<infer T> ? T : never) & object;

interface ModelVersion {
  readonly id: string;
  readonly name: string;
  published: boolean;
}
interface ModelEntry {
  enabled: boolean;
  version: string | null;
}

/** The rules again, in the plainest words. */
class Model {
  readonly scanners = new Map<string, ModelVersion[]>();
  readonly projects = new Map<string, Map<string, ModelEntry>>();

  push(scanner: string, version: string): void {
    for (const entries of this.projects.values()) {
      const entry = entries.get(scanner);
      if (entry !== undefined) entry.version = version;
    }
  }

  latestPublished(scanner: string): string | undefined {
    return this.scanners.get(scanner)?.findLast((version) => version.published)?.id;
  }

  /** The name that a version without one gets. */
  nextName(scanner: string): string {
    const versions = this.scanners.get(scanner) ?? [];
    let ordinal = versions.length + 1;
    while (versions.some((it) => it.name === `v_${ordinal}`)) ordinal += 1;
    return `v_${ordinal}`;
  }
}

const pick = <T>(items: Iterable<T>, index: number): T | undefined => {
  const all = [...items];
  return all[index % Math.max(1, all.length)];
};

class Run {
  readonly model = new Model();
  readonly registry: Registry;
  refused = 0;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** Does it to both; what the model refuses the registry must refuse too, and the other way round. */
  async step(op: Operation): Promise<void> {
    switch (op.type) {
      case 'create':
        return this.create(op.published);
      case 'update':
        return this.update(op);
      case 'publish':
        return this.publish(op);
      case 'project': {
        const id = await this.registry.createProject(ACTOR, { name: 'Any', type: 'app' });
        this.model.projects.set(id, new Map());
        return undefined;
      }
      case 'delete': {
        const scanner = pick(this.model.scanners.keys(), op.scanner);
        if (scanner === undefined) return undefined;
        await this.registry.deleteScanner(ACTOR, scanner);
        this.model.scanners.delete(scanner);
        for (const entries of this.model.projects.values()) entries.delete(scanner);
        return undefined;
      }
      case 'drop': {
        const project = pick(this.model.projects.keys(), op.project);
        if (project === undefined) return undefined;
        await this.registry.deleteProject(ACTOR, project);
        this.model.projects.delete(project);
        return undefined;
      }
      default:
        return this.inProject(op);
    }
  }

  async create(published: boolean | undefined): Promise<void> {
    const config = { type: 'keyword', words: ['bluebird'] } as const;
    const id = await this.registry.createScanner(ACTOR, { name: 'Birds', config, published });
    const [version] = await this.registry.listVersions(id);
    if (version === undefined) throw new Error('a scanner without a version');
    this.model.scanners.set(id, [{ id: version.id, name: 'v_1', published: published ?? false }]);
  }

  async update(op: Extract<Operation, { type: 'update' }>): Promise<void> {
    const scanner = pick(this.model.scanners.keys(), op.scanner);
    const versions = scanner === undefined ? undefined : this.model.scanners.get(scanner);
    if (scanner === undefined || versions === undefined) return;
    const { name, inner, outer, push } = op;
    const isTaken = versions.some((it) => it.name === name);
    const work = this.registry.updateScanner(ACTOR, scanner, {
      config: { type: 'keyword', words: ['redbird'] },
      published: outer,
      version: { name, published: inner, push },
    });
    if (name === 'bad name') return this.refuses(work, 'invalid');
    if (isTaken) return this.refuses(work, 'conflict');
    const expected = name ?? this.model.nextName(scanner);
    const { version } = await work;
    const published = inner ?? outer ?? false;
    expect(version).toMatchObject({ name: expected, published });
    versions.push({ id: version?.id ?? '', name: expected, published });
    if (published && push === true) this.model.push(scanner, version?.id ?? '');
  }

  async publish(op: Extract<Operation, { type: 'publish' }>): Promise<void> {
    const scanner = pick(this.model.scanners.keys(), op.scanner);
    const version = pick(this.model.scanners.get(scanner ?? '') ?? [], op.version);
    if (scanner === undefined || version === undefined) return;
    await this.registry.updateVersion(ACTOR, scanner, version.id, { published: true, push: op.push });
    version.published = true;
    if (op.push) this.model.push(scanner, version.id);
  }

  async inProject(op: Extract<Operation, { project: number; scanner: number }>): Promise<void> {
    const project = pick(this.model.projects.keys(), op.project);
    const scanner = pick(this.model.scanners.keys(), op.scanner);
    const entries = this.model.projects.get(project ?? '');
    if (project === undefined || scanner === undefined || entries === undefined) return;
    const entry = entries.get(scanner);
    if (op.type === 'add') {
      await this.registry.addScanner(ACTOR, project, scanner);
      if (entry === undefined) entries.set(scanner, { enabled: false, version: null });
      return;
    }
    if (op.type === 'remove') {
      await this.registry.removeScanner(ACTOR, project, scanner);
      entries.delete(scanner);
      return;
    }
    const version = op.type === 'pin' ? pick(this.model.scanners.get(scanner) ?? [], op.version) : undefined;
    const patch = op.type === 'pin' ? { version: version?.id } : { enabled: op.enabled };
    const work = this.registry.updateProject(ACTOR, project, { scanners: [{ id: scanner, ...patch }] });
    if (entry === undefined) return this.refuses(work, 'invalid');
    if (op.type === 'pin') {
      if (version?.published !== true) return this.refuses(work, 'invalid');
      await work;
      entry.version = version.id;
      return;
    }
    const runs = entry.version ?? this.model.latestPublished(scanner) ?? null;
    if (op.enabled && runs === null) return this.refuses(work, 'invalid');
    await work;
    entry.enabled = op.enabled;
    if (op.enabled) entry.version = runs;
  }

  async refuses(work: Promise<unknown>, fault: string): Promise<void> {
    const error = await work.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error instanceof RegistryError ? error.fault : error).toBe(fault);
    this.refused += 1;
  }

  /** The whole of both, side by side. */
  async compare(): Promise<void> {
    for (const [id, versions] of this.model.scanners) {
      const stored = await this.registry.listVersions(id);
      const facts = stored.map((it) => ({ id: it.id, name: it.name, published: it.published }));
      expect(facts.toReversed()).toEqual(versions);
      expect(new Set(stored.map((it) => it.name)).size).toBe(stored.length);
    }
    for (const [id, entries] of this.model.projects) {
      const project = await this.registry.getProject(id);
      const facts = project.scanners.map((it) => [
        it.scannerId,
        { enabled: it.enabled, version: it.versionId },
      ]);
      expect(Object.fromEntries(facts)).toEqual(Object.fromEntries(entries));
      for (const { enabled, versionId } of project.scanners) if (enabled) expect(versionId).not.toBeNull();
    }
  }
}

describeStores('the registry under random changes', ({ open, test }) => {
  test(
    `is what the model says after ${OPERATIONS} of them`,
    async () => {
      const run = new Run(await seededRegistry(await open()));
      const operations = fc.sample(operation, { numRuns: OPERATIONS, seed: SEED });
      for (const [index, op] of operations.entries()) {
        await run.step(op);
        if (index % 50 === 49) await run.compare();
      }
      await run.compare();
      expect(run.refused).toBeGreaterThan(OPERATIONS / 50);
    },
    TIMEOUT_MS,
  );
});

/** `db_security` by class of statement, on the right sides, with plain reads told but not held against a text. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/engine/compile.ts';
import { makeProfile, STILL } from './profile.ts';

const policy = compile(makeProfile({ response: { db_security: 'block' } }), STILL);
const classesOf = async (response: string) => {
  const { findings } = await policy.scan({ contents: [{ response }] });
  return new Set(findings.map((finding) => finding.category.replace('database-security-', '')));
};

describe('db_security', () => {
  it.each([
    ['SELECT [name] FROM [dbo].[staff] WHERE [id] = 4', 'read'],
    ['select `name` from `shop`.`staff` limit 5', 'read'],
    ['SELECT "name" FROM "staff" FETCH FIRST 5 ROWS ONLY', 'read'],
    ['SELECT s.* EXCEPT (a) FROM `project.set.staff` AS s', 'read'],
    ['WITH t AS (SELECT 1 AS a) SELECT a FROM t', 'read'],
    ['PRAGMA table_info(staff)', 'read'],
    ['SELECT name FROM staff QUALIFY row_number() OVER (ORDER BY id) = 1', 'read'],
    ['INSERT ALL INTO t1 VALUES (1) INTO t2 VALUES (2) SELECT 1 FROM dual', 'create'],
    ['CREATE TRANSIENT TABLE t (a int)', 'create'],
    ["UPDATE [dbo].[staff] SET [name] = N'Bo'", 'update'],
    ['ALTER KEYSPACE shop WITH replication = {}', 'update'],
    ['DELETE TOP (5) FROM staff WHERE id > 3', 'delete'],
    ['DROP KEYSPACE shop;', 'delete'],
    ['DENY SELECT ON staff TO bo', 'privilege'],
    ["SET PASSWORD FOR 'bo'@'%' = 'x'", 'privilege'],
    ['EXEC msdb.dbo.sp_start_job 1', 'exec'],
  ])('%s is of class %s', async (statement, kind) => {
    expect(await classesOf(statement)).toContain(kind);
    expect(await classesOf(`Sure, try this:\n\`\`\`sql\n${statement}\n\`\`\`\n`)).toContain(kind);
  });

  it('tells a plain read without holding it against the answer', async () => {
    const { judgement, findings } = await policy.scan({ contents: [{ response: 'SELECT a FROM t' }] });
    expect(findings.map(({ category, action }) => [category, action])).toEqual([
      ['database-security-read', 'off'],
    ]);
    expect(judgement).toMatchObject({
      action: 'allow',
      category: 'benign',
      response_detected: { db_security: false },
    });
  });

  it('judges answers and tool results, not prompts', async () => {
    const text = 'DROP TABLE staff;';
    const { judgement } = await policy.scan({ contents: [{ prompt: text }] });
    expect(judgement).toMatchObject({ category: 'benign' });
    expect(judgement.prompt_detected).not.toHaveProperty('db_security');
    const tool = await policy.scan({ contents: [{ tool_event: { output: text } }] });
    expect(tool.judgement.action).toBe('block');
  });

  it('points at the statement in code points, behind emoji and combining marks', async () => {
    const before = '👩‍🚀 re\u0301sume\u0301 𝒜: ';
    const { findings } = await policy.scan({
      contents: [{ response: `${before}ＤＲＯＰ TABLE staff; bye` }],
    });
    const [finding] = findings;
    const points = [...`${before}ＤＲＯＰ TABLE staff; bye`];
    expect(points.slice(finding?.start, finding?.end).join('')).toBe('ＤＲＯＰ TABLE staff');
  });
});

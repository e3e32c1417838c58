/** The description of the API as one page to read: no script, nothing from elsewhere. */
import { createHash } from 'node:crypto';
import type { ApiDocument } from './api-document.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { border-bottom: 1px solid; padding-bottom: .25rem; margin-top: 2.5rem; }
h2 b { display: inline-block; min-width: 4rem; font: 700 1rem ui-monospace, monospace; }
code, pre { font: 14px ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: 4px; }
table { border-collapse: collapse; }
td, th { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; }
`;

/** What the page's own style needs of the content security policy. */
export const PAGE_STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

type Json = Readonly<Record<string, unknown>>;

export function writePage(document: ApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, operation]) =>
      writeOperation(method, path, operation as Json),
    ),
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) => `<h3 id="${text(name)}">${text(name)}</h3>${pre(schema)}`,
  );
  const { title, version, description = '' } = document.info;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text(title)}</title>
<style>${STYLE}</style>
<h1>${text(title)} ${text(version)}</h1>
<p>${text(description)} The same for programs: <a href="/openapi.json">/openapi.json</a>.</p>
${operations.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</html>
`;
}

function writeOperation(method: string, path: string, operation: Json): string {
  const { summary, description, parameters, requestBody, responses } = operation;
  const body = schemaOf(requestBody);
  const rows = Object.entries((responses ?? {}) as Json).map(([status, response]) => {
    const when = text((response as Json).description);
    return `<tr><td><code>${text(status)}</code><td>${when}<td>${link(schemaOf(response))}`;
  });
  const asked = ((parameters ?? []) as readonly Json[]).map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${text(name)}</code><td>${text(place)}${required === true ? ', required' : ''}<td>${text(
        (schema as Json | undefined)?.description,
      )}`,
  );
  return `<h2><b>${text(method.toUpperCase())}</b> <code>${text(path)}</code></h2>
<p>${text(summary)}. ${text(description)}</p>
${asked.length === 0 ? '' : `<table><tr><th>parameter<th>where<th>what${asked.join('')}</table>`}
${body === undefined ? '' : `<p>Body: ${link(body)}</p>`}
<table><tr><th>status<th>when<th>body${rows.join('')}</table>`;
}

function schemaOf(holder: unknown): Json | undefined {
  const content = (holder as Json | undefined)?.content as Json | undefined;
  return (content?.['application/json'] as Json | undefined)?.schema as Json | undefined;
}

/** The name of a schema as a link, and that of its elements. */
function link(schema: Json | undefined): string {
  const items = schema?.items as Json | undefined;
  if (items !== undefined) return `list of ${link(items)}`;
  const name =
    String(schema?.$ref ?? '')
      .split('/')
      .at(-1) ?? '';
  return name === '' ? '' : `<a href="#${text(name)}">${text(name)}</a>`;
}

const pre = (value: unknown): string => `<pre>${text(JSON.stringify(value, null, 2))}</pre>`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: unknown): string =>
  String(value ?? '').replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

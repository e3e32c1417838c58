/** Reads the code blocks of a Markdown page. */

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^```([a-z]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

/** The commands of a page's `sh` blocks, one a line; comments are left out. */
export function commandsOf(page: string): string[] {
  return codeBlocks(page)
    .filter((block) => block.language === 'sh')
    .flatMap((block) => block.text.replace(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

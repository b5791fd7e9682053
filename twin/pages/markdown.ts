import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkBreaks from 'remark-breaks'
import remarkGfm from 'remark-gfm'
import remarkGithub, { type BuildUrlValues } from 'remark-github'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { type Html, html } from './html.ts'

/** Before the ids of footnotes: each text has its own, so that two on a page lead each to its own. */
const prefixOf = (text: string) =>
  `user-content-${createHash('sha256').update(text).digest('hex').slice(0, 8)}-`

/** What GitHub lets through, but for pictures: a page of this machine fetches nothing from elsewhere. */
const SCHEMA = { ...defaultSchema, tagNames: defaultSchema.tagNames?.filter(name => name !== 'img') ?? [] }

/** A text that takes longer is not worth a twin that answers nobody. Milliseconds. */
const PATIENCE = 5000

/**
 * GitHub-flavoured Markdown as comments show it, where each line break counts. Anybody may have written it: what is not on
 * GitHub's own list of harmless tags and attributes is taken out, and what nobody can render is shown as it was typed.
 *
 * @param home `/owner/name` of the repository in which `#1` is meant. @param patience milliseconds
 */
export function markdown(text: string, home: string, patience = PATIENCE): Html {
  try {
    // Some texts take time by the square of their length, or more: only V8 itself can end that.
    const done = runInNewContext('render()', { render: () => render(text, home) }, { timeout: patience })
    return { html: String(done) }
  } catch (error) {
    if (!isTooMuch(error)) throw error
    return html`<div class="text">${text}</div>`
  }
}

function render(text: string, home: string): string {
  const prefix = prefixOf(text)
  const done = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkBreaks)
    .use(remarkGithub, { repository: home.slice(1), mentionStrong: false, buildUrl: addressOf })
    .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: '' })
    .use(rehypeRaw)
    .use(rehypeSanitize, { ...SCHEMA, clobberPrefix: prefix })
    .use(leadWithin, prefix)
    .use(rehypeStringify)
    .processSync(text)
  return String(done)
}

type Node = { type: string; properties?: Record<string, unknown>; children?: Node[] }

/** Links within the text: what they lead to bears the prefix since it was made harmless. */
function leadWithin(prefix: string): (tree: Node) => void {
  return function walk(node: Node): void {
    const { properties = {}, children = [] } = node
    const { href } = properties
    if (typeof href === 'string' && href.startsWith('#')) properties.href = `#${prefix}${href.slice(1)}`
    for (const child of children) walk(child)
  }
}

/** Time, or the stack: deeply nested lists, quotes and tags are walked by functions that call themselves. */
function isTooMuch(error: unknown): boolean {
  return (
    error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}

function addressOf(meant: Readonly<BuildUrlValues>): string {
  switch (meant.type) {
    case 'mention':
      return `/${meant.user}`
    case 'issue':
      return `/${meant.user}/${meant.project}/issues/${meant.no}`
    case 'commit':
      return `/${meant.user}/${meant.project}/commit/${meant.hash}`
    case 'compare':
      return `/${meant.user}/${meant.project}/compare/${meant.base}...${meant.compare}`
  }
}

import rehypeRaw from 'rehype-raw'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkBreaks from 'remark-breaks'
import remarkGfm from 'remark-gfm'
import remarkGithub, { type BuildUrlValues } from 'remark-github'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import type { Html } from './html.ts'

/** What GitHub lets through, but for pictures: a page of this machine fetches nothing from elsewhere. */
const SCHEMA = { ...defaultSchema, tagNames: defaultSchema.tagNames?.filter(name => name !== 'img') ?? [] }

/**
 * GitHub-flavoured Markdown as comments show it, where each line break counts. Anybody may have written it: what is not on
 * GitHub's own list of harmless tags and attributes is taken out.
 *
 * @param home `/owner/name` of the repository in which `#1` is meant.
 */
export function markdown(text: string, home: string): Html {
  const done = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkBreaks)
    .use(remarkGithub, { repository: home.slice(1), mentionStrong: false, buildUrl: addressOf })
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize, SCHEMA)
    .use(rehypeStringify)
    .processSync(text)
  return { html: String(done) }
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

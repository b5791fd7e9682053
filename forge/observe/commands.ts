import type { Forge } from '../forge.ts'
import type { Lru } from '../lru.ts'
import { read } from '../read.ts'
import type { CommentWire, IssueWire } from '../wire.ts'
import { instant } from './actor.ts'
import { LAG } from './issues.ts'

/** How far back a process that knows nothing yet looks for commands. */
const FIRST_LOOK = 14 * 86_400_000
const PAGES = 10

export type Commanded = Pick<Lru<true, number>, 'get'>

/**
 * Finds `/chorus` commands on issues that nothing else marks as ours, from the repository's newest comments: asked only
 * when such an issue changed, so that a repository full of talk costs no request for each issue.
 */
export async function findCommanded(forge: Forge, quiet: readonly IssueWire[]): Promise<Commanded> {
  const { memory } = forge
  const talked = quiet.filter(issue => issue.comments > 0)
  const changed = talked.filter(issue => memory.quiet.get(String(issue.number)) !== issue.updated_at)
  if (changed.length === 0) return memory.commanded
  await scan(forge, Math.min(...changed.map(issue => instant(issue.updated_at))))
  for (const issue of changed) {
    // A list of comments may lag behind the list of issues: settled only when the change is some time ago.
    if (forge.now() - instant(issue.updated_at) > LAG)
      memory.quiet.set(String(issue.number), issue.updated_at)
  }
  return memory.commanded
}

async function scan(forge: Forge, changedAt: number): Promise<void> {
  const back = Math.max(changedAt - LAG, forge.now() - FIRST_LOOK)
  for (let page = 1; page <= PAGES; page++) {
    const query = { sort: 'updated', direction: 'desc', per_page: 100, page }
    const { body, more } = await read<CommentWire[]>(forge, '/repos/{owner}/{repo}/issues/comments', query)
    for (const comment of body) {
      if (looksLikeCommand(comment.body ?? '')) {
        forge.memory.commanded.set(Number(/(\d+)$/.exec(comment.issue_url)?.[1]), true)
      }
    }
    const oldest = body.at(-1)
    if (!more || oldest === undefined || instant(oldest.updated_at) < back) return
  }
}

/** Line by line: blanks that could also be line ends would let one comment take seconds. */
export function looksLikeCommand(body: string): boolean {
  return /^[^\S\r\n]*\/chorus\b/m.test(body)
}

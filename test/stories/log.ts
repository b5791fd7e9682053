import type { LedgerEvent } from '../../core/ledger.ts'
import { parseLogPath, printTaskId } from '../../core/names.ts'
import { git } from '../../twin/git.ts'
import type { Story } from './story.ts'

/** Every line of the log on the ledger, as it was written. */
export async function logLines(story: Story): Promise<LedgerEvent[]> {
  const { stdout } = await git(story.repo, ['ls-tree', '-r', '--name-only', 'chorus/ledger'])
  const paths = stdout
    .toString()
    .split('\n')
    .filter(path => parseLogPath(path)?.log === 'events')
  const texts = await Promise.all(paths.map(path => story.file(path, 'chorus/ledger')))
  return texts.flatMap(text => (text ?? '').split('\n').filter(Boolean)).map(line => JSON.parse(line))
}

/** What people said on an issue that was done, as the log has it: the comment that each names is on that issue. */
export async function saidInLog(story: Story, issue: number): Promise<[string, string][]> {
  const lines = (await logLines(story)).filter(({ task }) => task === printTaskId(issue))
  return lines.flatMap(({ event, actor, evidence: { comment } }) => {
    if (typeof comment !== 'number') return []
    const said = story.repo.comments.get(comment)
    if (said?.issue !== issue || said.user.login !== actor)
      throw new Error(`the log has ${event} by ${actor} of comment ${comment}, which is not there`)
    return [[event, actor]]
  })
}

import { type UsageEvent, usageEvent } from '../../core/accounts/usage.ts'
import { parseLogPath } from '../../core/names.ts'
import { git } from '../../twin/git.ts'
import type { Story } from './story.ts'

/** Every line of the accounts on the ledger. */
export async function usageLines(story: Story): Promise<UsageEvent[]> {
  const { stdout } = await git(story.repo, ['ls-tree', '-r', '--name-only', 'chorus/ledger'])
  const paths = stdout
    .toString()
    .split('\n')
    .filter(path => parseLogPath(path)?.log === 'usage')
  const texts = await Promise.all(paths.map(path => story.file(path, 'chorus/ledger')))
  const lines = texts.flatMap(text => (text ?? '').split('\n').filter(line => line !== ''))
  return lines.map(line => usageEvent.parse(JSON.parse(line)))
}

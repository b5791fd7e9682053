import type { Run } from '../../twin/actions/state.ts'
import { git } from '../../twin/git.ts'
import type { Pull } from '../../twin/pulls/state.ts'
import type { Story } from './story.ts'

/** A pull request that waits for nothing but a label, so that a story can do something to it meanwhile. */
export type Held = { issue: number; pull: Pull; release(): Promise<void> }

const SCRIPT: readonly string[] = ['write src/a.js', '  export {}']

export async function openHeld(story: Story, script = SCRIPT, by = 'ada'): Promise<Held> {
  const issue = await story.issue({ script, labels: ['hold'], by })
  await story.label(issue, 'agent:scripted', by)
  const pull = await story.until('it is held', () => whenGate(story, issue, 'labels: '))
  const at = { owner: story.repo.owner.login, repo: story.repo.name, issue_number: issue }
  const release = async () => {
    await story.as('ada').rest.issues.removeLabel({ ...at, name: 'hold' })
  }
  return { issue, pull, release }
}

/** The pull request of that issue, once its gate's title starts like this. */
export function whenGate(story: Story, issue: number, start: string): Pull | null {
  const pull = story.pullOf(issue)
  return pull !== null && story.gateOf(pull.head.sha)?.title?.startsWith(start) ? pull : null
}

/** Every run that somebody asked for; CI is not among them. */
export function dispatched({ repo }: Story): Run[] {
  return [...repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch')
}

/** The whole message of the newest commit on the default branch. */
export async function lastMessage({ repo }: Story): Promise<string> {
  return (await git(repo, ['log', '-1', '--format=%B', repo.default_branch])).stdout.toString()
}

/** Tasks that the ledger knows of. */
export async function recordsOf({ repo }: Story): Promise<string[]> {
  const listed = await git(repo, ['ls-tree', '--name-only', 'refs/heads/chorus/ledger', 'tasks/'])
  return listed.stdout.toString().trim().split('\n')
}

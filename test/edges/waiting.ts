import { printAttemptRef, printBranch, printTaskId } from '../../core/names.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import type { ForgeStage } from './forge-stage.ts'

/** Longer than any answer about what is there may lag. Milliseconds. */
const SETTLED = 120_000

/**
 * So many tasks whose pull requests are open, each with a gate that waits. Then nothing happens any more.
 * @returns requests that count of a look in which nothing is new.
 */
export async function countIdle(stage: ForgeStage, tasks: number): Promise<string[]> {
  const { at, forge, repo, twin } = stage
  const { rest } = stage.as('ada')
  for (let n = 1; n <= tasks; n++) {
    const wish = { title: `Part ${n}`, body: 'Please.', labels: ['agent:codex'] }
    const issue = (await rest.issues.create({ ...at, ...wish })).data.number
    const task = printTaskId(issue)
    const change = { branch: `scratch-${n}`, files: { [`src/${n}.js`]: '// new\n' }, message: `feat: ${n}` }
    const sha = await commitFiles(twin.state, repo, change)
    await rest.git.createRef({ ...at, ref: printAttemptRef({ task, attempt: 1 }), sha })
    const branch = printBranch({ agent: 'codex', task })
    await act({ do: 'publish', task, branch, before: null, after: sha, move: 'fast-forward' })
    const text = { title: `feat: ${n} [${task}]`, body: `Closes #${issue}`, base: 'main' }
    const { pull } = await act({ do: 'open', task, head: branch, sha, ...text })
    const waits = { title: 'Waiting', summary: 'For checks.', key: 'w', check: null, conclusion: null }
    await act({ do: 'gate', task, pull: Number(pull), head: sha, ...waits })
  }
  await twin.quiet(300_000)
  // What was asked in the very moment of a change is asked once more, later; from then on each by REST, the first time in full.
  await observe(forge)
  forge.now = () => Date.now() + SETTLED
  for (let looks = 2; looks > 0; looks--) await observe(forge)
  stage.counted()
  const world = await observe(forge)
  const open = world.tasks.filter(({ pull }) => pull?.state === 'open' && pull.gate?.key === 'w')
  if (open.length !== tasks) throw new Error(`${open.length} of ${tasks} pull requests wait with a gate`)
  return stage.counted()

  async function act(effect: Parameters<typeof perform>[1]): Promise<Record<string, unknown>> {
    const done = await perform(forge, effect)
    if (!done.ok) throw new Error(JSON.stringify(done.fault))
    return (done.note ?? {}) as Record<string, unknown>
  }
}

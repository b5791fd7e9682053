import { afterEach, expect, test } from 'vitest'
import { printBranch, printPullMarker, printTaskId } from '../../core/names.ts'
import { type Performed, perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

function note(performed: Performed): number {
  if (!performed.ok) throw new Error(JSON.stringify(performed.fault))
  return (performed.note as { pull: number }).pull
}

test('an attempt is shown once: a controller that was held up opens nothing that was closed meanwhile', async () => {
  stage = await setForgeStage()
  const { twin, repo, forge, at } = stage
  const task = printTaskId(1)
  const branch = printBranch({ agent: 'codex', task })
  const files = { 'src/a.js': 'export const a = 2\n' }
  const head = await commitFiles(twin.state, repo, { branch, files, message: 'feat: more' })
  const opening = (attempt: number) =>
    ({
      do: 'open',
      task,
      head: branch,
      sha: head,
      base: 'main',
      title: 'feat: more',
      body: `Closes #1\n\n${printPullMarker({ task, attempt })}`,
    }) as const
  const late = stage.another()

  const pull = note(await perform(forge, opening(1)))
  expect(note(await perform(late, opening(1)))).toBe(pull)
  await stage.as('bob').rest.pulls.update({ ...at, pull_number: pull, state: 'closed' })
  expect(await perform(late, opening(1))).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: `#${pull} has shown this attempt already` },
  })
  expect(repo.pulls.size).toBe(1)

  // Another attempt is another matter.
  expect(note(await perform(forge, opening(2)))).not.toBe(pull)
  expect(repo.pulls.size).toBe(2)
})

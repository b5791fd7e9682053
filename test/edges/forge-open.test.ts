import { afterEach, expect, test } from 'vitest'
import { printAttemptRef, printBranch, printPullMarker, printTaskId } from '../../core/names.ts'
import { observe } from '../../forge/observe.ts'
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

/** Two pull requests of one attempt: GitHub takes the second, as the first was merged before. `second`: by the controller that was held up. */
async function openTwice() {
  stage = await setForgeStage()
  const { twin, repo, forge, at } = stage
  const { rest } = stage.as('bob')
  const wish = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
  const issue = (await stage.as('ada').rest.issues.create({ ...at, ...wish })).data.number
  const task = printTaskId(issue)
  const branch = printBranch({ agent: 'codex', task })
  const files = { 'src/a.js': 'export const a = 2\n' }
  const sha = await commitFiles(twin.state, repo, { branch, files, message: 'feat: more' })
  await rest.git.createRef({ ...at, ref: printAttemptRef({ task, attempt: 1 }), sha })
  const body = printPullMarker({ task, attempt: 1 })
  const opening = { do: 'open', task, head: branch, sha, base: 'main', title: 'feat: more', body } as const
  const crew = [forge, stage.another()]
  for (const one of crew) await observe(one)
  const first = note(await perform(forge, opening))
  await rest.pulls.merge({ ...at, pull_number: first, merge_method: 'squash' })
  const { title, head, base } = opening
  const wrong = { ...at, title, head, base, body }
  const second = (await crew[1]!.octokit.request('POST /repos/{owner}/{repo}/pulls', wrong)).data.number
  return { task, first, second, crew: [...crew, stage.another()] }
}

test('what somebody opened of an attempt that had landed is nobody’s: the task stays landed, whoever looks', async () => {
  const { task, first, second, crew } = await openTwice()
  const seen = async () => {
    const worlds = await Promise.all(crew.map(forge => observe(forge)))
    return worlds.map(world => world.tasks.find(({ id }) => id === task)?.pull)
  }
  const landed = crew.map(() => expect.objectContaining({ number: first, state: 'merged' }))
  expect(await seen()).toEqual(landed)
  await stage.as('bob').rest.pulls.update({ ...stage.at, pull_number: second, state: 'closed' })
  expect(await seen()).toEqual(landed)
})

test('who waited long before opening looks once more afterwards: what has landed meanwhile is closed again', async () => {
  stage = await setForgeStage()
  const { twin, repo, forge, at } = stage
  const task = printTaskId(1)
  const branch = printBranch({ agent: 'codex', task })
  const files = { 'src/a.js': 'export const a = 2\n' }
  const sha = await commitFiles(twin.state, repo, { branch, files, message: 'feat: more' })
  const body = printPullMarker({ task, attempt: 1 })
  const opening = { do: 'open', task, head: branch, sha, base: 'main', title: 'feat: more', body } as const
  const late = stage.another()
  let waited = 0
  late.now = () => Date.now() + waited
  late.octokit.hook.before('request', async options => {
    if (options.method !== 'POST' || waited > 0) return
    waited = 5_000
    const pull_number = note(await perform(forge, opening))
    await stage.as('bob').rest.pulls.merge({ ...at, pull_number, merge_method: 'squash' })
  })
  const why = expect.stringContaining('has shown this attempt meanwhile')
  expect(await perform(late, opening)).toMatchObject({ ok: false, fault: { is: 'stale', why } })
  expect([...repo.pulls.values()].map(pull => [pull.merged, repo.issues.get(pull.number)?.state])).toEqual([
    [true, 'closed'],
    [false, 'closed'],
  ])
})

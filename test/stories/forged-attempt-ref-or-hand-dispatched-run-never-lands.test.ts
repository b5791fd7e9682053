import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printAttemptRef, printClaimRef, printReportRef, printTaskId } from '../../core/names.ts'
import { git } from '../../twin/git.ts'
import { tokenFor } from '../../twin/seed.ts'
import { runsOf } from './acts.ts'
import { dispatched, openHeld, whenGate } from './held.ts'
import { openStory, type Story } from './story.ts'

/** grace may push: she makes what looks like work of ours, by every door that she has. */
const at = { owner: 'acme', repo: 'greeter' }

/** A commit on the default branch that nobody looked at, on a branch of her own. */
function evil(story: Story, message = 'evil'): Promise<string> {
  const files = { 'src/evil.js': 'export const evil = true\n' }
  return story.push({ branch: 'evil', files, message, by: 'grace' })
}

function createRef(story: Story, ref: string, sha: string) {
  return story.as('grace').rest.git.createRef({ ...at, ref, sha })
}

/** By git over HTTP, as from any clone. */
async function pushRef(story: Story, ref: string, sha: string): Promise<void> {
  const url = new URL(`${story.twin.url}/acme/greeter.git`)
  url.username = 'grace'
  url.password = tokenFor(story.twin.state, 'grace')
  const dir = await mkdtemp(join(tmpdir(), 'grace-'))
  try {
    await git(dir, ['init', '--quiet', '--bare'])
    await git(dir, ['fetch', '--quiet', url.href, sha])
    await git(dir, ['push', '--quiet', '--force', url.href, `${sha}:${ref}`])
  } finally {
    await rm(dir, { recursive: true })
  }
}

test.each([1, 2])('refs made by hand before the task starts never land (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const sha = await evil(story)
  const issue = await story.issue({ script: ['write src/a.js', '  export {}'] })
  const first = { task: printTaskId(issue), attempt: 1 }
  await createRef(story, printClaimRef(first), sha)
  await pushRef(story, printAttemptRef(first), sha)
  await createRef(story, printReportRef(first), sha)
  await story.push({
    branch: `agent/scripted/${first.task}`,
    files: { 'src/evil.js': 'evil\n' },
    by: 'grace',
  })
  await story.quiet()
  expect(dispatched(story)).toEqual([])
  expect(story.repo.pulls.size).toBe(0)

  await story.label(issue)
  // The branch holds commits of a person: they are never overwritten, and never taken for ours.
  await story.until('an attempt was made', () => runsOf(story, issue)[0]?.conclusion === 'success')
  await story.quiet()
  expect(await story.file('src/evil.js')).toBeNull()
  expect(story.repo.pulls.size).toBe(0)
  expect(dispatched(story)).toHaveLength(1)
  expect(story.saidOn(issue).join()).toContain(`agent/scripted/${first.task}`)
})

test.each([1, 2])(
  'an attempt ref that was moved under an open pull request never lands (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const { issue, pull, release } = await openHeld(story)
    const name = { task: printTaskId(issue), attempt: 1 }
    const files = { 'src/evil.js': 'export const evil = true\n' }
    const sha = await story.push({ branch: pull.head.ref, files, by: 'grace' })
    await pushRef(story, printAttemptRef(name), sha)
    await release()
    await story.until('the gate refuses it', () => story.gateOf(sha)?.conclusion === 'failure')
    await story.quiet()

    expect(story.gateOf(sha)?.title).toMatch(/^linked: attempt 1 did not come from a run of ours/)
    expect(pull.merged).toBe(false)
    expect(await story.file('src/evil.js')).toBeNull()
  },
)

test.each([1, 2])('a claim made by hand takes a number and brings nothing (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull, release } = await openHeld(story)
  const task = printTaskId(issue)
  const real = (await story.refs('refs/chorus/claims')).get(printClaimRef({ task, attempt: 1 }))
  // The genuine claim, under the next name.
  await createRef(story, printClaimRef({ task, attempt: 2 }), real ?? '')
  const title = `chorus work ${task} #2`
  await story.as('grace').rest.actions.createWorkflowDispatch({
    ...at,
    workflow_id: 'chorus.yml',
    ref: 'main',
    inputs: { claim: await evil(story), title },
  })
  await story.until('her run is over', () =>
    dispatched(story).find(run => run.display_title === title && run.status === 'completed'),
  )
  await story.quiet()
  expect((await story.refs('refs/chorus/attempts')).has(printAttemptRef({ task, attempt: 2 }))).toBe(false)
  expect(pull.merged).toBe(false)

  await release()
  await story.until('the task is merged', () => story.pullOf(issue)?.merged)
  await story.quiet()
  expect(await story.file('src/evil.js')).toBeNull()
  expect(await story.file('src/a.js')).toBe('export {}\n')
  expect(story.pullOf(issue)?.number).toBe(pull.number)
})

test.each([1, 2])('a run by hand on the genuine claim serves nobody (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: ['wait 1', 'write src/a.js', '  export {}'] })
  const task = printTaskId(issue)
  await story.label(issue)
  await story.until('it runs', () => runsOf(story, issue)[0]?.status === 'in_progress')
  const claim = (await story.refs('refs/chorus/claims')).get(printClaimRef({ task, attempt: 1 })) ?? ''
  await story.as('grace').rest.actions.createWorkflowDispatch({
    ...at,
    workflow_id: 'chorus.yml',
    ref: 'main',
    inputs: { claim, title: `chorus work ${task} #1` },
  })
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.quiet()

  const [ours, hers] = runsOf(story, issue)
  expect(hers?.actor.login).toBe('grace')
  expect(ours?.actor.login).toBe('chorus[bot]')
  expect(story.repo.pulls.size).toBe(1)
  expect(await story.history()).toHaveLength(2)
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toHaveLength(1)
  // Her run had no conversation with the agent.
  expect([...story.repo.actions.artifacts.values()].filter(one => one.runId === hers?.id)).toEqual([])
})

test.each([1, 2])(
  'a pull request of her own on an agent branch is not waved through (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const { pull, issue, release } = await openHeld(story)
    const branch = 'agent/scripted/bd-zzzz'
    const head = await story.push({ branch, files: { 'src/evil.js': 'evil\n' }, by: 'grace' })
    const body = `<!-- chorus:pull ${printTaskId(issue)} #1 -->`
    await story.as('grace').rest.pulls.create({ ...at, head: branch, base: 'main', title: 'evil', body })
    const plain = await story.push({ branch: 'feature', files: { 'src/good.js': 'good\n' }, by: 'grace' })
    await story.as('grace').rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'good' })
    await story.until('a plain one is waved through', () => story.gateOf(plain)?.conclusion === 'success')
    await story.quiet()

    expect(story.gateOf(head)).toBeNull()
    await release()
    await story.until('ours is merged', () => pull.merged)
    expect(whenGate(story, issue, 'linked')).toBeNull()
  },
)

import { afterEach, expect, test } from 'vitest'
import { printBranch, printTaskId } from '../../core/names.ts'
import type { TaskFacts } from '../../core/world.ts'
import { beginLook } from '../../forge/look.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { setRun } from '../../twin/actions/runs.ts'
import { createCheckRun, updateCheckRun } from '../../twin/checks/runs.ts'
import { deleteIssue, transferIssue } from '../../twin/issues/departure.ts'
import { createIssue } from '../../twin/issues/issue.ts'
import { doubt } from '../../twin/pulls/mergeability.ts'
import { commitFiles, createRepo, registerApp } from '../../twin/seed.ts'
import { makeDispatch, makeTicket } from '../make.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'
import { countIdle } from './waiting.ts'

/** What is asked again, and what is known already: within one look, of a run that we started, of a pull request. */

let stage: ForgeStage

afterEach(() => stage.twin.close())

async function openIssue(): Promise<number> {
  const text = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
  return (await stage.as('ada').rest.issues.create({ ...stage.at, ...text })).data.number
}

async function onlyTask(): Promise<TaskFacts> {
  const { tasks } = await observe(stage.forge)
  expect(tasks).toHaveLength(1)
  return tasks[0]!
}

/** Routes that were asked since the last call, counted or not. */
function openLog(): () => string[] {
  let seen = 0
  return () => {
    const fresh = stage.twin.requests.slice(seen)
    seen = stage.twin.requests.length
    return fresh.filter(({ actor }) => actor.startsWith('installation')).map(({ path }) => path)
  }
}

/** Time passes only as the test says, however slow this machine is. */
function holdTime(): (milliseconds: number) => void {
  let now = Date.now()
  stage.forge.now = () => now
  return milliseconds => {
    now += milliseconds
  }
}

const STEADY = /timeline|collaborators|\/rules\//

test('within one look, rules, standing and an unchanged story are read once; the lists at every pass', async () => {
  stage = await setForgeStage()
  await openIssue()
  holdTime()
  const asked = openLog()
  beginLook(stage.forge)
  await observe(stage.forge)
  expect(asked().filter(path => STEADY.test(path))).toHaveLength(3)
  await observe(stage.forge)
  const second = asked()
  expect(second.filter(path => STEADY.test(path))).toEqual([])
  for (const list of [
    /issues\?state=open/,
    /matching-refs\/chorus/,
    /matching-refs\/heads\/chorus/,
    /\/pulls/,
    /branches\/main/,
  ])
    expect(second.some(path => list.test(path))).toBe(true)
  beginLook(stage.forge)
  await observe(stage.forge)
  expect(asked().filter(path => STEADY.test(path))).toHaveLength(3)
})

test('what was read a while ago is read again, though the look goes on', async () => {
  stage = await setForgeStage()
  await openIssue()
  const pass = holdTime()
  const asked = openLog()
  beginLook(stage.forge)
  await observe(stage.forge)
  asked()
  pass(2_500)
  await observe(stage.forge)
  expect(asked().filter(path => STEADY.test(path))).toHaveLength(3)
})

test('who only stands by is asked about once in five minutes, and at once after doing something', async () => {
  stage = await setForgeStage()
  const issue_number = await openIssue()
  await stage.as('bob').rest.issues.createComment({ ...stage.at, issue_number, body: 'nice' })
  const asked = openLog()
  const said = Date.now()
  async function whoIsAskedAbout(minutes: number): Promise<boolean> {
    stage.forge.now = () => said + minutes * 60_000
    beginLook(stage.forge)
    await observe(stage.forge)
    return asked().some(path => path.includes('/collaborators/bob/'))
  }
  // Asked before it was said; asked right after, when the answer may still be older than that.
  expect(await whoIsAskedAbout(-3)).toBe(true)
  expect(await whoIsAskedAbout(0)).toBe(true)
  expect(await whoIsAskedAbout(2)).toBe(true)
  expect(await whoIsAskedAbout(6)).toBe(false)
  expect(await whoIsAskedAbout(8)).toBe(true)
})

test.each<[string, (issue: number) => Promise<unknown>, (task: TaskFacts) => unknown, unknown]>([
  [
    'a stop',
    issue =>
      stage.as('ada').rest.issues.createComment({ ...stage.at, issue_number: issue, body: '/chorus stop' }),
    task => task.issue.timeline.at(-1)?.is,
    'commented',
  ],
  [
    'a label taken off',
    issue =>
      stage.as('ada').rest.issues.removeLabel({ ...stage.at, issue_number: issue, name: 'agent:codex' }),
    task => task.issue.timeline.at(-1)?.is,
    'unlabeled',
  ],
  [
    'another text',
    issue => stage.as('ada').rest.issues.update({ ...stage.at, issue_number: issue, body: 'Rather not.' }),
    task => [task.issue.body, task.issue.edits?.length],
    ['Rather not.', 1],
  ],
])('%s between two passes of one look is seen by the second', async (_what, act, see, seen) => {
  stage = await setForgeStage()
  const issue = await openIssue()
  // A claim keeps it a task when its label goes.
  const { repo } = await observe(stage.forge)
  const task = printTaskId(issue)
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null })
  beginLook(stage.forge)
  await onlyTask()
  await act(issue)
  expect(see(await onlyTask())).toEqual(seen)
})

test('a run that we started is not asked for before a minute is over when no webhook tells of an end', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  const claimed = await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null })
  const { claim } = (claimed.ok ? claimed.note : null) as { claim: string }
  const pass = holdTime()
  await perform(stage.forge, makeDispatch({ task, claim }))
  const asked = openLog()
  await stage.twin.quiet(30_000)
  expect((await onlyTask()).runs).toMatchObject([{ status: 'queued' }])
  expect(asked().filter(path => path.includes('/runs'))).toEqual([])
  expect(stage.forge.memory.runToldAt).toBe(0)
  pass(61_000)
  await expect.poll(async () => (await onlyTask()).runs[0]?.status).toBe('completed')
})

test('a run of ours that no list shows after a minute is forgotten', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  const claimed = await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null })
  const { claim } = (claimed.ok ? claimed.note : null) as { claim: string }
  const pass = holdTime()
  await perform(stage.forge, makeDispatch({ task, claim }))
  await stage.twin.quiet(30_000)
  for (const run of [...stage.repo.actions.runs.keys()]) stage.repo.actions.runs.delete(run)
  expect((await onlyTask()).runs).toHaveLength(1)
  pass(61_000)
  expect((await onlyTask()).runs).toEqual([])
})

test('a label that we put on is there, though the list of issues lags behind', async () => {
  stage = await setForgeStage({ lag: { maxMs: 60_000 } })
  const issue = await openIssue()
  const task = printTaskId(issue)
  await onlyTask()
  await perform(stage.forge, { do: 'label', task, issue, add: ['phase:working'], remove: [] })
  expect((await onlyTask()).issue.labels).toEqual(['agent:codex', 'phase:working'])
  await perform(stage.forge, { do: 'label', task, issue, add: [], remove: ['phase:working'] })
  expect((await onlyTask()).issue.labels).toEqual(['agent:codex'])
})

test('an issue that was moved to another repository or deleted is a task no more, and stands for no other', async () => {
  stage = await setForgeStage()
  const { state } = stage.twin
  const by = { is: 'user', account: stage.repo.owner } as const
  const [moved, deleted] = [await openIssue(), await openIssue()]
  expect((await observe(stage.forge)).tasks).toHaveLength(2)

  // Where it goes it has a number that is nobody's here.
  const other = await createRepo(state, { owner: 'ada', name: 'other' })
  for (let n = 0; n < 4; n++) createIssue(state, other, { title: 'theirs' }, by)
  transferIssue(state, stage.repo, { issue: stage.repo.issues.get(moved)!, to: other }, by)
  deleteIssue(state, stage.repo, stage.repo.issues.get(deleted)!, by)
  expect((await observe(stage.forge)).tasks).toEqual([])
})

test('what runs for an issue that GitHub does not find in one moment is not told to end, only when it is still not found later', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  const claimed = await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null })
  const { claim } = (claimed.ok ? claimed.note : null) as { claim: string }
  const pass = holdTime()
  await perform(stage.forge, makeDispatch({ task, claim }))
  await stage.twin.quiet(30_000)
  const [run] = stage.repo.actions.runs.values()
  setRun(stage.twin.state, stage.repo, { run: run!, status: 'in_progress', conclusion: null })
  run!.listedAt = 0
  const lost = stage.repo.issues.get(issue)!
  const orphans = async () => (await observe(stage.forge)).orphans

  stage.repo.issues.delete(issue)
  expect(await orphans()).toMatchObject([{ task, sure: false, runs: [{ id: run!.id }] }])
  stage.repo.issues.set(issue, lost)
  pass(600_000)
  expect((await onlyTask()).id).toBe(task)
  expect(await orphans()).toEqual([])

  stage.repo.issues.delete(issue)
  expect(await orphans()).toMatchObject([{ task, sure: false }])
  pass(599_000)
  expect(await orphans()).toMatchObject([{ task, sure: false }])
  pass(1_000)
  expect(await orphans()).toMatchObject([{ task, sure: true, runs: [{ id: run!.id, cancelAsked: null }] }])
  stage.repo.issues.set(issue, lost)
  expect(await orphans()).toEqual([])
})

/** A task whose pull request is open, at a time that stands still. `begin`: a check of its head; what that returns ends it. */
async function openPull(unlike: Parameters<typeof setForgeStage>[0] = {}) {
  stage = await setForgeStage(unlike)
  const issue = await openIssue()
  const task = printTaskId(issue)
  await observe(stage.forge)
  const files = { 'src/b.js': 'export const b = 1\n' }
  const head = await commitFiles(stage.twin.state, stage.repo, {
    branch: 'scratch',
    files,
    message: 'feat: b',
  })
  const branch = printBranch({ agent: 'codex', task })
  await perform(stage.forge, { do: 'publish', task, branch, before: null, after: head, move: 'fast-forward' })
  const text = { title: 'feat: b', body: `Closes #${issue}`, base: 'main' }
  await perform(stage.forge, { do: 'open', task, head: branch, sha: head, ...text })
  const ci = { state: stage.twin.state, by: { is: 'user', account: stage.repo.owner } } as const
  const { id: appId } = registerApp(ci.state, CI)
  const begin = () => {
    const begun = { appId, name: 'ci', head_sha: head, status: 'in_progress' } as const
    const run = createCheckRun(ci.state, stage.repo, begun, ci.by)
    return () => updateCheckRun(ci.state, stage.repo, { run, changes: { conclusion: 'failure' } }, ci.by)
  }
  // In the very second in which it was opened a word could be missed.
  holdTime()
  const opened = stage.forge.now()
  return { opened, begin, task, head }
}

test('C1, 65: while checks run, they and whether it merges are asked about once; when one has ended, again', async () => {
  const { opened, begin } = await openPull()
  const end = begin()
  // GitHub has not said whether it merges, or does so while it is asked.
  await stage.twin.quiet()
  for (const pull of stage.repo.pulls.values()) doubt(pull)
  const unsure = { mergeable: null, unsure: opened }
  expect((await onlyTask()).pull).toMatchObject({
    ...unsure,
    checks: [{ name: 'ci', status: 'in_progress' }],
  })
  stage.counted()
  expect((await onlyTask()).pull).toMatchObject(unsure)
  expect(stage.counted().filter(isQuery)).toEqual([])
  end()
  expect((await onlyTask()).pull?.checks).toMatchObject([{ name: 'ci', status: 'in_progress' }])
  expect(stage.counted()).toEqual([])
  stage.forge.memory.checkToldAt = opened
  expect((await onlyTask()).pull?.checks).toMatchObject([{ name: 'ci', conclusion: 'failure' }])
  expect(stage.counted().filter(isQuery)).toHaveLength(1)
  await expect.poll(async () => (await onlyTask()).pull).toMatchObject({ mergeable: true, unsure: null })
})

test.each([
  ['are asked about once more', false],
  ['are asked about each time once any end was told since, as lists may lag behind it', true],
])('checks that began after the first sight %s', async (_what, told) => {
  const { opened, begin } = await openPull()
  expect((await onlyTask()).pull?.checks).toEqual([])
  if (told) stage.forge.memory.checkToldAt = opened
  stage.forge.now = () => opened + 1_000
  const end = begin()
  expect((await onlyTask()).pull?.checks).toMatchObject([{ name: 'ci', status: 'in_progress' }])
  await stage.twin.quiet()
  end()
  const status = told ? 'completed' : 'in_progress'
  stage.counted()
  expect((await onlyTask()).pull?.checks).toMatchObject([{ name: 'ci', status }])
  expect(stage.counted().length > 0).toBe(told)
  stage.forge.memory.checkToldAt = opened + 2_000
  expect((await onlyTask()).pull?.checks).toMatchObject([{ name: 'ci', conclusion: 'failure' }])
})

test.each([
  ['is there, though the list of check runs lags behind', 60_000, 'ours'],
  ['is there no longer when somebody else has made a newer one', 0, 'theirs'],
])('a gate that we made %s', async (_what, maxMs, title) => {
  const { task, head } = await openPull({ lag: { maxMs } })
  expect((await onlyTask()).pull).toMatchObject({ gate: null })
  const text = { conclusion: null, key: 'k', summary: 'Waits.' }
  const gate = { do: 'gate', task, pull: 2, head, check: null, ...text } as const
  expect(await perform(stage.forge, { ...gate, title: 'ours' })).toMatchObject({ ok: true })
  expect(await perform(stage.another(), { ...gate, title: 'theirs' })).toMatchObject({ ok: true })
  expect((await onlyTask()).pull?.gate).toMatchObject({ title })
})

test('a gate that we wrote anew is as we wrote it, though the list lags behind; not where somebody else has changed it since', async () => {
  const { task, head } = await openPull()
  const { stale } = stage.twin
  const text = { title: 'Waits', summary: 'Waits.', conclusion: null }
  const gate = { do: 'gate', task, pull: 2, head, ...text } as const
  await perform(stage.forge, { ...gate, check: null, key: 'first' })
  // From here on lists may lag.
  stale.maxMs = 60_000
  const first = (await onlyTask()).pull?.gate
  expect(first).toMatchObject({ key: 'first' })
  const again = { ...gate, check: first!.id }
  await perform(stage.forge, { ...again, key: 'second' })
  expect((await onlyTask()).pull?.gate).toMatchObject({ id: first!.id, key: 'second' })
  stale.maxMs = 0
  await perform(stage.another(), { ...again, key: 'theirs' })
  expect((await onlyTask()).pull?.gate).toMatchObject({ id: first!.id, key: 'theirs' })
})

test('while pull requests wait and nothing changes, nothing is asked that counts', async () => {
  stage = await setForgeStage()
  expect(await countIdle(stage, 4)).toEqual([])
})

const CI = { name: 'ci', permissions: {}, events: [], owner: 'ada' }

function isQuery(line: string): boolean {
  return line.includes('graphql')
}

import { afterEach, expect, test } from 'vitest'
import { printBranch, printTaskId } from '../../core/names.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

/** An open pull request of ours that adds two lines to a new file. */
async function propose(): Promise<{ task: string; head: string; pull: number; base: string }> {
  const labels = ['agent:codex']
  const { data } = await stage
    .as('ada')
    .rest.issues.create({ ...stage.at, title: 'More', body: 'Please.', labels })
  const task = printTaskId(data.number)
  const { repo } = await observe(stage.forge)
  const branch = printBranch({ agent: 'codex', task })
  const files = { 'src/new.js': 'one\ntwo\n' }
  const head = await commitFiles(stage.twin.state, stage.repo, {
    branch: 'scratch',
    files,
    message: 'feat: more',
  })
  await perform(stage.forge, { do: 'publish', task, branch, before: null, after: head, move: 'fast-forward' })
  const text = { title: 'feat: more', body: `Closes #${data.number}` }
  const opened = await perform(stage.forge, {
    do: 'open',
    task,
    head: branch,
    sha: head,
    base: 'main',
    ...text,
  })
  if (!opened.ok) throw new Error(JSON.stringify(opened.fault))
  return { task, head, pull: Number((opened.note as { pull: number }).pull), base: repo.head }
}

test('P3: a review is a comment, never an approval that would have to be taken back; it stands on lines that the diff shows; where GitHub takes one for none of it, all is said in the text', async () => {
  stage = await setForgeStage()
  const { task, head, pull, base } = await propose()
  const seen = (await observe(stage.forge)).tasks[0]?.pull
  expect(seen?.mergeBase).toBe(base)
  expect(seen?.changes).toMatchObject([{ path: 'src/new.js', shown: [[1, 2]] }])

  const say = { do: 'review', task, pull, head, body: 'short', whole: 'all of it' } as const
  const on = (line: number) => [{ path: 'src/new.js', line, body: `on ${line}` }]
  expect(await perform(stage.forge, { ...say, comments: on(2) })).toMatchObject({ ok: true })
  expect(await perform(stage.forge, { ...say, comments: [...on(1), ...on(3)] })).toMatchObject({ ok: true })
  expect(await perform(stage.forge, { ...say, comments: [] })).toMatchObject({ ok: true })

  const reviews = (await observe(stage.forge)).tasks[0]?.pull?.reviews
  expect(reviews?.map(({ state, sha, body, comments }) => ({ state, sha, body, comments }))).toEqual([
    { state: 'commented', sha: head, body: 'short', comments: on(2) },
    { state: 'commented', sha: head, body: 'all of it', comments: [] },
    { state: 'commented', sha: head, body: 'short', comments: [] },
  ])
  expect(reviews?.every(({ by }) => by.kind === 'app')).toBe(true)
})

test('where GitHub takes no review of ours that is remembered for this head; its limits are not taken for that', async () => {
  stage = await setForgeStage()
  const { task, head, pull } = await propose()
  const say = { do: 'review', task, pull, head, body: 'short', whole: 'all of it', comments: [] } as const
  const isRefused = async () => (await observe(stage.forge)).tasks[0]?.pull?.unreviewable
  const refuse = (status: number, message: string) =>
    stage.twin.faults.add({
      kind: 'request',
      match: { method: 'POST', route: '/repos/{owner}/{repo}/pulls/{pull_number}/reviews' },
      act: { do: 'answer', status, message, when: 'before' },
    })

  refuse(403, 'You have exceeded a secondary rate limit.')
  expect(await perform(stage.forge, say)).toMatchObject({ ok: false, fault: { is: 'again' } })
  expect(await isRefused()).toBe(false)

  refuse(422, 'Conversation is locked')
  expect(await perform(stage.forge, say)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await isRefused()).toBe(true)
})

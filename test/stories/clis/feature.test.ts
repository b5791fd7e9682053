import { expect, onTestFinished, test } from 'vitest'
import { printTaskId } from '../../../core/names.ts'
import { printFeature } from '../../../core/planning/feature.ts'
import type { Job } from '../../../twin/actions/state.ts'
import type { ModelRequest } from '../../../twin/models/record.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { CLIS, REAL_KEY, SECRETS } from '../../edges/agents/given.ts'
import { useTools } from '../../edges/agents/tools.ts'
import { isAncestor, reportOf, review, runsOf, ticketOf } from '../acts.ts'
import { openStory, type Story } from '../story.ts'
import {
  DOERS,
  HELPERS,
  HINDSIGHT,
  PLANNED,
  promptIn,
  TASKS,
  wordsOf,
  writeConfig,
  writePlans,
} from './feature.ts'

const PATIENCE = 400_000
const TITLE = 'Greet in many ways'
const RULES = 'You work alone in this directory'

test('a feature is planned, done by six agents, thought over, sent back, merged and closed', async () => {
  await useTools(...CLIS)
  const server = await createModelServer({ keys: [REAL_KEY], keepBodies: true })
  onTestFinished(() => server.close())
  await using story = await openStory({ seed: 1, config: writeConfig(server) })
  for (const cli of CLIS) story.repo.actions.secrets.set(SECRETS[cli], REAL_KEY)
  const epic = await story.issue({ title: TITLE, script: [] })
  const feature = printFeature(epic, TITLE)
  for (const [model, plan] of Object.entries(writePlans(feature))) server.rules.plan(model, plan)

  // Three planners and whoever makes one plan of what they wrote; a person edits a task and approves.
  await story.comment(epic, '/chorus plan planner')
  const pull = await story.until('the plan is shown', () => story.pullOf(epic), PATIENCE)
  const jobs = runsOf(story, epic)[0]!.jobs.filter(job => job.conclusion === 'success')
  expect(jobs.map(job => job.name.split(' / ').at(-1)).sort()).toEqual([
    'architecture',
    'deliver',
    'qa',
    'spec',
    'synthesis',
  ])
  const [synthesis, ...planners] = ['synthesis', 'spec', 'architecture', 'qa'].map(spanOf(jobs))
  expect(planners.every(one => planners.every(other => overlap(one, other)))).toBe(true)
  expect(planners.every(one => one.to <= synthesis!.from)).toBe(true)
  const path = `specs/${feature}/BACKLOG.yaml`
  const backlog = (await story.file(path, pull.head.sha))!
  const text = backlog.replace('title: Add voice', 'title: Add a clear voice')
  const edited = await story.push({ branch: pull.head.ref, files: { [path]: text }, by: 'grace' })
  await story.until('the gate asks', () => story.gateOf(edited)?.title?.startsWith('plan: 6 tasks'))
  await review(story, { pull: pull.number, event: 'APPROVE' })

  const issues = await story.until('the tasks are issues', () => {
    const made = [...story.repo.issues.values()].filter(one => one.title.startsWith('Add '))
    return made.length === TASKS.length && made
  })
  await story.until('all are merged', () => issues.every(one => story.pullOf(one.number)?.merged), PATIENCE)
  await story.until('the epic is closed', () => story.theIssue(epic).state === 'closed')
  await story.quiet()

  // Sub-issues with links, as edited; each done by whom the plan named, and there.
  const numberOf = (id: string) => issues.find(one => one.title.endsWith(` ${id}`))!.number
  expect(story.theIssue(numberOf('voice')).title).toBe('Add a clear voice')
  expect(story.theIssue(epic).subIssues.toSorted()).toEqual(issues.map(one => one.id).toSorted())
  const waits = (ids: readonly string[]) => ids.map(id => story.theIssue(numberOf(id)).id).toSorted()
  for (const { id, agent, waits: after } of TASKS) {
    expect(story.theIssue(numberOf(id)).blockedBy.toSorted()).toEqual(waits(after))
    expect((await ticketOf(story, numberOf(id), 1)).agent).toMatchObject({
      name: agent,
      cli: DOERS[agent].cli,
    })
    expect(await story.file(`src/${id}.js`)).toContain(`export const ${id}`)
  }
  for (const id of ['words', 'tone', 'voice', 'song'])
    expect(whatRan(story, numberOf(id)), id).toEqual(['work #1', 'review #1'])
  expect(runsOf(story, epic)).toHaveLength(1)

  // One failed twice and was thought over: begun afresh, with what was added, and nothing of before.
  const name = numberOf('name')
  expect(whatRan(story, name)).toEqual(['work #1', 'work #2', 'rebase #3', 'work #4', 'review #1'])
  for (const attempt of [1, 2])
    expect(await reportOf(story, name, attempt)).toMatchObject({ outcome: 'red-checks' })
  expect(await ticketOf(story, name, 4)).toMatchObject({
    continues: null,
    spec: {
      acceptance: ['name is there', 'the tests pass with it'],
      scope: ['src/name.js', 'src/name.test.js'],
    },
  })
  expect(await story.file('src/name.test.js')).toBeNull()
  expect(story.saidOn(name).join('\n')).toContain(`+ - ${HINDSIGHT}`)
  expect(story.theIssue(name).body).not.toContain('the tests pass with it')

  // One was sent back by the reviewer, once, and went on from where it was.
  const poem = numberOf('poem')
  expect(whatRan(story, poem)).toEqual(['work #1', 'review #1', 'work #2', 'review #2'])
  expect(await story.file('src/poem.js')).toBe("export const poem = 'violets'\n")
  const { continues } = await ticketOf(story, poem, 2)
  expect(await isAncestor(story, continues!, story.pullOf(poem)!.head.sha)).toBe(true)

  const worked = issues.map(({ number }) => spanOf(runsOf(story, number)[0]!.jobs)('work'))
  expect(worked.some((one, i) => worked.some((other, k) => i < k && overlap(one, other)))).toBe(true)

  judgePlanning(server.requests)
  await judgeRequests(story, { requests: server.requests, numberOf })
  expect(story.saidOn(epic).at(-1)).toMatch(
    /\*\*What it took\*\*\n- 6 of 6 tasks landed, 4 of them by the first attempt \(67 %\); 2 needed another attempt, 1 of them anew from the base \(1 after an agent thought the task over\)[\s\S]*planning text in what workers were told: 0 %\n- old sessions used again: 0/,
  )
}, 900_000)

type Span = { from: string; to: string }

/** From start to end of the job of that name, as GitHub tells them. */
function spanOf(jobs: readonly Job[]): (name: string) => Span {
  return name => {
    const job = jobs.find(one => one.name.split(' / ').at(-1) === name)!
    return { from: job.started_at!, to: job.completed_at! }
  }
}

function overlap(one: Span, other: Span): boolean {
  return one.from <= other.to && other.from <= one.to
}

function whatRan(story: Story, issue: number): string[] {
  const task = printTaskId(issue)
  return runsOf(story, issue).map(run => run.display_title.replace('chorus ', '').replace(`${task} `, ''))
}

/** Four sessions, each begun afresh: three of them know nothing of each other's documents, and the last has all of them at once. */
function judgePlanning(requests: readonly ModelRequest[]): void {
  const asked = requests.filter(one => one.model === HELPERS.planner && isTalk(one))
  const sessions = [...Map.groupBy(asked, ({ conversation }) => conversation).values()]
  expect(sessions.map(([first]) => first!.turn)).toEqual([0, 0, 0, 0])
  const told = sessions.map(([first]) => first!.body!)
  const documents = told.map(body => body.match(/<document name=/g)?.length ?? 0)
  expect(documents.toSorted()).toEqual([0, 0, 0, 3])
  for (const [i, body] of told.entries()) expect(body.includes(PLANNED)).toBe(documents[i] === 3)
  for (const who of ['specification', 'architecture', 'test'])
    expect(told.filter(body => body.includes(`You are the ${who} planner`))).toHaveLength(1)
}

type Seen = { requests: readonly ModelRequest[]; numberOf(id: string): number }

/** What really went to models: each task's words to nobody but who does it, nothing of plans, fresh sessions, and sizes. */
async function judgeRequests(story: Story, { requests, numberOf }: Seen): Promise<void> {
  const models: string[] = Object.values(DOERS).map(({ model }) => model)
  const toDoers = requests.filter(({ model }) => models.includes(model))
  const others = (id: string) => TASKS.filter(one => one.id !== id).map(one => wordsOf(one.id))
  for (const { id, agent } of TASKS) {
    const own = toDoers.filter(({ body }) => body!.includes(wordsOf(id)))
    expect(new Set(own.map(({ model }) => model))).toEqual(new Set([DOERS[agent].model]))
    for (const { body } of own)
      for (const words of [PLANNED, ...others(id)]) expect(body).not.toContain(words)

    // As many sessions as its program was started, each begun with nothing that a model had said.
    const reports = await Promise.all(
      whatRan(story, numberOf(id))
        .filter(ran => ran.startsWith('work'))
        .map(ran => reportOf(story, numberOf(id), Number(ran.split('#')[1]))),
    )
    const sessions = Map.groupBy(own.filter(isTalk), ({ conversation }) => conversation)
    expect(sessions.size, id).toBe(reports.reduce((sum, { loops }) => sum + loops, 0))
    for (const session of sessions.values()) expect(session[0]!.turn).toBe(0)
    for (const { context } of reports) {
      expect(context).toMatchObject({ session_reuse: 0, planning_bytes: 0 })
      expect(context.task_bytes).toBeLessThanOrEqual(3 * 1024)
      expect(context.total_bytes).toBeLessThanOrEqual(5 * 1024)
    }
    for (const [first] of sessions.values()) {
      const prompt = promptIn(first!.body!, RULES)
      expect(Buffer.byteLength(prompt), id).toBeLessThanOrEqual(5 * 1024)
      // Some programs add the subjects of the last commits by themselves; we never name the feature.
      expect(prompt).not.toContain(TITLE)
    }
  }
  // Nobody else was asked in their names.
  expect(toDoers.filter(({ body }) => !TASKS.some(({ id }) => body!.includes(wordsOf(id))))).toEqual([])

  // Whoever thinks a task over sees that task and how it failed; a reviewer no task's words at all.
  const thinker = requests.filter(({ model }) => model === HELPERS.thinker)
  expect(thinker[0]!.body).toContain('Attempt 2: ')
  for (const { body } of thinker) {
    expect(body).toContain(wordsOf('name'))
    for (const words of [PLANNED, TITLE, ...others('name')]) expect(body).not.toContain(words)
  }
  const critic = requests.filter(({ model }) => model === HELPERS.critic)
  expect(new Set(critic.map(({ conversation }) => conversation)).size).toBe(7)
  for (const { body } of critic)
    for (const words of [PLANNED, TITLE, HINDSIGHT, ...TASKS.map(one => wordsOf(one.id))])
      expect(body).not.toContain(words)
}

/** No side question, such as one for a title. */
function isTalk({ conversation }: ModelRequest): boolean {
  return !conversation.startsWith('side-')
}

import { expect, onTestFinished, test } from 'vitest'
import { printAttemptRef, printTaskId } from '../../../core/names.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { baseUrlOf, MODELS, REAL_KEY, SECRETS } from '../../edges/agents/given.ts'
import { useTools } from '../../edges/agents/tools.ts'
import { reportOf, runsOf } from '../acts.ts'
import { chorus } from '../command.ts'
import { openStory, type Story } from '../story.ts'
import { usageLines } from '../usage.ts'

const PATIENCE = 240_000
const BUDGET = 150_000

/** codex finds no room, whenever it asks; claude does the work. */
const FULL = [
  `when model is "${MODELS.codex}":`,
  'fail 429 always',
  'otherwise:',
  'write src/bye.js',
  "  export const bye = () => 'bye'",
  'say feat: say good-bye',
]

/** Something is done, and then it goes on for longer than its budget. */
const ENDLESS = [
  'write src/half.js',
  '  export const half = 1',
  ...Array.from({ length: 60 }, (_, i) => `run echo step ${i}`),
  'say feat: never said',
]

async function ask(story: Story, title: string, plan: readonly string[]): Promise<number> {
  const where = { owner: story.repo.owner.login, repo: story.repo.name }
  const body = ['### Goal', '', title, '', '```model-plan', ...plan, '```'].join('\n')
  const { data } = await story.as('ada').rest.issues.create({ ...where, title, body })
  await story.label(data.number, 'agent:codex')
  return data.number
}

test('no room for one agent, and another lands it; a budget ends, and what was done is kept', async () => {
  for (const cli of ['codex', 'claude'] as const) await useTools(cli)
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  const agentOf = (cli: 'codex' | 'claude') =>
    `{ cli: ${cli}, model: ${MODELS[cli]}, base_url: "${baseUrlOf(server, cli)}", fallback: [${cli === 'codex' ? 'claude' : ''}] }`
  const config = [
    `agents: { codex: ${agentOf('codex')}, claude: ${agentOf('claude')} }`,
    'checks: [{ name: tests, run: node --test, minutes: 2 }]',
    `budgets: { task: { tokens: ${BUDGET} }, estimate: { tokens: 40000 } }`,
  ]
  await using story = await openStory({ config: config.join('\n') })
  for (const cli of ['codex', 'claude'] as const) story.repo.actions.secrets.set(SECRETS[cli], REAL_KEY)

  const full = await ask(story, 'Say good-bye', FULL)
  const endless = await ask(story, 'Take half a step', ENDLESS)
  const pull = await story.until(
    'it is merged',
    () => story.pullOf(full)?.merged && story.pullOf(full),
    PATIENCE,
  )
  await story.until('the other is stuck', () => story.saidOn(endless)[0]?.includes('Stuck'), PATIENCE)
  await story.quiet()

  expect(await story.file('src/bye.js')).toBe("export const bye = () => 'bye'\n")
  expect(pull.head.ref).toBe(`agent/claude/${printTaskId(full)}`)
  expect(story.theIssue(pull.number).body).toContain('attempt 2 by claude')
  expect(await reportOf(story, full, 1)).toMatchObject({ outcome: 'agent-failed', head: null })

  // What was done before the budget ended is an attempt, and a person is told what happened and what helps.
  const stopped = await reportOf(story, endless, 1)
  expect(stopped).toMatchObject({ outcome: 'cannot-run', failure: 'budget' })
  expect(
    await story.file('src/half.js', printAttemptRef({ task: printTaskId(endless), attempt: 1 })),
  ).toContain('half = 1')
  const log = runsOf(story, endless)[0]!
    .jobs.map(job => job.log)
    .join('\n')
  expect(log).toContain('codex has used four fifths of what this run may use')
  expect(story.saidOn(endless)[0]).toMatch(
    /Stuck: codex was stopped: the budget of this run is used up.*raise/s,
  )

  // It goes no further while its budget is used up.
  await story.comment(endless, '/chorus retry')
  const waits = 'the budget of this task, 150,000 tokens, has no room for another attempt'
  await story.until('it waits', () => story.saidOn(endless)[0]?.includes(waits))
  await story.quiet()
  expect(runsOf(story, endless)).toHaveLength(1)

  const lines = (await usageLines(story)).map(({ issue, agent, attempt, outcome }) => [
    issue,
    agent,
    attempt,
    outcome,
  ])
  expect(lines.sort()).toEqual([
    [full, 'claude', 2, 'done'],
    [full, 'codex', 1, 'agent-failed'],
    [endless, 'codex', 1, 'cannot-run'],
  ])
  const table = await chorus(story, ['usage', '--by', 'agent'])
  expect(table).toMatch(/^agent +attempts +done +tokens in +cached +tokens out +cost +time$/m)
  expect(table).toMatch(/^claude +1 +1 /m)
  expect(table).toMatch(/^total +3 +1 /m)
  expect(await chorus(story, ['usage', '--log'])).toMatch(
    new RegExp(`\\|claude\\|${MODELS.claude}\\|${printTaskId(full)}\\|\\d+\\|\\d+\\|\\d+$`, 'm'),
  )
  expect(await chorus(story, ['status'])).toMatch(
    /Take half a step\n.*waiting: the budget.*\n +the agent was told .* in all, planning text 0 %, first request to its model \d/,
  )
  // What did not happen: one pull request, nobody was bothered about the one that went well.
  expect(story.repo.pulls.size).toBe(1)
  expect(story.saidOn(full)).toEqual([])
}, 400_000)

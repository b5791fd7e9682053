import { expect, onTestFinished, test } from 'vitest'
import { printTaskId } from '../../../core/names.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { baseUrlOf, MODELS, REAL_KEY, SECRETS } from '../../edges/agents/given.ts'
import { useTools } from '../../edges/agents/tools.ts'
import { reportOf, runsOf } from '../acts.ts'
import { openStory } from '../story.ts'
import { usageLines } from '../usage.ts'

const PATIENCE = 240_000

/** Whoever takes over from whom: each begins, and then finds no room, whenever it asks. */
const LINE: CliName[] = ['opencode', 'gemini', 'qwen', 'claude', 'codex']
const SPARE = 'gpt-5.4'

const BODY = [
  '### Goal',
  '',
  'Say good-bye.',
  '',
  '```model-plan',
  ...LINE.flatMap(cli => [`when model is "${MODELS[cli]}":`, 'run echo half > half.txt', 'fail 429 always']),
  'otherwise:',
  'write src/bye.js',
  "  export const bye = () => 'bye'",
  'say feat: say good-bye',
  '```',
].join('\n')

test('five agents find no room, one after the other, and the next one lands it', async () => {
  await useTools(...LINE)
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  // Each gives up by itself or is told to, whatever comes first.
  const agentOf = (name: string, cli: CliName, model: string, fallback: readonly string[]) =>
    `  ${name}: { cli: ${cli}, model: ${model}, base_url: "${baseUrlOf(server, cli)}", patience: 0.05, fallback: [${fallback.join(', ')}] }`
  const others = [...LINE.slice(1), 'spare']
  const config = [
    'agents:',
    ...LINE.map((cli, at) => agentOf(cli, cli, MODELS[cli], at === 0 ? others : [])),
    agentOf('spare', 'codex', SPARE, []),
  ]
  await using story = await openStory({ config: `${config.join('\n')}\n` })
  for (const cli of LINE) story.repo.actions.secrets.set(SECRETS[cli], REAL_KEY)
  const where = { owner: story.repo.owner.login, repo: story.repo.name }
  const wish = { ...where, title: 'Say good-bye', body: BODY }
  const { data: issue } = await story.as('ada').rest.issues.create(wish)
  await story.label(issue.number, `agent:${LINE[0]}`)
  const merged = () => story.pullOf(issue.number)?.merged && story.pullOf(issue.number)
  const pull = await story.until('it is merged', merged, PATIENCE)
  await story.quiet()

  for (const [at, cli] of LINE.entries()) {
    const report = await reportOf(story, issue.number, at + 1)
    const expected = { outcome: 'agent-failed', failure: 'overload', usage: { agent: cli } }
    expect(report, `${cli}: ${report?.summary}`).toMatchObject(expected)
    expect(report?.summary).toContain(`no room for the model \`${MODELS[cli]}\``)
  }
  expect(pull.head.ref).toBe(`agent/spare/${printTaskId(issue.number)}`)
  expect(await story.file('src/bye.js')).toBe("export const bye = () => 'bye'\n")
  expect(runsOf(story, issue.number)).toHaveLength(LINE.length + 1)
  expect((await usageLines(story)).map(({ agent, outcome }) => `${agent} ${outcome}`)).toEqual([
    ...LINE.map(cli => `${cli} agent-failed`),
    'spare done',
  ])
  // Nobody was bothered, and nothing of what they began is in what landed.
  expect(story.saidOn(issue.number)).toEqual([])
  expect(await story.file('half.txt')).toBeNull()
}, 400_000)

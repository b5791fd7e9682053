import { expect, onTestFinished } from 'vitest'
import type { CliName } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { baseUrlOf, MODELS, REAL_KEY, SECRETS } from '../../edges/agents/given.ts'
import { useTools } from '../../edges/agents/tools.ts'
import { reportOf, runsOf } from '../acts.ts'
import { openStory } from '../story.ts'

/** Some of them take seconds to start, and they start twice. */
const PATIENCE = 240_000

const PLAN = [
  'when prompt contains "What is red now":',
  `run echo "export const hello = () => 'hello'" > src/hello.js`,
  'say fix: say hello again',
  'otherwise:',
  // No sed: some programs take it for an edit of theirs, and want the file read before.
  `run echo "export const hello = () => 'good-bye'" > src/hello.js`,
  'write src/bye.js',
  "  export const bye = () => 'bye'",
  'say feat: say good-bye',
]

/** The whole product with a real program: labelled, worked on, red, repaired, proposed, judged, merged; on a model of a plan. */
export async function tellFromLabelToMerged(cli: CliName): Promise<void> {
  await useTools(cli)
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  const agent = `{ cli: ${cli}, model: ${MODELS[cli]}, base_url: "${baseUrlOf(server, cli)}" }`
  const checks = 'checks: [{ name: tests, run: node --test, minutes: 2 }]'
  await using story = await openStory({ config: `agents: { ${cli}: ${agent} }\n${checks}\n` })
  story.repo.actions.secrets.set(SECRETS[cli], REAL_KEY)
  const body = [
    '### Goal',
    '',
    'Say good-bye.',
    '',
    '```model-plan',
    ...PLAN,
    '```',
    '',
    '### Acceptance',
    '',
    '- [ ] it does',
  ]
  const where = { owner: story.repo.owner.login, repo: story.repo.name }
  const wish = { ...where, title: 'Say good-bye', body: body.join('\n') }
  const { data: issue } = await story.as('ada').rest.issues.create(wish)
  await story.label(issue.number, `agent:${cli}`)
  await story.until('it is merged', () => story.pullOf(issue.number)?.merged, PATIENCE)
  await story.until('the issue is closed', () => story.theIssue(issue.number).state === 'closed')
  await story.quiet()

  expect(await story.file('src/bye.js')).toBe("export const bye = () => 'bye'\n")
  expect(await story.file('src/hello.js')).toContain("'hello'")
  expect(runsOf(story, issue.number)).toHaveLength(1)
  const rows = server.usage()
  const sum = (of: 'input' | 'output') => rows.reduce((all, row) => all + row.told[of], 0)
  const usage = { agent: cli, model: MODELS[cli], tokens_in: sum('input'), tokens_out: sum('output') }
  const report = await reportOf(story, issue.number, 1)
  expect(report).toMatchObject({ outcome: 'done', failure: null, loops: 2, usage })
  expect(new Set(server.requests.map(({ key }) => key))).toEqual(new Set([REAL_KEY]))
  expect(story.saidOn(issue.number)).toEqual([])
}

import { describe, expect, test } from 'vitest'
import { MOST_LISTED, type Report } from '../../core/contract/report.ts'
import type { Folding } from '../../core/fold.ts'
import { plan } from '../../core/plan.ts'
import { writePreflight } from '../../core/words/preflight.ts'
import type { TaskFacts } from '../../core/world.ts'
import {
  at,
  makeApproval,
  makeClaim,
  makeConfig,
  makeProposedTask,
  makeRecord,
  makeReport,
  makeRun,
  makeTicket,
  makeWorld,
  sha,
} from '../make.ts'
import { makeFolding } from '../words/folding.ts'

const HEADING = '<details><summary>What was checked before this was shown</summary>'

const told = (task: Partial<TaskFacts> = {}, over: Partial<Folding> = {}) =>
  writePreflight(makeFolding({ task: makeProposedTask(task), ...over }))
const reported = (over: Partial<Report>): Partial<TaskFacts> => ({
  reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: makeReport(over) } }]]),
})
const line = (name: string, text: string) =>
  text.split('\n').find(one => one.startsWith(`- **${name}**: `)) ?? `no line about ${name}`
const gated = (gates: { protected?: string[]; core?: string[] }) => {
  const config = makeConfig()
  return { config: { ok: true, value: { ...config, gates: { ...config.gates, ...gates } } } } as const
}

describe('C8: before a pull request opens, claim, approval, receipts and policy hold, a line each', () => {
  test('in that order, folded away, in the text of the pull request that opens', () => {
    const task = makeProposedTask({ pull: null, branches: new Map() })
    const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
    const opened = effects.find(effect => effect.do === 'open')

    expect(opened?.body).toContain(`${HEADING}\n\n- **claim**: attempt 1 is the newest`)
    expect(opened?.body.match(/^- \*\*(claim|approval|receipts|policy)\*\*: /gm)).toHaveLength(4)
  })

  test('the claim: which, for whom, by which run', () => {
    const other = { ...makeTicket().agent, name: '@claude' }
    const ticket = { ...makeTicket(), race: { others: [other], side_by_side: 2 } }
    const claims = [makeClaim({ sha: 'c0ffee1'.padEnd(40, '0'), ticket: { ok: true, value: ticket } })]
    const said = line('claim', told({ claims }))

    expect(said).toContain('(`c0ffee1`, its seal fits)')
    expect(said).toContain('for codex and @\u200bclaude')
    expect(said).toContain('(https://github.test/acme/shop/actions/runs/4001)')
  })

  test.each([
    [{ via: 'label' }, 'asked for by alice with a label; title and description of the issue'],
    [{ via: 'comment', comments: [3] }, 'in a comment; title, description and 1 comment of the issue'],
    [{ via: 'creation' }, 'as the issue was opened; '],
    [{ via: 'plan', comments: [3, 4] }, 'the plan that it is of; title, description and 2 comments'],
    [{ via: 'discovered' }, 'begun by itself for alice, as `discovered_start`'],
    [{}, 'the agent was given these words'],
    [{ sha256: 'e'.repeat(64) }, 'the agent was given the words that were approved when it began'],
  ] as const)('the approval: %j', (over, words) => {
    const approval = { ...makeApproval(), ...over, comments: [...('comments' in over ? over.comments : [])] }
    expect(line('approval', told({}, { record: makeRecord({ approval }) }))).toContain(words)
  })

  test('the receipts', () => {
    const said = line('receipts', told())
    expect(said).toContain('are the ones that the run vouched for')
    expect(said).toContain('the report names this run, this commit and the base')
  })

  const files = (...paths: string[]) => paths.map(path => ({ path, mode: '100644', bytes: 600 }))
  const many = files(...Array.from({ length: MOST_LISTED }, (_, i) => `src/${i}.ts`))
  test.each<[string, Report['files'], Parameters<typeof gated>[0], string]>([
    ['one file', files('a.ts'), {}, 'changed 1 file (600 bytes); it may change 100 files; none is protected'],
    ['more', files('a.ts', 'b.ts'), {}, 'changed 2 files (1.2 KB); '],
    ['protected by now', files('a.ts', 'b.ts'), { protected: ['b.*'] }, '`b.ts` is protected by now'],
    [
      'core',
      files('a.ts', 'b.ts'),
      { core: ['*.ts'] },
      '`a.ts`, `b.ts` are under `gates.core`: it waits for',
    ],
    ['a list that is cut', many, {}, `changed ${MOST_LISTED} files or more; it may`],
  ])('the policy: %s', (_, changed, gates, words) => {
    const said = line('policy', told(reported({ files: changed }), gated(gates)))
    expect(said).toContain(words)
    expect(said.includes('none is protected')).toBe(changed !== many && gates.protected === undefined)
  })

  test.each<[string, Partial<TaskFacts>, Partial<Folding>]>([
    ['a claim that this app did not seal', { claims: [makeClaim({ sealed: false })] }, {}],
    ['no approval', {}, { record: makeRecord({ approval: null }) }],
    ['other words than the approved ones', {}, { approved: false }],
    ['an attempt that was given up', {}, { record: makeRecord({ voidThrough: 1 }) }],
    ['a run without a receipt', { runs: [makeRun({ receipt: null })] }, {}],
    ['a run that was started again', { runs: [makeRun({ runAttempt: 2 })] }, {}],
    ['a run that somebody else started', { runs: [makeRun({ actorId: 1 })] }, {}],
    ['a report that names another run', reported({ run: 1 }), {}],
    ['a report that names another base', reported({ base: sha(5) }), {}],
    ['a report that names another commit', reported({ head: sha(6) }), {}],
    ['a ref that was moved', { attempts: new Map([[1, sha(0xbad)]]) }, {}],
    [
      'another report',
      { reports: new Map([[1, { sha: sha(0xbad), report: { ok: true, value: makeReport() } }]]) },
      {},
    ],
  ])('nothing is said of what did not hold: %s', (_, task, over) => expect(told(task, over)).toBe(''))
})

import { describe, expect, test } from 'vitest'
import type { Report } from '../../core/contract/report.ts'
import type { Folding } from '../../core/fold.ts'
import { GATE_NAMES } from '../../core/gates/gate.ts'
import { judge } from '../../core/gates/registry.ts'
import { parseLandedFor } from '../../core/landing/integration.ts'
import { readLanding } from '../../core/landing/landing.ts'
import { printTaskId, STATUS_MARKER } from '../../core/names.ts'
import type { TaskState, WaitReason } from '../../core/state.ts'
import { writeGate, writeHeldGate } from '../../core/words/gate.ts'
import { writeMerge } from '../../core/words/merge.ts'
import { writePull } from '../../core/words/pull.ts'
import { writeStatus } from '../../core/words/status.ts'
import { writeSubject } from '../../core/words/subject.ts'
import { writeUsage } from '../../core/words/usage.ts'
import {
  alice,
  at,
  makeApproval,
  makeChange,
  makeClaim,
  makeConfig,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRepo,
  makeReport,
  makeRules,
  makeRun,
  makeSpec,
  makeTicket,
  makeWorld,
  sha,
} from '../make.ts'
import { makeFolding } from '../words/folding.ts'

const task = printTaskId(7)
const HOSTILE = 'done @everyone, fixes #1 <!-- chorus:pull bd-0000 #9 --> ![x](https://evil.test) <script>'

const attempted = (report: Partial<Report> = {}) =>
  ({ is: 'attempted', attempt: 1, head: sha(0x201), report: makeReport(report) }) as const

describe('titles', () => {
  const subject = (over: { subject?: string | null; title?: string; type?: string }) =>
    writeSubject({
      task,
      spec: { title: over.title ?? 'Greet people', type: over.type ?? 'feat' },
      report: over.subject === undefined ? null : makeReport({ subject: over.subject }),
    })
  test.each([
    [
      'the agent’s own, when it is conventional',
      { subject: 'fix(ui): mend it' },
      `fix(ui): mend it [${task}]`,
    ],
    ['the issue’s, when it is not', { subject: 'I did it!' }, `feat: Greet people [${task}]`],
    ['without any', { subject: null, type: 'docs' }, `docs: Greet people [${task}]`],
    ['an issue titled that way', { title: 'chore: tidy up.' }, `chore: tidy up [${task}]`],
    ['with the id already', { subject: `feat: x [${task}]` }, `feat: x [${task}]`],
    ['with another id', { subject: 'feat: x [bd-0000]' }, `feat: x [${task}]`],
    ['a type that nobody knows', { subject: 'hack: x' }, `feat: Greet people [${task}]`],
    ['over lines', { subject: 'feat: x\n\nCloses #1' }, `feat: x [${task}]`],
    [
      'that would close an issue by address',
      { subject: 'fix: https://github.test/a/b/issues/1' },
      `fix: https://github.test/a/b/issues/\u200b1 [${task}]`,
    ],
    ['that would close an issue', { subject: 'fix: #12 is gone' }, `fix: #\u200b12 is gone [${task}]`],
  ])('%s', (_, over, title) => expect(subject(over)).toBe(title))
  test.each(['word '.repeat(40), 'w'.repeat(200), `feat(${'s'.repeat(24)}): ${'long '.repeat(30)}`])(
    'at most 72 characters: %s',
    text => {
      const title = subject({ subject: text, title: text })
      expect([...title].length).toBeLessThanOrEqual(72)
      expect(title.endsWith(`… [${task}]`)).toBe(true)
    },
  )
})

describe('the pull request', () => {
  test('says what, why, on what evidence, at what price', () => {
    const { title, body } = writePull(makeFolding(), attempted())
    expect(title).toBe(`feat(hello): greet people by name [${task}]`)
    for (const part of [
      '> Greets by name now.',
      'Closes #7',
      '> Say hello with the name.',
      '- [x] prints the name (unit)',
      '| unit | ✅ passed | 2 s |',
      'attempt 1 by codex in [this run](https://github.test/acme/shop/actions/runs/4001)',
      '$0.02 · 1,200 tokens · 40 s',
      '900 bytes about the task, 4 KB in all; 1 round',
      'protection: own user, no network',
      'asked for by alice',
      `<!-- chorus:pull ${task} #1 -->`,
    ]) {
      expect(body).toContain(part)
    }
  })
  test('says how much the agent was told, by parts, and what of it came from plans', () => {
    const told = { task_bytes: 900, total_bytes: 4000, session_reuse: 0 }
    const sections = [
      { name: 'rules' as const, bytes: 3000 },
      { name: 'goal' as const, bytes: 900 },
    ]
    const say = (planning_bytes: number) =>
      writePull(
        makeFolding(),
        attempted({ context: { ...told, sections, planning_bytes, dropped: ['notes'] } }),
      )
    expect(say(0).body).toContain(
      '- context: 900 bytes about the task, 4 KB in all, planning text 0 % (rules 3 KB, goal 900 bytes; left out: notes); 1 round',
    )
    const asked = { ...told, planning_bytes: 0, first_request_bytes: 32_000, largest_request_bytes: 64_000 }
    expect(writePull(makeFolding(), attempted({ context: asked })).body).toContain(
      'planning text 0 %, first request to its model 32 KB; 1 round',
    )
    // Never rounded away.
    expect(say(3).body).toContain('planning text 1 %')
    expect(say(1000).body).toContain('planning text 25 %')
  })
  test.each<[string, Report['checks']]>([
    ['no checks', []],
    ['a red one', [{ name: 'unit', result: 'failed', exit: 1, seconds: 1, tail: '' }]],
  ])('%s: nothing is ticked', (_, checks) => {
    const { body } = writePull(makeFolding(), attempted({ checks }))
    expect(body).toContain('- [ ] prints the name')
    expect(body).not.toContain('[x]')
  })
  test('begun under earlier words, it says so, and green checks tick nothing of the new ones', () => {
    const record = makeRecord({ approval: makeApproval({ text: 'other words' }) })
    const { body } = writePull(makeFolding({ record }), attempted({}))
    expect(body).toContain('⚠️ **Begun under earlier words.**')
    expect(body).toContain(
      '- [ ] prints the name\n\nNothing is ticked: the attempt was not given these words.',
    )
    expect(writePull(makeFolding(), attempted({})).body).not.toContain('earlier words')
  })
  test('nothing that the agent wrote acts', () => {
    const { body, title } = writePull(
      makeFolding({ spec: () => ({ ok: true, value: makeSpec({ goal: HOSTILE, acceptance: [HOSTILE] }) }) }),
      attempted({
        summary: HOSTILE,
        protection: HOSTILE,
        subject: `feat: ${HOSTILE}`,
        checks: [{ name: HOSTILE, result: 'passed', exit: 0, seconds: 1, tail: '' }],
      }),
    )
    expect(title).not.toMatch(/@everyone|fixes #1|<!--/)
    expect(body).not.toMatch(/@everyone|fixes #1|!\[x\]\(|<script/)
    expect(body.match(/chorus:pull/g)).toHaveLength(1)
    expect(body.match(/Closes #/g)).toHaveLength(1)
  })
})

test('the landing commit carries receipts as trailers', () => {
  const { title, message } = writeMerge(makeFolding(), makePull(), 1)
  expect(title).toBe(`feat(hello): greet people by name [${task}]`)
  expect(message).toBe(`Greets by name now.

Closes #7

Chorus-Task: ${task}
Chorus-Attempt: 1
Chorus-Run: https://github.test/acme/shop/actions/runs/4001
Pull-Request: #12
Checks: test
Co-authored-by: codex (agent) <codex@chorus.invalid>
`)
})

test('on the way to the default branch the landing commit has no word that closes its issue', () => {
  const world = makeWorld({ repo: makeRepo({ target: { branch: 'integration', head: sha(1) } }) })
  const { message } = writeMerge({ ...makeFolding(), world }, makePull(), 1)
  expect(message).toContain('\n\nChorus-Issue: #7\n\n')
  expect(message).not.toMatch(/\b(?:clos|fix|resolv)\w*:? #/i)
  expect(parseLandedFor(message)).toEqual([7])
})

describe('the gate', () => {
  const landing = (strategy: 'auto' | 'pr' | 'manual') =>
    readLanding({
      rules: makeRules(),
      methods: ['squash'],
      merge: { ...makeConfig().merge, strategy },
    })
  test('64: has a line for each gate, and the reason on top', () => {
    const verdicts = judge(makeProposal({ pull: makePull({ changes: [makeChange({ added: 4000 })] }) }))
    const { title, summary } = writeGate(verdicts, landing('auto'))
    expect(title).toBe('size: 4001 lines changed, more than 400')
    const [lead, ask] = summary.split('\n\n')
    expect(lead).toBe('**Waiting (size):** 4001 lines changed, more than 400')
    expect(ask).toMatch(/^\*\*What you can do:\*\* Somebody with write access/)
    expect(summary.match(/^\| (?:✅|⏳|⛔) \| [a-z]+ \| /gm)).toHaveLength(GATE_NAMES.length)
  })
  test.each(['auto', 'pr', 'manual'] as const)('%s says who merges', strategy => {
    const { summary } = writeGate(judge(makeProposal()), landing(strategy))
    expect(summary.startsWith('Every gate passes')).toBe(true)
    expect(summary.includes('a person presses')).toBe(strategy !== 'auto')
  })
  test('a title is never too long for a check', () => {
    expect(writeHeldGate('x '.repeat(500)).title.length).toBeLessThanOrEqual(255)
  })
})

describe('the status comment', () => {
  const proposed = (over: Parameters<typeof makeProposal>[0] = {}): TaskState => ({
    is: 'proposed',
    attempt: 1,
    pull: makePull(),
    verdicts: judge(makeProposal(over)),
    review: { is: 'unasked', why: 'no agent reviews here' },
    payer: { by: { id: 101, login: 'alice' }, epic: null },
  })
  const waiting = (on: WaitReason, why = 'because'): TaskState => ({ is: 'waiting', on, why })
  test.each<[string, TaskState, string[]]>([
    [
      'ready',
      {
        is: 'ready',
        rebase: false,
        agent: 'codex',
        others: [],
        because: '',
        attempt: 2,
        payer: { by: alice, epic: null },
      },
      ['Ready: attempt 2 by codex'],
    ],
    ['claimed', { is: 'claimed', claim: makeClaim() }, ['Attempt 1 is starting']],
    [
      'running',
      { is: 'running', attempt: 1, run: makeRun(), pulse: { is: 'alive', since: at(20), until: null } },
      ['is running', '1: [run](https', '`/chorus stop` ends it'],
    ],
    ['attempted', attempted(), ['Attempt 1 is done']],
    ['proposed', proposed(), ['#12 passes every gate']],
    [
      'proposed and held',
      proposed({ pull: makePull({ labels: ['hold'] }) }),
      [
        'Pull request #12 waits: the pull request carries `hold`**',
        '**What you can do:** Take the label off.',
      ],
    ],
    [
      'held by more than one gate: all are listed',
      proposed({ pull: makePull({ labels: ['hold'], changes: [makeChange({ added: 4000 })] }) }),
      ['- ⏳ labels: ', '- ⏳ size: '],
    ],
    [
      'proposed and refused',
      proposed({ pull: makePull({ mergeable: false }) }),
      ['is refused: it conflicts with main'],
    ],
    [
      'a question',
      waiting('answer', 'Which colour?'),
      ['The agent asks', '> Which colour?', 'Answer in a comment'],
    ],
    ['edited after approval', waiting('re-approval'), ['Waiting: because', '`/chorus run` approves it']],
    [
      'stuck',
      { is: 'stuck', why: '3 attempts failed', help: 'Comment `/chorus retry`.' },
      ['Stuck: 3 attempts failed', '`/chorus retry`'],
    ],
    [
      'malformed',
      { is: 'malformed', problems: [{ path: 'scope[0]', message: 'is empty' }] },
      ['- scope[0]: is empty', 'Edit the issue'],
    ],
    ['merged', { is: 'merged', pull: makePull(), sha: sha(0x123) }, ['Merged as 0000000']],
    ['dropped', { is: 'dropped', why: 'the issue was closed' }, ['Given up: the issue was closed']],
    ['idle', { is: 'idle' }, ['Nobody asks']],
  ])('%s', (_, state, parts) => {
    const body = writeStatus(makeFolding(), state, null)
    expect(body.startsWith(STATUS_MARKER)).toBe(true)
    for (const part of parts) expect(body).toContain(part)
  })
  test('shows what the last attempt noted for the next one, as long as one may come', () => {
    const value = makeReport({ scratchpad: 'Ask @bob, see #3.\n<b>Or not.' })
    const task = makeProposedTask({
      reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value } }]]),
    })
    const stuck = { is: 'stuck', why: 'x', help: 'x' } as const
    const facts = makeFolding({ task })
    expect(writeStatus(facts, stuck, null)).toContain(
      '**Noted by the last attempt for the next one**\n\n> Ask @\u200bbob, see #\u200b3.\n> &lt;b>Or not.\n',
    )
    expect(writeStatus(facts, proposed(), null)).not.toContain('Noted by')
    const afresh = makeFolding({ task, record: makeRecord({ countFrom: 1 }) })
    expect(writeStatus(afresh, stuck, null)).not.toContain('Noted by')
  })
  test('shows who raced, and who won', () => {
    const other = { ...makeTicket().agent, name: 'claude' }
    const ticket = makeTicket({ race: { others: [other], side_by_side: 2 } })
    const one = { outcome: 'done', summary: '', lines: 3, head: sha(1), usage: null } as const
    const contenders = [
      { ...one, agent: 'codex' },
      { ...one, agent: 'claude', lines: 2 },
    ]
    const value = makeReport({ race: { winner: 1, by: 'size', side_by_side: 2, contenders } })
    const task = makeProposedTask({
      claims: [makeClaim({ ticket: { ok: true, value: ticket } })],
      reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value } }]]),
    })
    const body = writeStatus(makeFolding({ task }), proposed(), null)
    expect(body).toContain('| agent | codex and claude, asked for by alice |')
    expect(body).toContain('| race | claude won the race: of what is done its change is the smallest')
  })
  test('shows the agent, the price, and labels that do not count', () => {
    const intent = { ...makeFolding().intent, others: ['claude'] } as Folding['intent']
    const body = writeStatus(makeFolding({ intent }), proposed(), null)
    expect(body).toContain('| agent | codex, asked for by alice; claude is set too, the newest counts |')
    expect(body).toContain('| used | $0.02 · 1,200 tokens · 40 s |')
  })
  test('a move of the base, for which GitHub thinks for a moment, does not change what waits for something else', () => {
    const say = (mergeable: boolean | null) => {
      const pull = makePull({ labels: ['hold'], changes: [makeChange({ added: 4000 })], mergeable })
      return writeStatus(makeFolding(), proposed({ pull }), null)
    }
    expect(say(null)).toBe(say(true))
    const alone = writeStatus(makeFolding(), proposed({ pull: makePull({ mergeable: null }) }), null)
    expect(alone).toContain('GitHub is still finding out whether it merges')
  })
  test('the same facts give the same text', () => {
    expect(writeStatus(makeFolding(), proposed(), null)).toBe(writeStatus(makeFolding(), proposed(), null))
  })
  test('an agent’s words in a reason do not act', () => {
    for (const state of [
      waiting('answer', HOSTILE),
      { is: 'stuck', why: HOSTILE, help: 'x' } as const,
      waiting('person', HOSTILE),
    ]) {
      expect(writeStatus(makeFolding(), state, null)).not.toMatch(/@everyone|<script|chorus:pull/)
    }
  })
  test('an answer stays until the task moves on', () => {
    const body = writeStatus(makeFolding(), proposed(), { to: 'help' })
    expect(body).toContain('/chorus revise')
    const later = makeFolding({
      task: makeProposedTask({ statusComment: { id: 1, body: body.replaceAll('\n', '\r\n') } }),
    })
    expect(writeStatus(later, proposed(), null)).toBe(body)
    expect(writeStatus(later, { is: 'merged', pull: makePull(), sha: sha(1) }, null)).not.toContain(
      '/chorus revise',
    )
  })
  test.each([
    [{ to: 'status' } as const, 'how it stands'],
    [
      { to: 'unknown', word: 'x`@bob', nearest: 'run' } as const,
      'There is no command `x@\u200bbob`. Did you mean `/chorus run`?',
    ],
    [{ to: 'unknown', word: 'dance', nearest: null } as const, 'Try `/chorus help`.'],
    [
      { to: 'refused', word: 'approve', why: 'it needs write' } as const,
      '`/chorus approve` was not done: it needs write.',
    ],
  ])('answers %j', (answer, text) => expect(writeStatus(makeFolding(), proposed(), answer)).toContain(text))
})

test.each([
  [[], null],
  [[makeReport({ usage: null })], null],
  [[makeReport(), makeReport()], '$0.04 · 2,400 tokens · 80 s'],
])('usage of %# reports', (reports, text) => expect(writeUsage(reports)).toBe(text))

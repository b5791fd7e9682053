import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AgentWord } from '../../../action/agents/agent.ts'
import { findAdapter } from '../../../action/agents/registry.ts'
import { showLine } from '../../../action/agents/shown.ts'
import type { ProcessEnd } from '../../../action/process.ts'
import { type FailureKind, remedyOf } from '../../../core/agents/failure.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'
import { CLIS } from './given.ts'

/** What the real programs printed, see record.ts. */
function recorded(cli: CliName, name: string) {
  const file = join(import.meta.dirname, 'recorded', `${cli}-${name}.json`)
  const { end, stdout, stderr }: Record<'stdout' | 'stderr', string> & { end: ProcessEnd } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  return { end, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr), dropped: 0, ms: 1 }
}

function read(cli: CliName, result: ReturnType<typeof recorded>): AgentWord {
  return findAdapter(cli)!.read(result)
}

const DONE: [CliName, AgentWord['usage']][] = [
  ['codex', { tokensIn: 25598, tokensOut: 61, tokensCached: 16896, costUsd: null }],
  ['claude', { tokensIn: 85402, tokensOut: 54, tokensCached: 56832, costUsd: 0.1248816 }],
  ['opencode', { tokensIn: 22466, tokensOut: 54, tokensCached: 14848, costUsd: null }],
  ['gemini', { tokensIn: 34580, tokensOut: 39, tokensCached: 22912, costUsd: null }],
  ['qwen', { tokensIn: 53096, tokensOut: 59, tokensCached: 35200, costUsd: null }],
]

test.each(DONE)('%s: last words, tokens with cached ones in, session', (cli, usage) => {
  const word = read(cli, recorded(cli, 'done'))
  expect(word).toMatchObject({ message: 'All "done".', failure: null })
  expect(word.session).toMatch(/^[\w-]{20,}$/)
  const { costUsd, ...tokens } = word.usage
  expect(tokens).toEqual({ ...usage, costUsd: undefined })
  expect(costUsd === null ? null : costUsd.toFixed(7)).toBe(usage.costUsd?.toFixed(7) ?? null)
})

/** Those that are missing try for minutes before they give up. */
const FAILED: [FailureKind, string, CliName[]][] = [
  ['auth', 'auth', CLIS],
  ['model', 'model', CLIS],
  ['overflow', 'overflow', CLIS],
  ['overload', 'overload', ['codex', 'claude', 'gemini']],
  ['quota', 'quota', ['codex', 'claude', 'gemini']],
  ['overload', 'broken', ['codex', 'claude', 'gemini', 'qwen']],
  ['refusal', 'refusal', ['claude', 'opencode']],
]

describe.each(FAILED)('%s (%s)', (kind, name, clis) => {
  test.each(clis)('%s', cli => {
    const word = read(cli, recorded(cli, name))
    expect(word.failure?.kind).toBe(kind)
    expect(word.failure?.why).toMatch(/\w{3}/)
  })
})

describe.each(CLIS)('%s', cli => {
  const done = recorded(cli, 'done')

  test('exit 0 and nothing said is no success', () => {
    const silent = { ...done, stdout: Buffer.from(''), stderr: Buffer.from('') }
    expect(read(cli, silent)).toMatchObject({ message: '', failure: { kind: 'bad-output' }, session: null })
  })

  test('a crash in the middle is a crash, with its last words', () => {
    const half = Buffer.from(done.stdout.toString('utf8').split('\n').slice(0, 3).join('\n'))
    const stderr = Buffer.from('warming up\nSegmentation fault\n')
    const crashed = { ...done, end: { is: 'exited', code: 139 } as const, stdout: half, stderr }
    expect(read(cli, crashed).failure).toEqual({ kind: 'crash', why: 'Segmentation fault' })
  })

  test('output that is no JSON, cut JSON and JSON of others do no harm', () => {
    const junk = [
      '{"type":',
      '[1,2]',
      '{"type":"result"',
      'null',
      '{"type":7,"item":[],"part":"x"}',
      '\u0000',
    ].join('\n')
    const { failure } = read(cli, { ...done, stdout: Buffer.from(junk), stderr: Buffer.from(junk) })
    expect(failure?.kind).toBe('bad-output')
  })

  test('the log shows what it says and does, in words', () => {
    const { show } = findAdapter(cli)!
    const lines = done.stdout.toString('utf8').trim().split('\n')
    const shown = lines.flatMap(line => showLine(show!, line))
    expect(shown.at(-1)).toBe('All "done".')
    expect(shown.filter(line => line.startsWith('{'))).toEqual([])
    expect(shown.join('\n')).toMatch(/→ .*a\.txt/)
    expect(shown.join('\n')).toMatch(/→ .*cat a\.txt/)
    expect(showLine(show!, 'plain words')).toEqual(['plain words'])
  })
})

test('qwen before 0.24 ended with exit 0 and no error but for the words', () => {
  const result = {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: '[API Error: 401 Unauthorized]',
  }
  const { failure, message } = read('qwen', {
    ...recorded('qwen', 'done'),
    stdout: Buffer.from(JSON.stringify(result)),
  })
  expect(failure?.kind).toBe('auth')
  expect(message).toBe('')
})

test('turn limits are told apart', () => {
  const claude = JSON.stringify({ type: 'result', subtype: 'error_max_turns', is_error: true })
  const end = (code: number) => ({ is: 'exited', code }) as const
  expect(
    read('claude', { ...recorded('claude', 'done'), end: end(1), stdout: Buffer.from(claude) }).failure?.kind,
  ).toBe('turns')
  expect(
    read('gemini', { ...recorded('gemini', 'done'), end: end(53), stdout: Buffer.from('') }).failure?.kind,
  ).toBe('turns')
  expect(
    read('qwen', { ...recorded('qwen', 'done'), end: end(53), stdout: Buffer.from('') }).failure?.kind,
  ).toBe('turns')
})

test('what another try cannot mend is for a person; what another service can is for another agent', () => {
  const by = (remedy: string) => (kind: FailureKind) => remedyOf(kind) === remedy
  const kinds: FailureKind[] = [
    'auth',
    'model',
    'budget',
    'quota',
    'overload',
    'unreachable',
    'crash',
    'overflow',
    'bad-output',
    'timeout',
    'stalled',
    'refusal',
    'turns',
  ]
  expect(kinds.filter(by('stuck'))).toEqual(['auth', 'model', 'budget'])
  expect(kinds.filter(by('other-agent'))).toEqual(['quota', 'overload', 'unreachable', 'refusal'])
})

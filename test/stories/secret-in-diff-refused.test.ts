import { expect, test } from 'vitest'
import { GREETER_CONFIG } from './greeter.ts'
import { openHeld } from './held.ts'
import { openStory, type Story } from './story.ts'

const ONE_TRY = `${GREETER_CONFIG}limits: { attempts: 1 }\n`
/** Made up, and in pieces here, so that nobody's scanner takes this file for a leak. */
const BODY = '0123456789abcdefghijABCDEFGHIJ012345'
const TOKEN = `ghp_${BODY}`

/** Everything that people can read on the repository's pages. */
function pages({ repo }: Story): string {
  const issues = [...repo.issues.values()].filter(issue => issue.pull)
  const checks = [...repo.checkRuns.values()].map(run => [run.output, run.annotations])
  return JSON.stringify([issues, [...repo.comments.values()], checks])
}

test.each([
  [1, 'whole', `  export const token = '${TOKEN}'`],
  [2, 'in pieces', `  export const token = 'ghp_' + '${BODY}'`],
  [3, 'as base64', `  export const token = '${Buffer.from(`token=${TOKEN}`).toString('base64')}'`],
])('a key in what an agent made goes nowhere (seed %i, %s)', async (seed, _, line) => {
  await using story = await openStory({ seed, config: ONE_TRY })
  // The script itself would spell the key out on the issue: the agent puts it together.
  const encoded = Buffer.from(`${line.trim()}\n`).toString('hex')
  const decode = `node -e "require('fs').writeFileSync('src/key.js', Buffer.from('${encoded}', 'hex'))"`
  const issue = await story.issue({ script: [`run ${decode}`] })
  await story.label(issue)

  await story.until('a person is told', () => story.saidOn(issue)[0]?.includes('a GitHub token'))
  await story.quiet()

  expect(story.saidOn(issue)[0]).toMatch(/src\/key\.js.*looks like it brings a GitHub token/)
  expect([...story.repo.pulls.values()]).toEqual([])
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toEqual([])
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  expect(pages(story)).not.toContain(BODY)
})

test.each([1, 2])('a key that a person pushes onto the branch is refused (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { pull, release } = await openHeld(story)

  const head = await story.push({ branch: pull.head.ref, files: { 'src/key.js': `// ${TOKEN}\n` } })
  await release()
  await story.comment(pull.number, '/chorus approve', 'grace')
  await story.until('the gate refuses', () => story.gateOf(head)?.conclusion === 'failure')
  await story.quiet()

  expect(story.gateOf(head)?.title).toBe('secrets: src/key.js looks like it brings a GitHub token')
  expect(pull.merged).toBe(false)
  expect(pages(story)).not.toContain(BODY)
})

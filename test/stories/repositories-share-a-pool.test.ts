import { expect, test } from 'vitest'
import { printCaller } from '../../core/caller.ts'
import { CALLER_PATH, CONFIG_PATH, POOLS } from '../../core/names.ts'
import { SOURCE } from '../../twin/demo/stage.ts'
import { git } from '../../twin/git.ts'
import { addCollaborator, createRepo } from '../../twin/seed.ts'
import type { Repo } from '../../twin/state.ts'
import { GREETER, GREETER_CONFIG } from './greeter.ts'
import { openStory, type Story } from './story.ts'

const CONFIG = `${GREETER_CONFIG}pool: builders\nagents_md: false\n`
const POOLS_CONFIG = 'pools:\n  builders: { size: 2, weights: { greeter: 2 } }\n'

/** Another repository of the same owner, with its people and its tasks. */
async function openOther(story: Story, name = 'other', config = CONFIG): Promise<Repo> {
  const { twin, repo } = story
  const caller = printCaller({ source: `${SOURCE.owner}/${SOURCE.name}`, ref: SOURCE.ref })
  const files = { ...GREETER, [CONFIG_PATH]: config, [CALLER_PATH]: caller }
  const other = await createRepo(twin.state, { owner: repo.owner.login, name, files })
  addCollaborator(twin.state, other, 'ada', 'admin')
  return other
}

async function say(story: Story, repo: Repo, issue: number, body: string): Promise<void> {
  const where = { owner: repo.owner.login, repo: repo.name, issue_number: issue }
  await story.as('ada').rest.issues.createComment({ ...where, body })
}

async function ask(story: Story, repo: Repo, name: string, seconds = 0): Promise<void> {
  const { rest } = story.as('ada')
  const body = [
    '### Goal',
    '',
    'Do it.',
    '',
    '```chorus-script',
    `wait ${seconds}`,
    `write src/${name}.js`,
    '  export {}',
    '```',
  ]
  const where = { owner: repo.owner.login, repo: repo.name }
  await rest.issues.create({ ...where, title: name, body: body.join('\n'), labels: ['agent:scripted'] })
}

const tasksOf = (repo: Repo) =>
  [...repo.issues.values()].filter(issue => issue.labels.includes('agent:scripted'))
const isMerged = (repo: Repo) => tasksOf(repo).every(issue => issue.labels.includes('phase:merged'))
const runsOf = (repo: Repo) =>
  [...repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch')

test('35: two repositories share two workers, beside one whose configuration is broken: never more at once, and the one that comes later does not wait for all of the other', async () => {
  await using story = await openStory({ seed: 1, controllers: 0, config: CONFIG })
  const { twin, repo } = story
  const files = { [CONFIG_PATH]: POOLS_CONFIG }
  const home = await createRepo(twin.state, { owner: repo.owner.login, name: '.github', files })
  addCollaborator(twin.state, home, 'ada', 'admin')
  const other = await openOther(story)
  const broken = await openOther(story, 'broken', 'limits: { paralel: 3 }\n')
  await ask(story, broken, 'stuck')
  for (const name of ['one', 'two', 'three']) await ask(story, repo, name)
  // Two replicas: what they know of one another stands on GitHub.
  await story.startController()
  await story.startController()
  await story.until('the first is at work', () => runsOf(repo).length > 0)
  await ask(story, other, 'late')

  const most = { atOnce: 0, before: 0 }
  await story.until('all have landed', () => {
    const under = [repo, other].flatMap(runsOf).filter(run => run.status !== 'completed')
    most.atOnce = Math.max(most.atOnce, under.length)
    if (runsOf(other).length === 0) most.before = runsOf(repo).length
    return isMerged(repo) && isMerged(other)
  })
  await story.quiet()

  expect(most.atOnce).toBe(2)
  expect(most.before).toBeLessThan(3)
  expect([repo, other].map(one => runsOf(one).length)).toEqual([3, 1])
  // What is wrong in the third is said there, and stops nobody else.
  expect(runsOf(broken)).toEqual([])
  const said = [...broken.comments.values()].map(({ body }) => body)
  expect(said).toEqual([expect.stringMatching(/limits\.paralel.*did you mean "parallel"/)])
  // Everything was given back, and is vouched for.
  const books = await git(home, ['log', '-1', '--format=%B', `${POOLS}builders`])
  const [subject, , json, , seal] = books.stdout.toString().split('\n')
  expect(subject).toBe('chorus: books of pool builders [skip ci]')
  expect(seal).toMatch(/^Chorus-Seal: [0-9a-f]{64}$/)
  const { content: lines } = JSON.parse(json!)
  expect(Object.keys(lines)).toEqual([repo.id, other.id].map(String).sort())
  for (const line of Object.values(lines)) expect(line).toMatchObject({ holds: [], wants: 0 })
  expect(lines[repo.id].weight).toBe(2)

  // Said where the pools are kept, a stop is one for all of them; and so is the word that lifts it.
  const both = [repo, other]
  for (const one of both) await ask(story, one, 'slow', 300)
  const newest = () => both.map(one => runsOf(one).at(-1)!)
  await story.until('both are at work', () => newest().every(run => run.status === 'in_progress'))
  const { rest } = story.as('ada')
  const { data } = await rest.issues.create({ owner: home.owner.login, repo: home.name, title: 'Emergency' })
  await say(story, home, data.number, '/chorus stop all')
  await story.until('all are ended', () => newest().every(run => run.status === 'completed'))
  expect(newest().map(run => run.conclusion)).toEqual(['cancelled', 'cancelled'])
  await ask(story, other, 'after')
  await story.quiet()
  expect(both.map(one => runsOf(one).length)).toEqual([4, 2])
  await say(story, home, data.number, '/chorus resume all')
  await story.until('all go on', () => runsOf(repo).length > 4 && runsOf(other).length > 2)
})

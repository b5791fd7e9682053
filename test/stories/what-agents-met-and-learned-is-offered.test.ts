import { expect, test } from 'vitest'
import { isOfferBranch, LEARNINGS_FILE } from '../../core/lessons/offer.ts'
import { runsOf } from './acts.ts'
import { openStory } from './story.ts'

const where = { owner: 'acme', repo: 'greeter' }

/** What was met has no script for the scripted agent: another one does it. */
const CONFIG = [
  'agents:',
  '  scripted: { cli: scripted }',
  '  mender: { cli: custom, command: \'echo "export const found = 1" > src/found.js\' }',
  'default_agent: mender',
  'learnings_md: 1',
  'discovered_start: 1',
  '',
].join('\n')
const MET = [
  { title: 'Greetings of @grace are lost', body: '' },
  { title: 'Names are cut', body: 'After ten letters.' },
]

test('what an agent met and learned is offered to people once its work has landed, each once, and begun only as allowed', async () => {
  await using story = await openStory({ seed: 1, config: CONFIG })
  const script = [
    'write src/name.js',
    '  export const name = 1',
    `run echo '${JSON.stringify(MET)}' > "$CHORUS_OUT/discovered.json"`,
    'learn Tests begin with a name.',
    'say feat(name): add a name',
  ]
  const issue = await story.issue({ script })
  await story.label(issue)
  const offers = () => [...story.repo.pulls.values()].filter(pull => isOfferBranch(pull.head.ref))
  const others = () => [...story.repo.issues.values()].filter(one => !one.pull && one.number !== issue)
  await story.until('it is offered, and two issues', () => offers().length > 0 && others().length === 2)
  const [begun, found] = others()
  const pull = await story.until('the one that may begin is shown', () => story.pullOf(begun!.number))
  await story.until('a person is waited for', () =>
    story.gateOf(pull.head.sha)?.title?.includes('nobody has asked for it'),
  )
  await story.quiet()

  // The problem is an issue of the app's; it tells where it was found, nobody is notified, nobody works on it.
  expect(found).toMatchObject({ state: 'open', title: 'Names are cut', labels: [] })
  expect(found!.performedViaAppId).toBe(story.app.id)
  expect(found!.body).toContain(`Discovered from #${issue}: scripted met it there`)
  expect(runsOf(story, found!.number)).toEqual([])
  // As many as the configuration lets begin do so, and tell on whose behalf; a person has to see what comes of it.
  expect(begun!.title).toBe('Greetings of @\u200bgrace are lost')
  expect(begun!.body).toContain('`discovered_start` in `.github/chorus.yml` says so, on behalf of ada')
  expect(pull.merged).toBe(false)
  await story.comment(pull.number, '/chorus approve')
  await story.until('it has landed', () => story.theIssue(begun!.number).state === 'closed')
  await story.quiet()

  // What was learned waits for a person, who may merge it.
  const [offer] = offers()
  expect(offer!.merged).toBe(false)
  expect(await story.file(LEARNINGS_FILE, offer!.head.ref)).toMatch(
    /^# What was learned here\n\n- Tests begin with a name\. \[bd-\w+, feat, scripted, \d{4}-\d\d-\d\d\] \(src\/name\.js\)\n$/,
  )
  expect(await story.file(LEARNINGS_FILE)).toBeNull()
  await story.as('grace').rest.pulls.update({ ...where, pull_number: offer!.number, state: 'closed' })

  // A controller that remembers nothing offers nothing of it again, and makes no second issue.
  for (const controller of story.controllers.splice(0)) await controller.stop()
  await story.startController()
  await story.quiet()
  expect(offers()).toHaveLength(1)
  expect(others()).toHaveLength(2)
  expect(runsOf(story, begun!.number)).toHaveLength(1)
  expect(runsOf(story, found!.number)).toEqual([])
})

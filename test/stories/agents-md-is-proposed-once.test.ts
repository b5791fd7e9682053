import { expect, test } from 'vitest'
import { GUIDE_BRANCH } from '../../core/names.ts'
import { TESTS } from './greeter.ts'
import { protect } from './protect.ts'
import { openStory } from './story.ts'

const where = { owner: 'acme', repo: 'greeter' }
test('a repository without a word for agents is offered one, once', async () => {
  await using story = await openStory({ seed: 1, files: { 'AGENTS.md': null } })
  protect(story, 'classic')
  const script = ['write src/name.js', '  export const name = 1', 'say feat(name): add a name']
  const issue = await story.issue({ script })
  await story.label(issue)
  const proposals = () => [...story.repo.pulls.values()].filter(pull => pull.head.ref === GUIDE_BRANCH)
  const pull = await story.until('it is proposed', () => proposals()[0])
  const text = await story.file('AGENTS.md', GUIDE_BRANCH)
  expect(text).toContain(`- tests: \`${TESTS}\`\n`)
  expect(text).toContain('- `package.json`: `npm run test`\n')
  expect(await story.file('AGENTS.md')).toBeNull()

  // A person adds what only people know, and merges it: the gate, which is required, lets it through.
  const edited = `${text}\nGreetings are short.\n`
  await story.push({ branch: GUIDE_BRANCH, files: { 'AGENTS.md': edited }, by: 'grace' })
  const gate = await story.until('the gate lets it through', () => story.gateOf(pull.head.sha))
  expect(gate).toEqual({ title: 'A proposal: people decide', conclusion: 'success' })
  await story.until('the task is merged', () => story.pullOf(issue)?.merged)
  await story.quiet()
  await story.as('grace').rest.pulls.merge({ ...where, pull_number: pull.number })
  expect(await story.file('AGENTS.md')).toBe(edited)

  // Somebody deletes it: a new controller, which remembers nothing, does not come back to it.
  story.repo.protections.clear()
  await story.push({ branch: 'main', files: { 'AGENTS.md': null } })
  for (const controller of story.controllers.splice(0)) await controller.stop()
  await story.startController()
  await story.quiet()
  expect(await story.file('AGENTS.md')).toBeNull()
  expect(proposals()).toHaveLength(1)
  expect([...story.repo.pulls.values()]).toHaveLength(2)
})

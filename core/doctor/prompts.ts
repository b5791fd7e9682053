import { printProblem } from '../contract/problem.ts'
import { checkTemplate, explainVersion, isTemplateName, OWN_PROMPTS, TEMPLATES } from '../text/template.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** The repository's own wordings for agents: whoever lacks something would start no agent. */
export function checkPrompts({ prompts }: Probe): Finding[] {
  const what = `${OWN_PROMPTS}/`
  if (prompts.is === 'hidden')
    return [warn(what, `could not be read: ${prompts.why}`, 'let the app read contents')]
  const found = prompts.value.flatMap(({ name, text }) => checkPrompt(name, text))
  return found.length > 0 ? found : [ok(what, 'agents are told our own words')]
}

function checkPrompt(name: string, text: string): Finding[] {
  const what = `${OWN_PROMPTS}/${name}.md`
  if (!isTemplateName(name)) {
    const why = `nobody is told that; there are: ${Object.keys(TEMPLATES).join(', ')}`
    return [warn(what, why, 'give it one of these names, or remove it')]
  }
  const problems = checkTemplate(name, text)
  if (problems.length > 0) {
    return problems.map(problem =>
      bad(what, printProblem(problem), '"chorus validate" shows the line; no agent is asked before'),
    )
  }
  const version = explainVersion(name, text)
  if (version !== null) return [warn(what, version, 'it is used as it is')]
  return [ok(what, `is used in place of ours, version ${TEMPLATES[name].version}`)]
}

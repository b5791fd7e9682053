import { quoteBlock, quoteLine } from '../text/quote.ts'

type Found = {
  title: string
  body: string
  agent: string
  task: number
  /** On whose behalf it begins by itself; null: it does not. */
  starting: string | null
}

/** The text of an issue for a problem that an agent met beside its task, as the form would have it. */
export function writeDiscovered({ title, body, agent, task, starting }: Found): string {
  const next =
    starting === null
      ? 'Nobody works on it until somebody asks: edit it if need be, then set an agent label or comment `/chorus run`; close it if it is none.'
      : `An agent begins it by itself: \`discovered_start\` in \`.github/chorus.yml\` says so, on behalf of ${quoteLine(starting, 60)}, who asked for #${task}. Nothing of it lands before a person has approved the pull request; \`/chorus stop\` ends it, and so does closing it.`
  const source = `Discovered from #${task}: ${quoteLine(agent, 60)} met it there and left it alone. These are an agent’s words, and nobody has checked them. ${next}`
  return `### Goal\n\n${quoteBlock(body === '' ? title : body)}\n\n### Where it comes from\n\n${source}\n`
}

import { quoteBlock, quoteLine } from '../text/quote.ts'

type Found = { title: string; body: string; agent: string; task: number }

/** The text of an issue for a problem that an agent met beside its task, as the form would have it. */
export function writeDiscovered({ title, body, agent, task }: Found): string {
  const source = `Discovered from #${task}: ${quoteLine(agent, 60)} met it there and left it alone. These are an agent’s words, and nobody has checked them. Nobody works on it until somebody asks: edit it if need be, then set an agent label or comment \`/chorus run\`; close it if it is none.`
  return `### Goal\n\n${quoteBlock(body === '' ? title : body)}\n\n### Where it comes from\n\n${source}\n`
}

import { openaiProblem } from '../openai.ts'
import { dataFrame, type Protocol } from '../protocol.ts'
import { readChat } from './read.ts'
import { chatFrames, wholeChat } from './write.ts'

export const chat: Protocol = {
  read: readChat,
  whole: (_ask, reply) => wholeChat(reply),
  frames: chatFrames,
  problem: openaiProblem,
  lateProblem: problem => dataFrame(openaiProblem(problem)).text,
}

import { chat } from './chat.ts'
import { gemini } from './gemini.ts'
import { messages } from './messages.ts'
import type { Protocol, ProtocolName } from './protocol.ts'
import { responses } from './responses.ts'

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = { responses, chat, messages, gemini }

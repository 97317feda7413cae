-- ARGV: 2 mailbox, 3 most mailboxes.
-- Returns OK, 1 if it is new, its acknowledged seq, the head.
local name = ARGV[2]
local at = find(name)
if at then return {OK, 0, state[at + 1], head} end
local mailboxes = (#state - MAILBOXES + 1) / 4
if mailboxes >= tonumber(ARGV[3]) then return {LIMIT} end
local begin = mailboxes == 0 and state[FLOOR] or head
at = #state + 1
state[at], state[at + 1], state[at + 2], state[at + 3] = name, begin, 0, begin
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'PX', LIFETIME)
redis.call('PEXPIRE', KEYS[3], MESSAGES_LIFETIME)
return {OK, 1, begin, head}

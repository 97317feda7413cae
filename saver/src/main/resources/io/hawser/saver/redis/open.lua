-- KEYS: 4 tombstones, 5 collapse keys.
-- ARGV: 2 mailbox, 3 most mailboxes (0: none may be created), 4 now in ms, 5 how long one has to be away to give way, in ms.
-- Returns OK, 1 if it is new, its acknowledged seq, the head, 1 if when it was seen is to be written to MySQL, then the
-- name of the one that gave way and the log's floor, if one did.
local SEEN_STEP = 3600000
local name, most, now = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local at = find(name)
if at then
  local seen = now - state[at + 4] >= SEEN_STEP
  if seen then
    state[at + 4] = now
    -- Written at the memory limit too (save_at_limit). A Redis that takes no write at all opens the mailbox all the same.
    redis.pcall('HDEL', KEYS[4], '')
    seen = not redis.pcall('SET', KEYS[2], cmsgpack.pack(state), 'KEEPTTL').err
  end
  return {OK, 0, state[at + 1], head, seen and 1 or 0}
end
local before, gone = settled(), nil
if (#state - MAILBOXES + 1) / FIELDS >= most then
  local oldest
  for i = MAILBOXES, #state, FIELDS do
    if not oldest or state[i + 4] < state[oldest + 4] then oldest = i end
  end
  if most == 0 or now - state[oldest + 4] < tonumber(ARGV[5]) then return {LIMIT} end
  gone = state[oldest]
  remove(oldest)
  if #state < MAILBOXES then state[FLOOR] = head end
end
local begin = #state < MAILBOXES and state[FLOOR] or head
at = #state + 1
state[at], state[at + 1], state[at + 2], state[at + 3], state[at + 4] = name, begin, 0, begin, now
redis.call('SET', KEYS[2], cmsgpack.pack(state), 'PX', LIFETIME)
redis.call('PEXPIRE', KEYS[3], MESSAGES_LIFETIME)
local reply = {OK, 1, begin, head, 0}
if gone then
  trim(before)
  reply[6], reply[7] = gone, state[FLOOR]
end
return reply

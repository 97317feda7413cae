-- KEYS: 4 tombstones. ARGV: 2 seq.
-- Returns OK, head, the tombstone's reason (0: none), 1 if the message is there, its expiry, its target, the log's floor,
-- then name, acknowledged seq, beginning, and 1 if it had acknowledged the message when that made room, by mailbox.
local id = id_of(tonumber(ARGV[2]))
local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
-- A message that made room: its tombstone says whom it was for, and who had acknowledged it (room.lua).
local reason, details = string.match(redis.call('HGET', KEYS[4], ARGV[2]) or '0', '^(%d+)(.*)$')
local expiry, target = entry and tonumber(entry[2][2]) or 0, entry and entry[2][8] or string.match(details, '^%z([^%z]*)') or ''
local reply = {OK, head, tonumber(reason), entry and 1 or 0, expiry, target, state[FLOOR]}
for i = MAILBOXES, #state, FIELDS do
  reply[#reply + 1] = state[i]
  reply[#reply + 1] = state[i + 1]
  reply[#reply + 1] = state[i + 3]
  reply[#reply + 1] = string.find(details .. '\0', '\0' .. state[i] .. '\0', #target + 2, true) and 1 or 0
end
return reply
